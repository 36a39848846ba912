package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelState;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.tap.TapPort;
import org.stretchdeploy.tunnel.internal.testkit.MemorySegment;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** A listener under thousands of connections of strangers, some silent, some with garbage, some half a handshake. */
class HandshakeFloodTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STRANGERS = 3000;
    private static final int HELD_OPEN = 400;
    /** A record header of a ClientHello that never comes. */
    private static final byte[] HALF_A_HELLO = {22, 3, 1, 2, 0, 1};

    private final TestPki pki = new TestPki();
    private final AtomicInteger came = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void peerComesInWhileStrangersPushEachOtherOut() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        TlsIdentity listening = pki.identity("a");
        TlsIdentity dialling = pki.identity("b");
        Thread flood = new Thread(() -> flood(port), "flood");
        try (TunnelEngine one = new TunnelEngine(ports(), listening);
                TunnelEngine other = new TunnelEngine(ports(), dialling)) {
            one.apply(only(TunnelConfig.listen("t", port, dialling.identity().uri(), List.of())));
            flood.start();
            await().atMost(PATIENCE).until(() -> came.get() >= STRANGERS);
            // One that was pushed out needs a moment to end.
            await().atMost(PATIENCE).until(() -> served() <= Strangers.AT_ONCE + 8);
            int before = came.get();
            other.apply(only(TunnelConfig.dial(
                    "t", "127.0.0.1", port, listening.identity().uri(), List.of())));
            await().atMost(PATIENCE)
                    .until(() -> other.status().get(0).state() == TunnelState.UP
                            && one.status().get(0).state() == TunnelState.UP);
            await().atMost(PATIENCE).until(() -> came.get() > before + 200);
            assertThat(one.status().get(0).state()).as("and stays").isEqualTo(TunnelState.UP);
        } finally {
            over.set(true);
            flood.join();
        }
    }

    /** Strangers that have a thread. */
    private static long served() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("accept-"))
                .count();
    }

    private void flood(int port) {
        Deque<SocketChannel> open = new ArrayDeque<>();
        Random random = new Random(7);
        byte[] garbage = new byte[300];
        random.nextBytes(garbage);
        try {
            while (!over.get()) {
                stranger(port, random.nextInt(3), garbage, open);
                while (open.size() > HELD_OPEN) {
                    open.poll().close();
                }
            }
            while (!open.isEmpty()) {
                open.poll().close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void stranger(int port, int manner, byte[] garbage, Deque<SocketChannel> open) throws IOException {
        SocketChannel channel = SocketChannel.open();
        open.add(channel);
        try {
            // A few sources, none of them the peer's.
            channel.bind(new InetSocketAddress("127.0.0." + (2 + manner), 0));
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            came.incrementAndGet();
            if (manner > 0) {
                channel.write(ByteBuffer.wrap(manner == 1 ? garbage : HALF_A_HELLO));
            }
        } catch (IOException turnedAway) {
            open.removeLast().close();
        }
    }

    private static DesiredState only(TunnelConfig tunnel) {
        return new DesiredState(1, List.of(tunnel), List.of(), List.of());
    }

    private static PortFactory ports() {
        return new PortFactory() {
            @Override
            public TapPort open(NetworkConfig network, int queues) {
                return new MemorySegment().port(queues, 1500);
            }

            @Override
            public void keepOnly(Set<String> networks) {}
        };
    }
}
