package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TransportStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelStatus;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.tap.TapPort;
import org.stretchdeploy.tunnel.internal.testkit.LossyRelay;
import org.stretchdeploy.tunnel.internal.testkit.MemorySegment;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** Two engines whose frames go as datagrams through a relay that can lose, block and rebind them. */
class TwoEnginesOverDatagramsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String H1 = "52:54:00:00:00:01";
    private static final String H2 = "52:54:00:00:00:02";

    private final TestPki pki = new TestPki();
    private final Side a = new Side(pki.identity("a"));
    private final Side b = new Side(pki.identity("b"));
    private int port;
    private LossyRelay relay;

    private static final class Side {
        private final MemorySegment segment = new MemorySegment();
        private final Collection<byte[]> heard = new ConcurrentLinkedQueue<>();
        private final TlsIdentity identity;
        private TunnelEngine engine;

        Side(TlsIdentity identity) {
            this.identity = identity;
            segment.listen(heard::add);
            start();
        }

        void start() {
            engine = new TunnelEngine(
                    new PortFactory() {
                        @Override
                        public TapPort open(NetworkConfig network, int queues) {
                            return segment.port(queues, network.mtu() > 0 ? network.mtu() : 1500);
                        }

                        @Override
                        public void keepOnly(Set<String> networks) {}
                    },
                    identity);
        }

        boolean heard(byte[] frame) {
            return heard.stream().anyMatch(one -> Arrays.equals(one, frame));
        }

        TransportStatus transport() {
            List<TunnelStatus> tunnels = engine.status();
            return tunnels.isEmpty() ? TransportStatus.TLS_ONLY : tunnels.get(0).transport();
        }

        boolean forwards() {
            return engine.status().stream()
                    .flatMap(tunnel -> tunnel.networks().stream())
                    .anyMatch(NetworkStatus::forwards);
        }
    }

    @BeforeEach
    void wayBetween() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        relay = new LossyRelay(port);
    }

    @AfterEach
    void everythingEnds() throws IOException {
        a.engine.close();
        b.engine.close();
        relay.close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("segment-")
                                || name.startsWith("datagrams-")
                                || name.startsWith("keys-")
                                || name.startsWith("tunnel-clock")));
    }

    private void configureA(Transport transport) {
        NetworkConfig network = NetworkConfig.of("n1", "52:54:00:aa:00:01", NetworkSide.SOURCE);
        TunnelConfig listen = TunnelConfig.listen("t", port, TestPki.uri("b"), List.of(network));
        a.engine.apply(new DesiredState(1, List.of(listen.withTransport(transport)), null, null));
    }

    private void configureB(Transport transport) {
        NetworkConfig network = NetworkConfig.of("n1", "52:54:00:aa:00:02", NetworkSide.TARGET);
        TunnelConfig dial = TunnelConfig.dial("t", "127.0.0.1", relay.port(), TestPki.uri("a"), List.of(network));
        b.engine.apply(new DesiredState(1, List.of(dial.withTransport(transport)), null, null));
    }

    private void connect(Transport transport) {
        configureA(transport);
        configureB(transport);
        await().atMost(PATIENCE).until(() -> a.forwards() && b.forwards());
    }

    private void awaitUsed(Transport transport) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of(a.transport(), b.transport()))
                .allSatisfy(one -> assertThat(one.used()).as(one.reason()).isEqualTo(transport)));
    }

    private static byte[] frame(String to, String from, int bytes, int seed) {
        byte[] payload = new byte[bytes - 14];
        Arrays.fill(payload, (byte) seed);
        return TestFrames.ethernet(to, from, 0x0801, payload);
    }

    /** Frames of every size there and back, each again until it arrives: a datagram may be lost on a busy machine. */
    private void crosses(int seed) {
        for (int bytes : new int[] {60, 61, 590, 1200, 1400, 1401, 1513, 1514}) {
            byte[] there = frame(H2, H1, bytes, seed);
            byte[] back = frame(H1, H2, bytes, seed + 1);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
                a.segment.send(there);
                b.segment.send(back);
                return b.heard(there) && a.heard(back);
            });
        }
    }

    @Test
    void framesOfEverySizeGoAsDatagrams() {
        connect(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        long before = relay.largeDatagrams();
        crosses(1);
        assertThat(relay.largeDatagrams()).isGreaterThan(before + 10);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(a.transport().rttMicros()).isPositive();
            assertThat(b.transport().datagramBytes()).isGreaterThan(1200);
        });
    }

    @Test
    void blockedDatagramsFallBackToTlsAndComeBack() {
        connect(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        relay.lose(1);
        awaitUsed(Transport.TLS);
        assertThat(b.transport().reason()).contains("no answer over UDP");
        crosses(3);
        relay.lose(0);
        awaitUsed(Transport.DATAGRAM);
        crosses(5);
    }

    @Test
    void lossChangesOverByItself() {
        connect(Transport.AUTO);
        await().atMost(PATIENCE).until(() -> b.transport().reason().contains("loss is under"));
        assertThat(b.transport().used()).isEqualTo(Transport.TLS);
        relay.lose(0.1);
        awaitUsed(Transport.DATAGRAM);
        assertThat(b.transport().reason()).contains("is over 0.5");
        assertThat(b.transport().lossPermille()).isPositive();
        crosses(7);
    }

    @Test
    void reboundNatIsFollowed() throws IOException {
        connect(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        relay.rebind();
        long before = relay.largeDatagrams();
        crosses(9);
        assertThat(relay.largeDatagrams()).isGreaterThan(before);
        awaitUsed(Transport.DATAGRAM);
    }

    @Test
    void restartedPeerGetsNewKeys() {
        connect(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        a.engine.close();
        a.start();
        configureA(Transport.DATAGRAM);
        await().atMost(PATIENCE).until(() -> a.forwards() && b.forwards());
        awaitUsed(Transport.DATAGRAM);
        crosses(11);
    }

    @Test
    void renewedCertificateLosesNoFrame() {
        connect(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        Thread renewal = new Thread(() -> {
            b.engine.renew(pki.identity("b"));
            a.engine.renew(pki.identity("a"));
        });
        renewal.start();
        for (int i = 0; i < 300; i++) {
            byte[] one = ByteBuffer.wrap(frame(H2, H1, 200, 1)).putInt(100, i).array();
            a.segment.send(one);
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ofMillis(1))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> b.heard(one));
        }
        awaitUsed(Transport.DATAGRAM);
        crosses(13);
    }

    @Test
    void peerThatKeepsToTlsIsServedOverTls() {
        configureA(Transport.TLS);
        configureB(Transport.DATAGRAM);
        await().atMost(PATIENCE).until(() -> a.forwards() && b.forwards());
        await().atMost(PATIENCE).until(() -> b.transport().reason().contains("its transport may be tls"));
        crosses(15);
        configureA(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        configureB(Transport.TLS);
        await().atMost(PATIENCE).until(() -> b.transport().used() == Transport.TLS && b.forwards());
        crosses(17);
    }

    @Test
    void strangersGetNoAnswer() throws IOException {
        connect(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        try (DatagramSocket stranger = new DatagramSocket()) {
            stranger.setSoTimeout(300);
            byte[] bytes = new byte[1200];
            for (int i = 0; i < 50; i++) {
                Arrays.fill(bytes, (byte) i);
                stranger.send(new DatagramPacket(bytes, 1 + i * 23, InetAddress.getLoopbackAddress(), port));
            }
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> stranger.receive(new DatagramPacket(bytes, bytes.length))))
                    .isInstanceOf(SocketTimeoutException.class);
        }
        crosses(19);
        awaitUsed(Transport.DATAGRAM);
    }
}
