package org.stretchdeploy.tunnel.internal.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * A batch of frames is sealed, crosses a loopback socket, is opened and handed out, message by message: the whole way
 * between two taps. One operation is one batch of about 256 KiB; it ends when the last message has arrived.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TlsLinkBenchmark {
    private static final int ATTEMPTS = 5;
    private static final int HANDSHAKE_MILLIS = 10_000;

    @Param({"jdk", "best"})
    public String crypto;

    @Param({"74", "1524", "62000"})
    public int frameBytes;

    private final Semaphore arrived = new Semaphore(0);
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private ByteBuffer batch;
    private int messages;
    private TlsLink sender;
    private TlsLink receiver;

    @Setup
    public void connect() throws Exception {
        if (crypto.equals("jdk")) {
            FastCrypto.useJdk("for the benchmark");
        } else {
            FastCrypto.useBest();
        }
        // A busy machine may take longer for the first handshake than a connection gives it.
        for (int attempt = 1; receiver == null; attempt++) {
            try {
                links();
            } catch (IOException | ExecutionException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
        fill();
        Thread thread = new Thread(this::receive, "receiver");
        thread.setDaemon(true);
        thread.start();
    }

    private void links() throws Exception {
        TestPki pki = new TestPki();
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel dialled = SocketChannel.open(server.getLocalAddress());
            SocketChannel taken = server.accept();
            CompletableFuture<TlsLink> accepted = CompletableFuture.supplyAsync(() -> {
                try {
                    return new TlsConnector(pki.identity("b"), clock).accept(taken, any -> true);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender = new TlsConnector(pki.identity("a"), clock).connect(dialled, any -> true, HANDSHAKE_MILLIS);
            receiver = accepted.get(10, TimeUnit.SECONDS);
        }
    }

    private void fill() {
        messages = Math.max(1, TlsLink.BATCH_BYTES / (frameBytes + Wire.HEADER_BYTES));
        batch = ByteBuffer.allocateDirect(messages * (frameBytes + Wire.HEADER_BYTES));
        for (int i = 0; i < messages; i++) {
            Wire.putHeader(batch, Wire.FRAME, 0, frameBytes);
            batch.position(batch.position() + frameBytes);
        }
    }

    private void receive() {
        int[] seen = new int[1];
        try {
            receiver.receive((type, network, body) -> {
                seen[0]++;
                if (seen[0] == messages) {
                    seen[0] = 0;
                    arrived.release();
                }
            });
        } catch (IOException closed) {
            arrived.release(Integer.MAX_VALUE / 2);
        }
    }

    @Benchmark
    public void sealSendReceiveOpen() throws Exception {
        batch.clear();
        sender.send(batch);
        arrived.acquire();
    }

    @TearDown
    public void close() {
        sender.close();
        receiver.close();
        clock.shutdownNow();
    }
}
