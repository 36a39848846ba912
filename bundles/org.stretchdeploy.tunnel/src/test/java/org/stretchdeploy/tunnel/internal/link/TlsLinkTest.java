package org.stretchdeploy.tunnel.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.internal.os.PollSet;
import org.stretchdeploy.tunnel.internal.os.TcpSocket;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/** The same tests over each crypto provider. */
@ParameterizedClass
@ValueSource(strings = {"SunJCE", "AmazonCorrettoCryptoProvider"})
class TlsLinkTest {
    @Parameter
    private String provider;

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor();
    private static final TestPki PKI = new TestPki();

    @AfterAll
    static void stop() {
        CLOCK.shutdownNow();
    }

    @BeforeEach
    void chooseProvider() {
        FastCrypto chosen = provider.equals("SunJCE") ? FastCrypto.useJdk("for this test") : FastCrypto.useBest();
        assertThat(chosen.provider()).startsWith(provider);
    }

    @AfterEach
    void jdkForTheOthers() {
        FastCrypto.useJdk("for the other tests");
    }

    @Test
    void tls13AndNothingOlderAndItSaysWhoComputes() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two")) {
            assertThat(List.of(pair.client, pair.server)).allSatisfy(link -> assertThat(link.provider())
                    .startsWith("TLSv1.3 TLS_AES_")
                    .contains("AES by " + provider));
        }
        assertThatThrownBy(() -> oldClient().startHandshake()).isInstanceOf(IOException.class);
    }

    /** A client that offers TLS 1.2 only, at a server of ours. */
    private static javax.net.ssl.SSLSocket oldClient() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            TlsIdentity own = PKI.identity("one");
            javax.net.ssl.SSLSocket socket = (javax.net.ssl.SSLSocket) own.context(own.trust(any -> true))
                    .getSocketFactory()
                    .createSocket(
                            InetAddress.getLoopbackAddress(), listener.socket().getLocalPort());
            socket.setSoTimeout(10_000);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            SocketChannel accepted = listener.accept();
            CompletableFuture.runAsync(() -> {
                try (accepted) {
                    new TlsConnector(PKI.identity("two"), CLOCK).accept(accepted, any -> true);
                } catch (IOException refused) {
                    // That is what the client is to hear.
                }
            });
            return socket;
        }
    }

    private record Pair(TlsLink client, TlsLink server) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            server.close();
        }
    }

    private static Pair pair(TlsIdentity client, TlsIdentity server, String expectedServer) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel dialled = SocketChannel.open(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            CompletableFuture<TlsLink> serving = CompletableFuture.supplyAsync(() -> {
                try {
                    return new TlsConnector(server, CLOCK).accept(accepted, any -> true);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            try {
                TlsLink connected = new TlsConnector(client, CLOCK)
                        .connect(dialled, id -> id.uri().equals(TestPki.uri(expectedServer)), 10_000);
                return new Pair(connected, serving.get(10, TimeUnit.SECONDS));
            } catch (IOException | ExecutionException e) {
                dialled.close();
                accepted.close();
                throw e;
            }
        }
    }

    /** 80 MB in each direction at once; the test JVM renews keys every 16 MB, so several renewals happen on the way. */
    @Test
    void messagesArriveWholeAndInOrderAcrossKeyRenewals() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two")) {
            assertThat(pair.client.peerIdentity()).isEqualTo(TestPki.uri("two"));
            assertThat(pair.server.peerIdentity()).isEqualTo(TestPki.uri("one"));
            CompletableFuture<Long> atServer = receive(pair.server, 4000);
            CompletableFuture<Long> atClient = receive(pair.client, 4000);
            CompletableFuture<Void> back = CompletableFuture.runAsync(() -> send(pair.server, 4000));
            send(pair.client, 4000);
            back.get(30, TimeUnit.SECONDS);
            assertThat(atServer.get(30, TimeUnit.SECONDS)).isEqualTo(4000);
            assertThat(atClient.get(30, TimeUnit.SECONDS)).isEqualTo(4000);
        }
    }

    /**
     * Both ends send more than the way between them holds, each from the thread that receives: if one of them ever waited for the other to
     * read, both would wait for ever.
     */
    @Test
    void endsThatSendFromTheirReceivingThreadDoNotWaitForEachOther() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two")) {
            CompletableFuture<Long> atServer = CompletableFuture.supplyAsync(() -> flood(pair.server));
            CompletableFuture<Long> atClient = CompletableFuture.supplyAsync(() -> flood(pair.client));
            assertThat(atServer.get(60, TimeUnit.SECONDS)).isEqualTo(Flood.BATCHES);
            assertThat(atClient.get(60, TimeUnit.SECONDS)).isEqualTo(Flood.BATCHES);
        }
    }

    /** Receives as many as it sends; the number that came. */
    private static long flood(TlsLink link) {
        Flood flood = new Flood();
        link.assist(flood);
        try {
            link.receive((type, network, body) -> {
                if (body.getInt() != flood.came) {
                    throw new IOException("out of order: " + flood.came);
                }
                flood.came++;
            });
        } catch (EnoughException enough) {
            return flood.came;
        } catch (IOException e) {
            throw new IllegalStateException("after " + flood.came + " of " + flood.sent, e);
        }
        return flood.came;
    }

    private static final class EnoughException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Numbered batches as fast as they are taken; ends when as many have come. */
    private static final class Flood implements SideWork {
        static final int BATCHES = 2000;

        private final ByteBuffer batch = ByteBuffer.allocateDirect(Wire.HEADER_BYTES + Wire.MAX_BODY);
        private int sent;
        private long came;

        @Override
        public boolean work(boolean arrived, Outlet outlet) throws IOException {
            if (sent == BATCHES) {
                return enough();
            }
            batch.clear();
            Wire.putHeader(batch, Wire.ECHO, 0, Wire.MAX_BODY);
            batch.putInt(Wire.HEADER_BYTES, sent).position(0);
            boolean taken = outlet.offer(batch);
            assertThat(batch.hasRemaining()).isEqualTo(!taken);
            sent += taken ? 1 : 0;
            return taken;
        }

        private boolean enough() throws IOException {
            if (came == BATCHES) {
                throw new EnoughException();
            }
            return false;
        }

        @Override
        public int waitsFor(PollSet set) {
            return 1000;
        }

        @Override
        public void waited(PollSet set) {}

        @Override
        public void end() {}
    }

    @Test
    void sideWorkWaitsTogetherWithTheLinkAndEndsWithIt() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two");
                ServerSocketChannel other = ServerSocketChannel.open()) {
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Waiting work = new Waiting(TcpSocket.descriptor(other));
            CompletableFuture<Void> receiving = receiving(pair.server, work);
            await().atMost(10, TimeUnit.SECONDS).until(() -> work.waits.get() > 0);
            seesBoth(pair, other, work);
            pair.client.close();
            receiving.get(10, TimeUnit.SECONDS);
            assertThat(work.ended.get()).isEqualTo(1);
        }
    }

    @Test
    void whatArrivesAndWhatHappensIsSeenWhileThereIsMoreToDo() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two");
                ServerSocketChannel other = ServerSocketChannel.open()) {
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Waiting work = new Waiting(TcpSocket.descriptor(other));
            work.busy.set(true);
            CompletableFuture<Void> receiving = receiving(pair.server, work);
            seesBoth(pair, other, work);
            pair.client.close();
            receiving.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void whoReceivesHearsOfTheEndAtOnce() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two")) {
            Waiting work = new Waiting(TcpSocket.NONE);
            CompletableFuture<Void> ended = receiving(pair.server, work);
            await().atMost(10, TimeUnit.SECONDS).until(() -> work.waits.get() > 0);
            pair.server.close();
            ended.get(10, TimeUnit.SECONDS);
            assertThat(work.ended.get()).isEqualTo(1);
            assertThatThrownBy(() -> pair.server.send(ByteBuffer.wrap(new byte[Wire.HEADER_BYTES])))
                    .isInstanceOf(IOException.class);
        }
    }

    /** What happens at the other descriptor, then what arrives at the link. */
    private static void seesBoth(Pair pair, ServerSocketChannel other, Waiting work) throws IOException {
        try (SocketChannel caller = SocketChannel.open(other.getLocalAddress())) {
            await().atMost(10, TimeUnit.SECONDS).until(() -> work.happened.get() > 0);
        }
        send(pair.client, 3);
        await().atMost(10, TimeUnit.SECONDS).until(() -> work.arrived.get() == 3);
    }

    private static CompletableFuture<Void> receiving(TlsLink link, Waiting work) {
        return CompletableFuture.runAsync(() -> {
            link.assist(work);
            try {
                link.receive((type, network, body) -> work.arrived.incrementAndGet());
            } catch (IOException closed) {
                // Whoever closes does so without a word.
            }
        });
    }

    /** Waits for a descriptor besides the link's and counts. */
    private static final class Waiting implements SideWork {
        private final int descriptor;
        private final AtomicInteger waits = new AtomicInteger();
        private final AtomicInteger happened = new AtomicInteger();
        private final AtomicInteger arrived = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();
        private final AtomicBoolean busy = new AtomicBoolean();
        private int number;

        Waiting(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public boolean work(boolean delivered, Outlet outlet) {
            return busy.get();
        }

        @Override
        public int waitsFor(PollSet set) {
            number = descriptor < 0 ? -1 : set.add(descriptor, PollSet.INPUT);
            waits.incrementAndGet();
            return 1000;
        }

        @Override
        public void waited(PollSet set) {
            if (number >= 0 && set.happened(number)) {
                happened.incrementAndGet();
            }
        }

        @Override
        public void end() {
            ended.incrementAndGet();
        }
    }

    private static void send(TlsLink link, int count) {
        ByteBuffer batch = ByteBuffer.allocateDirect(TlsLink.BATCH_BYTES + Wire.MAX_BODY + Wire.HEADER_BYTES);
        try {
            for (int number = 0; number < count; number++) {
                int bytes = size(number);
                Wire.putHeader(batch, Wire.FRAME, number & 0xffff, bytes);
                batch.putInt(number);
                batch.position(batch.position() + bytes - 4);
                if (batch.position() > TlsLink.BATCH_BYTES || number == count - 1) {
                    batch.flip();
                    link.send(batch);
                    batch.clear();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int size(int number) {
        return switch (number % 4) {
            case 0 -> 64;
            case 1 -> 1514;
            case 2 -> Wire.MAX_BODY;
            default -> 9014;
        };
    }

    private static CompletableFuture<Long> receive(TlsLink link, int count) {
        CompletableFuture<Long> all = new CompletableFuture<>();
        long[] expected = {0};
        Thread thread = new Thread(() -> {
            try {
                link.receive((type, network, body) -> {
                    int number = (int) expected[0];
                    if (body.remaining() != size(number) || body.getInt() != number || network != (number & 0xffff)) {
                        throw new IOException("message " + number + " is wrong");
                    }
                    if (++expected[0] == count) {
                        all.complete(expected[0]);
                    }
                });
            } catch (IOException e) {
                all.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return all;
    }

    @Test
    void linksThatEndedLeaveTheirMemoryToThoseThatCome() throws Exception {
        for (int i = 0; i < 5; i++) {
            useAndEnd();
        }
        long before = directBytes();
        for (int i = 0; i < 20; i++) {
            useAndEnd();
        }
        // One buffer is four tenths of a megabyte.
        assertThat(directBytes() - before).isLessThan(500_000);
    }

    private static void useAndEnd() throws Exception {
        Thread receiver;
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two")) {
            CompletableFuture<Integer> arrived = new CompletableFuture<>();
            receiver = new Thread(() -> {
                try {
                    pair.server.receive((type, network, body) -> arrived.complete(body.remaining()));
                } catch (IOException closed) {
                    // That is how it ends.
                }
            });
            receiver.start();
            ByteBuffer message = ByteBuffer.allocate(Wire.HEADER_BYTES + 100);
            Wire.putHeader(message, Wire.FRAME, 0, 100);
            pair.client.send(message.clear());
            assertThat(arrived.get(30, TimeUnit.SECONDS)).isEqualTo(100);
        }
        receiver.join(30_000);
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void aLinkThatEndedTakesAndGivesNothing() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two")) {
            pair.client.close();
            ByteBuffer message = ByteBuffer.allocate(Wire.HEADER_BYTES);
            assertThatThrownBy(() -> pair.client.send(message)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> pair.client.receive((type, network, body) -> {}))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void onlyTheExpectedPeerOfTheSameDeploymentIsAccepted() {
        assertThatThrownBy(() -> pair(PKI.identity("one"), PKI.identity("two"), "three"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> pair(PKI.identity("one"), new TestPki().identity("two"), "two"))
                .isInstanceOf(IOException.class);
        TlsIdentity expired = PKI.identity(new AgentIdentity("test", "two"), Duration.ofSeconds(-10));
        assertThatThrownBy(() -> pair(PKI.identity("one"), expired, "two")).isInstanceOf(IOException.class);
    }

    @Test
    void messageThatIsTooLongEndsTheLink() throws Exception {
        try (Pair pair = pair(PKI.identity("one"), PKI.identity("two"), "two")) {
            ByteBuffer lie = ByteBuffer.allocate(Wire.HEADER_BYTES);
            Wire.putHeader(lie, Wire.FRAME, 0, Wire.MAX_BODY + 1);
            lie.flip();
            pair.client.send(lie);
            assertThatThrownBy(() -> pair.server.receive((type, network, body) -> {}))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void plainTextIsRefused() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel dialled = SocketChannel.open(listener.getLocalAddress());
                    SocketChannel accepted = listener.accept()) {
                dialled.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
                assertThatThrownBy(() -> new TlsConnector(PKI.identity("two"), CLOCK).accept(accepted, any -> true))
                        .isInstanceOf(IOException.class);
            }
        }
    }
}
