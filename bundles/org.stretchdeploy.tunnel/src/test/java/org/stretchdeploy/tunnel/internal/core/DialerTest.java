package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelState;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.tap.TapPort;
import org.stretchdeploy.tunnel.internal.testkit.MemorySegment;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

class DialerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestPki pki = new TestPki();

    /** Whoever answers with something else than our protocol says no: it is asked less and less often. */
    @Test
    void refusedDiallerSlowsDownUntilSomethingIsConfigured() throws Exception {
        TlsIdentity listening = pki.identity("a");
        TlsIdentity dialling = pki.identity("b");
        String expected = listening.identity().uri();
        AtomicInteger calls = new AtomicInteger();
        try (ServerSocket refusing = new ServerSocket(0);
                TunnelEngine one = new TunnelEngine(ports(), listening);
                TunnelEngine other = new TunnelEngine(ports(), dialling)) {
            int port = refusing.getLocalPort();
            Thread server = new Thread(() -> refuse(refusing, calls), "refuse");
            server.start();
            other.apply(only(TunnelConfig.dial("t", "127.0.0.1", port, expected, List.of())));
            await().pollDelay(Duration.ofSeconds(6)).atMost(PATIENCE).until(() -> calls.get() > 0);
            // Two slots that wait 0.4 s at most would have called thirty times.
            assertThat(calls.get()).isLessThanOrEqualTo(16);
            refusing.close();
            server.join();
            one.apply(only(TunnelConfig.listen("t", port, dialling.identity().uri(), List.of())));
            NetworkConfig network = NetworkConfig.of("n", "52:54:00:00:00:01", NetworkSide.TARGET);
            other.apply(only(TunnelConfig.dial("t", "127.0.0.1", port, expected, List.of(network))));
            await().atMost(PATIENCE).until(() -> other.status().get(0).state() == TunnelState.UP);
        }
    }

    private static void refuse(ServerSocket server, AtomicInteger calls) {
        byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        while (!server.isClosed()) {
            try (Socket one = server.accept()) {
                calls.incrementAndGet();
                one.getInputStream().read(new byte[1024]);
                one.getOutputStream().write(answer);
            } catch (IOException ended) {
                // The other end gave up, or the test is over.
            }
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
