package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.Announcement;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.ProbeKind;
import org.stretchdeploy.tunnel.control.ProbeRequest;
import org.stretchdeploy.tunnel.control.ProbeResult;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelState;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.tap.TapPort;
import org.stretchdeploy.tunnel.internal.testkit.MemorySegment;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** Two whole engines over real TLS on the loopback, with segments in memory. */
class TwoEnginesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String H1 = "52:54:00:00:00:01";
    private static final String H2 = "52:54:00:00:00:02";

    private final TestPki pki = new TestPki();
    private final Side a = new Side("a");
    private final Side b = new Side("b");
    private final int port = freePort();

    /** One edge with its segments. */
    private final class Side implements AutoCloseable {
        private final Map<String, MemorySegment> segments = new HashMap<>();
        private final Map<String, Collection<byte[]>> heard = new HashMap<>();
        private final TlsIdentity identity;
        private TunnelEngine engine;

        Side(String name) {
            identity = pki.identity(name);
            engine = new TunnelEngine(ports(), identity);
        }

        PortFactory ports() {
            return new PortFactory() {
                @Override
                public TapPort open(NetworkConfig network, int queues) throws IOException {
                    if (network.nicMac().startsWith("00:")) {
                        throw new IOException("no NIC with MAC address " + network.nicMac());
                    }
                    return segment(network.id()).port(queues, 1500);
                }

                @Override
                public void keepOnly(Set<String> networks) {}
            };
        }

        synchronized MemorySegment segment(String network) {
            return segments.computeIfAbsent(network, id -> {
                MemorySegment segment = new MemorySegment();
                heard.put(id, new ConcurrentLinkedQueue<>());
                segment.listen(heard.get(id)::add);
                return segment;
            });
        }

        synchronized boolean heard(String network, byte[] frame) {
            segment(network);
            return heard.get(network).stream().anyMatch(one -> Arrays.equals(one, frame));
        }

        void restart() {
            engine.close();
            engine = new TunnelEngine(ports(), identity);
        }

        Optional<NetworkStatus> network(String id) {
            return engine.status().stream()
                    .flatMap(tunnel -> tunnel.networks().stream())
                    .filter(network -> network.id().equals(id))
                    .findFirst();
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    @AfterEach
    void everythingEnds() {
        a.close();
        b.close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("segment-")
                                || name.startsWith("dial-")
                                || name.startsWith("accept-")
                                || name.startsWith("listen-")
                                || name.startsWith("tunnel-clock")));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NetworkConfig network(String id, NetworkSide side) {
        return NetworkConfig.of(id, "52:54:00:aa:00:01", side);
    }

    private void configureA(NetworkConfig... networks) {
        a.engine.apply(new DesiredState(
                1, List.of(TunnelConfig.listen("t", port, TestPki.uri("b"), List.of(networks))), null, null));
    }

    private void configureB(List<Announcement> announcements, List<ProbeRequest> probes, NetworkConfig... networks) {
        TunnelConfig dial = TunnelConfig.dial("t", "127.0.0.1", port, TestPki.uri("a"), List.of(networks));
        b.engine.apply(new DesiredState(2, List.of(dial), announcements, probes));
    }

    private void configure(String... ids) {
        configureA(Arrays.stream(ids).map(id -> network(id, NetworkSide.SOURCE)).toArray(NetworkConfig[]::new));
        configureB(
                null,
                null,
                Arrays.stream(ids).map(id -> network(id, NetworkSide.TARGET)).toArray(NetworkConfig[]::new));
    }

    private void awaitOpen(String id) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of(a, b))
                .allSatisfy(side -> assertThat(side.network(id)).get().matches(NetworkStatus::forwards)));
    }

    private static byte[] frame(String to, String from, int seed) {
        byte[] payload = new byte[200];
        Arrays.fill(payload, (byte) seed);
        return TestFrames.ethernet(to, from, 0x0800, payload);
    }

    @Test
    void framesOfSeveralNetworksCrossAndNeverMix() {
        configure("n1", "n2");
        awaitOpen("n1");
        awaitOpen("n2");
        byte[] first = frame(H2, H1, 1);
        byte[] second = frame(H2, H1, 2);
        byte[] back = frame(H1, H2, 3);
        a.segment("n1").send(first);
        a.segment("n2").send(second);
        b.segment("n1").send(back);
        await().atMost(PATIENCE).until(() -> b.heard("n1", first) && b.heard("n2", second) && a.heard("n1", back));
        assertThat(b.heard("n1", second)).isFalse();
        assertThat(b.heard("n2", first)).isFalse();
        assertThat(a.network("n1").orElseThrow().mtuProven()).isEqualTo(1500);
        assertThat(a.engine.status().get(0).connections()).isEqualTo(2);
        assertThat(a.engine.status().get(0).provider()).contains("TLSv1.3");
    }

    @Test
    void nothingCrossesBeforeTheProofAndAfterRemoval() {
        configure("n1");
        byte[] early = frame(H2, H1, 1);
        a.segment("n1").send(early);
        awaitOpen("n1");
        assertThat(b.heard("n1", early)).isFalse();
        configureB(null, null);
        await().atMost(PATIENCE).until(() -> a.network("n1").orElseThrow().forwarding() == ForwardingState.WAITING);
        byte[] late = frame(H2, H1, 2);
        a.segment("n1").send(late);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        a.network("n1").orElseThrow().outbound().drops())
                .containsKey("not-open"));
        assertThat(b.heard("n1", late)).isFalse();
    }

    @Test
    void cableBesideTheTunnelIsALoop() {
        configure("n1");
        awaitOpen("n1");
        a.segment("n1").join(b.segment("n1"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of(a, b)).anySatisfy(side -> {
            NetworkStatus status = side.network("n1").orElseThrow();
            assertThat(status.forwarding()).isEqualTo(ForwardingState.BLOCKED);
            assertThat(status.loop()).isTrue();
            assertThat(status.reason()).contains("beside the tunnel");
        }));
        a.segment("n1").part(b.segment("n1"));
        awaitOpen("n1");
    }

    @Test
    void cableThatIsThereFirstIsALoopAndNothingCrosses() {
        a.segment("n1").join(b.segment("n1"));
        configure("n1");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of(a, b)).anySatisfy(side -> {
            NetworkStatus status = side.network("n1").orElseThrow();
            assertThat(status.forwarding()).isEqualTo(ForwardingState.BLOCKED);
            assertThat(status.reason()).contains("beside the tunnel");
        }));
        assertThat(List.of(a, b)).allSatisfy(side -> assertThat(
                        side.network("n1").orElseThrow().outbound().frames())
                .isZero());
        a.segment("n1").part(b.segment("n1"));
        awaitOpen("n1");
    }

    @Test
    void peerRestartIsSurvived() {
        configure("n1");
        awaitOpen("n1");
        b.restart();
        configureB(null, null, network("n1", NetworkSide.TARGET));
        awaitOpen("n1");
        byte[] frame = frame(H2, H1, 1);
        a.segment("n1").send(frame);
        await().atMost(PATIENCE).until(() -> b.heard("n1", frame));
    }

    @Test
    void fencingTakesEffectWithoutInterruption() {
        configure("n1");
        awaitOpen("n1");
        configureA(network("n1", NetworkSide.SOURCE).withFencedMacs(List.of(H1)));
        byte[] fenced = frame(H2, H1, 1);
        byte[] other = frame(H2, "52:54:00:00:00:09", 2);
        a.segment("n1").send(fenced);
        a.segment("n1").send(other);
        await().atMost(PATIENCE).until(() -> b.heard("n1", other));
        assertThat(b.heard("n1", fenced)).isFalse();
        assertThat(a.network("n1").orElseThrow().outbound().drops()).containsEntry("fenced", 1L);
        assertThat(a.engine.status().get(0).reconnects()).isZero();
    }

    @Test
    void renewedIdentityReplacesConnectionsAndLosesNoFrame() {
        configure("n1");
        awaitOpen("n1");
        int sent = 0;
        long deadline = System.nanoTime() + 2_000_000_000L;
        b.engine.renew(pki.identity("b"));
        while (System.nanoTime() < deadline) {
            a.segment("n1").send(frame(H2, H1, sent++));
            if (sent % 2000 == 0) {
                b.engine.renew(pki.identity("b"));
            }
            Thread.onSpinWait();
            if (sent - b.network("n1").orElseThrow().inbound().frames() > 1000) {
                int target = sent;
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() ->
                                target - b.network("n1").orElseThrow().inbound().frames() < 100);
            }
        }
        long expected = sent;
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        b.network("n1").orElseThrow().inbound().frames())
                .isEqualTo(expected));
        assertThat(a.engine.status().get(0).reconnects()).isPositive();
    }

    @Test
    void wrongPeerIsRefused() {
        configureA(network("n1", NetworkSide.SOURCE));
        TunnelConfig dial = TunnelConfig.dial("t", "127.0.0.1", port, TestPki.uri("somebody-else"), List.of());
        b.engine.apply(new DesiredState(1, List.of(dial), null, null));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(b.engine.status().get(0).reason()).contains("cannot reach"));
        assertThat(b.engine.status().get(0).state()).isEqualTo(TunnelState.CONNECTING);
        assertThat(a.engine.status().get(0).state()).isEqualTo(TunnelState.CONNECTING);
    }

    @Test
    void strangersWhoSayNothingDoNotKeepThePeerOut() throws IOException {
        configureA(network("n1", NetworkSide.SOURCE));
        List<java.net.Socket> strangers = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                strangers.add(new java.net.Socket("127.0.0.1", port));
            }
            configureB(null, null, network("n1", NetworkSide.TARGET));
            awaitOpen("n1");
        } finally {
            for (java.net.Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void missingNicIsToldAndTriedAgain() {
        NetworkConfig missing = NetworkConfig.of("n1", "00:00:00:00:00:05", NetworkSide.SOURCE);
        configureA(missing);
        assertThat(a.engine.problems()).singleElement().asString().contains("no NIC");
        configureA(network("n1", NetworkSide.SOURCE));
        assertThat(a.engine.problems()).isEmpty();
    }

    @Test
    void probesAndAnnouncementsAreMadeOnce() {
        configureA(network("n1", NetworkSide.SOURCE));
        a.segment("n1").listen(frame -> answerArp(a.segment("n1"), frame, host -> host == 7));
        configureB(
                List.of(new Announcement("a1", "n1", H2, "10.0.0.2", null)),
                List.of(),
                network("n1", NetworkSide.TARGET));
        awaitOpen("n1");
        await().atMost(PATIENCE).until(() -> b.engine.requests().announced().contains("a1"));
        await().atMost(PATIENCE).until(() -> a.heard("n1", gratuitous()));
        assertThat(b.heard("n1", gratuitous())).isFalse();
        List<ProbeRequest> probes = List.of(
                ProbeRequest.echo("e", "n1", 9014, 5),
                ProbeRequest.arp("r", ProbeKind.ARP_BOTH, "n1", "10.0.0.7"),
                ProbeRequest.arp("bad", ProbeKind.ARP_LOCAL, "n1", "10.0.0"));
        configureB(null, probes, network("n1", NetworkSide.TARGET));
        await().atMost(PATIENCE).until(() -> b.engine.requests().results().size() == 3);
        Map<String, ProbeResult> byId = new HashMap<>();
        b.engine.requests().results().forEach(result -> byId.put(result.id(), result));
        assertThat(byId.get("e").received()).isEqualTo(5);
        assertThat(byId.get("r").answers())
                .extracting(ProbeResult.Answer::mac, ProbeResult.Answer::home)
                .containsExactly(org.assertj.core.api.Assertions.tuple(H1, Announcement.Home.REMOTE));
        assertThat(byId.get("bad").reason()).contains("IPv4");
    }

    @Test
    void machinesOfALargeVAppAreAllAskedFor() {
        configureA(network("n1", NetworkSide.SOURCE));
        a.segment("n1").listen(frame -> answerArp(a.segment("n1"), frame, host -> true));
        configureB(List.of(), List.of(), network("n1", NetworkSide.TARGET));
        awaitOpen("n1");
        List<ProbeRequest> probes = IntStream.rangeClosed(1, 200)
                .mapToObj(i -> ProbeRequest.arp("p" + i, ProbeKind.ARP_BOTH, "n1", "10.0.0." + i))
                .toList();
        configureB(null, probes, network("n1", NetworkSide.TARGET));
        await().atMost(PATIENCE).until(() -> b.engine.requests().results().size() == probes.size());
        assertThat(b.engine.requests().results())
                .allSatisfy(result ->
                        assertThat(result.answers()).as(result.reason()).hasSize(1));
        assertThat(b.engine.status()).singleElement().matches(tunnel -> tunnel.reconnects() == 0);
    }

    @Test
    void aPeerWithoutTheNetworkIsNotTakenForNobody() {
        configureA(network("n1", NetworkSide.SOURCE));
        configureB(List.of(), List.of(), network("n1", NetworkSide.TARGET), network("n2", NetworkSide.TARGET));
        awaitOpen("n1");
        List<ProbeRequest> probes = List.of(ProbeRequest.arp("r", ProbeKind.ARP_REMOTE, "n2", "10.0.0.7"));
        configureB(null, probes, network("n1", NetworkSide.TARGET), network("n2", NetworkSide.TARGET));
        await().atMost(PATIENCE).until(() -> b.engine.requests().results().size() == 1);
        assertThat(b.engine.requests().results()).singleElement().satisfies(result -> {
            assertThat(result.sent()).isZero();
            assertThat(result.reason()).isEqualTo("the peer does not answer");
        });
    }

    private static byte[] gratuitous() {
        byte[] frame = TestFrames.arp(1, TestFrames.ANY, H2, "10.0.0.2", "10.0.0.2");
        return Arrays.copyOf(frame, 60);
    }

    /** @param has the last bytes of the addresses that H1 has */
    private static void answerArp(MemorySegment segment, byte[] frame, IntPredicate has) {
        boolean question = frame.length >= 42 && frame[12] == 8 && frame[13] == 6 && frame[21] == 1;
        if (question && has.test(frame[41] & 0xff)) {
            String asker = MacAddress.format(ByteBuffer.wrap(frame).getLong(6) >>> 16);
            segment.send(TestFrames.arp(2, asker, H1, "10.0.0." + (frame[41] & 0xff), "0.0.0.0"));
        }
    }

    @Test
    void upAndDownManyTimes() {
        for (int round = 0; round < 6; round++) {
            configure("n1");
            if (round % 3 == 0) {
                awaitOpen("n1");
            }
            a.engine.apply(DesiredState.EMPTY);
            if (round % 2 == 0) {
                b.engine.apply(DesiredState.EMPTY);
            }
        }
        configure("n1");
        awaitOpen("n1");
    }
}
