package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.PairStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelStatus;
import org.stretchdeploy.tunnel.internal.tap.TapPort;
import org.stretchdeploy.tunnel.internal.testkit.MemorySegment;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** Whole engines over real TLS, two of them at one segment or at both. */
class TunnelPairTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String H1 = "52:54:00:00:00:01";
    private static final String H2 = "52:54:00:00:00:02";

    private final TestPki pki = new TestPki();
    private final Segment left = new Segment();
    private final Segment right = new Segment();
    private final List<TunnelEngine> engines = new ArrayList<>();

    /** Counts what a host on it hears, by number; see {@link #frame}. */
    private static final class Segment {
        final MemorySegment wire = new MemorySegment();
        final Map<Integer, Integer> heard = new ConcurrentHashMap<>();
        volatile boolean rarp;

        Segment() {
            wire.listen(frame -> {
                int type = ByteBuffer.wrap(frame).getShort(12) & 0xffff;
                if (type == 0x88b6) {
                    heard.merge(ByteBuffer.wrap(frame).getInt(14), 1, Integer::sum);
                }
                rarp |= type == 0x8035;
            });
        }
    }

    private TunnelEngine engine(String name, Segment segment) {
        TunnelEngine engine = new TunnelEngine(
                new PortFactory() {
                    @Override
                    public TapPort open(NetworkConfig network, int queues) {
                        return segment.wire.port(queues, 1500);
                    }

                    @Override
                    public void keepOnly(Set<String> networks) {}
                },
                pki.identity(name));
        engines.add(engine);
        return engine;
    }

    @AfterEach
    void everythingEnds() {
        engines.forEach(TunnelEngine::close);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("lease-") || name.startsWith("segment-")));
    }

    /** Different ones: each is held until all are known. */
    private static List<Integer> freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            held.forEach(TunnelPairTest::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<NetworkConfig> networks(NetworkSide side) {
        return List.of(NetworkConfig.of("n", "52:54:00:aa:00:01", side));
    }

    private static TunnelConfig listen(int port, int member, String... peers) {
        List<PairConfig.Peer> named = List.of(peers).stream()
                .map(peer -> new PairConfig.Peer(TestPki.uri(peer), null, 0))
                .toList();
        return TunnelConfig.listen("t", port, TestPki.uri(peers[0]), networks(NetworkSide.SOURCE))
                .withPair(new PairConfig(member, named, 0));
    }

    private static TunnelConfig dial(int member, Map<String, Integer> ports, String... peers) {
        List<PairConfig.Peer> named = List.of(peers).stream()
                .map(peer -> new PairConfig.Peer(TestPki.uri(peer), "127.0.0.1", ports.get(peer)))
                .toList();
        return TunnelConfig.dial("t", "127.0.0.1", 1, TestPki.uri(peers[0]), networks(NetworkSide.TARGET))
                .withPair(new PairConfig(member, named, 0));
    }

    private static void apply(TunnelEngine engine, TunnelConfig config) {
        engine.apply(new DesiredState(1, List.of(config), null, null));
    }

    private static TunnelStatus status(TunnelEngine engine) {
        return engine.status().get(0);
    }

    private static NetworkStatus network(TunnelEngine engine) {
        return status(engine).networks().get(0);
    }

    private static boolean forwards(TunnelEngine engine) {
        // A closed engine has no tunnel, and one whose port was taken has none yet.
        return !engine.status().isEmpty()
                && status(engine).pair().role() != PairStatus.Role.STANDBY
                && network(engine).forwards();
    }

    /** Numbered broadcasts from both sides, one every millisecond. */
    private final class Traffic implements AutoCloseable {
        private final AtomicInteger sent = new AtomicInteger();
        private final Thread thread = new Thread(this::send);
        private volatile boolean ended;

        Traffic() {
            thread.start();
        }

        private void send() {
            while (!ended) {
                int number = sent.incrementAndGet();
                left.wire.send(frame(H1, number));
                right.wire.send(frame(H2, -number));
                LockSupport.parkNanos(1_000_000);
            }
        }

        private static byte[] frame(String from, int number) {
            return TestFrames.ethernet(
                    TestFrames.ANY,
                    from,
                    0x88b6,
                    ByteBuffer.allocate(46).putInt(number).array());
        }

        void awaitCrossing() {
            int before = sent.get();
            await().atMost(PATIENCE)
                    .until(() -> right.heard.keySet().stream().anyMatch(number -> number > before)
                            && left.heard.keySet().stream().anyMatch(number -> number < -before));
        }

        @Override
        public void close() throws InterruptedException {
            ended = true;
            thread.join();
        }
    }

    private void assertNothingTwice() {
        assertThat(left.heard.values()).allMatch(count -> count == 1);
        assertThat(right.heard.values()).allMatch(count -> count == 1);
    }

    private record OneAgainstTwo(TunnelEngine b, TunnelEngine one, TunnelEngine two) {}

    private OneAgainstTwo oneAgainstTwo() {
        int port = freePorts(1).get(0);
        TunnelEngine b = engine("b", left);
        TunnelEngine one = engine("a1", right);
        TunnelEngine two = engine("a2", right);
        apply(b, listen(port, PairConfig.ALONE, "a1", "a2"));
        apply(one, dial(PairConfig.PRIMARY, Map.of("b", port), "b"));
        apply(two, dial(PairConfig.SECONDARY, Map.of("b", port), "b"));
        return new OneAgainstTwo(b, one, two);
    }

    @Test
    void oneOfTwoForwardsAndTheOtherTakesOver() throws Exception {
        OneAgainstTwo all = oneAgainstTwo();
        TunnelEngine b = all.b();
        TunnelEngine one = all.one();
        TunnelEngine two = all.two();
        await().atMost(PATIENCE)
                .until(() -> forwards(one)
                        && forwards(b)
                        && status(one).pair().partnerReady()
                        && network(two).forwarding() == ForwardingState.STANDBY);
        assertThat(status(b).pair())
                .matches(pair -> pair.peerActive() == 1 && pair.peersReady() == 2 && pair.member() == 0);
        try (Traffic traffic = new Traffic()) {
            traffic.awaitCrossing();
            one.close();
            long start = System.nanoTime();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> forwards(two));
            System.out.println("figure=ordered-handover ms=" + (System.nanoTime() - start) / 1_000_000);
            traffic.awaitCrossing();
        }
        assertThat(status(two).pair()).matches(pair -> pair.takeovers() == 1 && !pair.partnerReady());
        await().atMost(PATIENCE).until(() -> right.rarp);
        assertThat(network(two).findings()).isEmpty();
        assertNothingTwice();
        for (TunnelEngine remaining : List.of(two, b)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(network(remaining).alarms())
                            .anyMatch(alarm -> alarm.startsWith("no-standby: ")));
        }
    }

    @Test
    void bothEndsMayHaveTwo() throws Exception {
        List<Integer> free = freePorts(2);
        Map<String, Integer> ports = Map.of("a1", free.get(0), "a2", free.get(1));
        TunnelEngine a1 = engine("a1", left);
        TunnelEngine a2 = engine("a2", left);
        TunnelEngine b1 = engine("b1", right);
        TunnelEngine b2 = engine("b2", right);
        apply(a1, listen(ports.get("a1"), PairConfig.PRIMARY, "b1", "b2"));
        apply(a2, listen(ports.get("a2"), PairConfig.SECONDARY, "b1", "b2"));
        apply(b1, dial(PairConfig.PRIMARY, ports, "a1", "a2"));
        apply(b2, dial(PairConfig.SECONDARY, ports, "a1", "a2"));
        Function<TunnelEngine, PairStatus.Role> role =
                engine -> status(engine).pair().role();
        // on a busy machine the lease may have moved to the secondary of an end before everybody was there
        await().atMost(PATIENCE)
                .until(() -> (forwards(a1) && role.apply(a2) == PairStatus.Role.STANDBY
                                || forwards(a2) && role.apply(a1) == PairStatus.Role.STANDBY)
                        && (forwards(b1) && role.apply(b2) == PairStatus.Role.STANDBY
                                || forwards(b2) && role.apply(b1) == PairStatus.Role.STANDBY));
        try (Traffic traffic = new Traffic()) {
            traffic.awaitCrossing();
            (forwards(b1) ? b1 : b2).close();
            await().atMost(PATIENCE).until(() -> forwards(b1) || forwards(b2));
            traffic.awaitCrossing();
        }
        await().atMost(PATIENCE).until(() -> status(a2).pair().lacksStandby(true));
        assertNothingTwice();
    }

    @Test
    void membersThatKnowEachOtherRaiseNoAlarm() {
        OneAgainstTwo all = oneAgainstTwo();
        TunnelEngine one = all.one();
        TunnelEngine two = all.two();
        await().atMost(PATIENCE).until(() -> forwards(one));
        await().pollDelay(Duration.ofMillis(2500)).atMost(PATIENCE).until(() -> forwards(one));
        assertThat(network(one).findings()).isEmpty();
        assertThat(network(two).findings()).isEmpty();
        assertThat(network(two).localMacs()).isEmpty();
    }
}
