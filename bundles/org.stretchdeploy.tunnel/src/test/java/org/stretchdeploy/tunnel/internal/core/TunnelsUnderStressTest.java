package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.ProbeRequest;
import org.stretchdeploy.tunnel.control.ProbeResult;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.testkit.MemoryEdge;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** Tunnels of several customers, and many frames: over real TLS, with segments in memory. */
class TunnelsUnderStressTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String H1 = "52:54:00:00:00:01";
    private static final String H2 = "52:54:00:00:00:02";

    private final TestPki pki = new TestPki();
    private final MemoryEdge a = new MemoryEdge(pki.identity("a"), true);
    private final MemoryEdge b = new MemoryEdge(pki.identity("b"), true);
    private final MemoryEdge c = new MemoryEdge(pki.identity("c"), true);
    private final int port = freePort();

    @AfterEach
    void closeAll() {
        List.of(a, b, c).forEach(MemoryEdge::close);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<NetworkConfig> network(String id, NetworkSide side) {
        return List.of(NetworkConfig.of(id, "52:54:00:aa:00:01", side));
    }

    private TunnelConfig listen(String tunnel, String peer, String network) {
        return TunnelConfig.listen(tunnel, port, TestPki.uri(peer), network(network, NetworkSide.SOURCE));
    }

    private TunnelConfig dial(String tunnel, String network) {
        return TunnelConfig.dial(tunnel, "127.0.0.1", port, TestPki.uri("a"), network(network, NetworkSide.TARGET));
    }

    private static void awaitOpen(MemoryEdge edge, String network) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(edge.network(network))
                .matches(NetworkStatus::forwards));
    }

    private static byte[] frame(int seed) {
        byte[] payload = new byte[200];
        java.util.Arrays.fill(payload, (byte) seed);
        return TestFrames.ethernet(H2, H1, 0x0800, payload);
    }

    /** Both customers have the same MAC and IP addresses, and one of them claims the other's network and tunnel. */
    @Test
    void twoTunnelsWithTheSameMachinesNeverMix() {
        a.apply(listen("blue", "b", "blue-net"), listen("red", "c", "red-net"));
        b.apply(dial("blue", "blue-net"));
        c.apply(dial("red", "red-net"), dial("blue", "blue-net"));
        awaitOpen(b, "blue-net");
        awaitOpen(c, "red-net");
        a.segment("blue-net").send(frame(1));
        a.segment("red-net").send(frame(2));
        b.segment("blue-net").send(frame(3));
        c.segment("red-net").send(frame(4));
        await().atMost(PATIENCE)
                .until(() -> b.heard("blue-net", frame(1))
                        && c.heard("red-net", frame(2))
                        && a.heard("blue-net", frame(3))
                        && a.heard("red-net", frame(4)));
        assertThat(b.heard("blue-net", frame(2))).isFalse();
        assertThat(c.heard("red-net", frame(1))).isFalse();
        assertThat(c.heard("blue-net", frame(1))).isFalse();
        assertThat(a.heard("blue-net", frame(4))).isFalse();
        assertThat(a.heard("red-net", frame(3))).isFalse();
        assertThat(c.network("blue-net").forwards()).isFalse();
        assertThat(a.network("blue-net").findings()).isEmpty();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** A long life in short: many frames, and certificates renewed again and again in between. */
    @Test
    void memoryStaysFlatOverManyFramesAndRenewals() {
        try (MemoryEdge one = new MemoryEdge(pki.identity("a"), false);
                MemoryEdge other = new MemoryEdge(pki.identity("b"), false)) {
            one.apply(listen("t", "b", "n"));
            other.apply(dial("t", "n"));
            awaitOpen(one, "n");
            awaitOpen(other, "n");
            live(one, other, 4);
            long before = usedBytes();
            live(one, other, 12);
            // The retired connections' buffers go a little after the connections.
            await("heap and direct memory that 120000 frames and 12 renewals left behind")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(usedBytes() - before).isLessThan(6_000_000));
        }
    }

    private void live(MemoryEdge from, MemoryEdge to, int rounds) {
        for (int round = 0; round < rounds; round++) {
            long target = to.network("n").inbound().frames() + 10_000;
            for (int i = 0; i < 10_000; i++) {
                from.segment("n").send(frame(i));
                if (i % 1000 == 999) {
                    long least = target - 10_000 + i - 100;
                    await().atMost(PATIENCE)
                            .pollInterval(Duration.ofMillis(2))
                            .until(() -> to.network("n").inbound().frames() >= least);
                }
            }
            await().atMost(PATIENCE).until(() -> to.network("n").inbound().frames() == target);
            to.engine().renew(pki.identity("b"));
        }
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + directBytes();
    }

    @Test
    void throughputIsEstimated() {
        a.apply(listen("t", "b", "n"));
        b.engine()
                .apply(new org.stretchdeploy.tunnel.control.DesiredState(
                        1, List.of(dial("t", "n")), null, List.of(ProbeRequest.throughput("early", "n"))));
        awaitOpen(b, "n");
        b.engine()
                .apply(new org.stretchdeploy.tunnel.control.DesiredState(
                        2, List.of(dial("t", "n")), null, List.of(ProbeRequest.throughput("p", "n"))));
        await().atMost(PATIENCE).until(() -> b.engine().requests().results().size() == 1);
        ProbeResult result = b.engine().requests().results().get(0);
        assertThat(result.received()).isBetween(1, 256);
        assertThat(result.bitsPerSecond()).isGreaterThan(1_000_000);
    }
}
