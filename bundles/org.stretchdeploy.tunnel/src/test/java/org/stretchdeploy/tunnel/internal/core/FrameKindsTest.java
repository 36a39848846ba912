package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;

/** Every kind of frame passes in both directions at both sides, with offloads and without, and costs no allocation. */
class FrameKindsTest {
    private static final String HOST = "52:54:00:00:00:01";
    private static final String PEER = "52:54:00:00:00:02";
    private static final String ROUTER = "fe80::1";

    private final ForwardingTable table = new ForwardingTable(64, 300);
    private final Alarms alarms = new Alarms("n");
    private final FrameGuard guard = new FrameGuard(new Sightings(table, alarms), new NobodysFrames());

    private static final class NobodysFrames implements FrameGuard.OwnFrames {
        private static final long MAC = MacAddress.parse("02:53:00:00:00:01");

        @Override
        public long mac() {
            return MAC;
        }

        @Override
        public void loopProbe(ByteBuffer buffer, int at) {
            throw new AssertionError("no probe was sent");
        }

        @Override
        public void arp(ByteBuffer buffer, int arpAt) {
            throw new AssertionError("nothing was sent to the agent");
        }

        @Override
        public void ipv4(ByteBuffer buffer, int at, int ip, int end) {
            throw new AssertionError("nothing was sent to the agent");
        }

        @Override
        public boolean asksForUs(ByteBuffer buffer, int arpAt, boolean local) {
            return false;
        }
    }

    private static GuardPolicy policy(NetworkSide side, String gateway) {
        return GuardPolicy.of(
                new NetworkConfig("n", HOST, side, gateway, "52:54:00:00:00:fe", "10.0.0.253", List.of(), 0), 1500);
    }

    private static List<ByteBuffer> everyKind() {
        byte[] ipv4 = TestFrames.udp(PEER, HOST, 5000, 53);
        byte[] ipv6 = TestFrames.discovery(135, "33:33:ff:00:00:02", HOST, "2001:db8::1", "2001:db8::2");
        byte[] full = TestFrames.ethernet(PEER, HOST, 0x0800, new byte[1500]);
        return List.of(
                TestFrames.withHeader(ipv4),
                TestFrames.withHeader(ipv6),
                TestFrames.withHeader(full),
                TestFrames.withHeader(TestFrames.tagged(full, 7)),
                TestFrames.withHeader(TestFrames.tagged(TestFrames.tagged(full, 7), 9)),
                TestFrames.withHeader(TestFrames.tagged(ipv6, 7)),
                TestFrames.withHeader(TestFrames.arp(1, TestFrames.ANY, HOST, "10.0.0.1", "10.0.0.2")),
                TestFrames.withHeader(TestFrames.ethernet(PEER, HOST, 0x8137, new byte[46])),
                TestFrames.withHeader(TestFrames.ethernet(PEER, HOST, 38, new byte[46])),
                TestFrames.withHeader(TestFrames.ethernet("01:00:5e:00:00:fb", HOST, 0x0800, new byte[100])),
                TestFrames.superFrame(PEER, HOST, 1, 1448, 60_000, false),
                TestFrames.superFrame(PEER, HOST, 1, 1448, 60_000, true),
                TestFrames.superFrame(PEER, HOST, 4, 1428, 60_000, false),
                TestFrames.superFrame(PEER, HOST, 5, 1472, 60_000, false));
    }

    @ParameterizedTest
    @EnumSource
    void everyKindPassesBothWays(NetworkSide side) {
        GuardPolicy policy = policy(side, "10.0.0.254");
        for (ByteBuffer frame : everyKind()) {
            assertThat(guard.outbound(policy, frame, 0, frame.limit(), 1)).isEqualTo(FrameGuard.PASS);
        }
        for (ByteBuffer frame : everyKind()) {
            assertThat(guard.inbound(policy, frame, 0, frame.limit(), 1)).isEqualTo(FrameGuard.PASS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5})
    void superFrameWhoseSegmentsExceedTheMtuIsOversized(int gso) {
        ByteBuffer frame = TestFrames.superFrame(PEER, HOST, gso, 8900, 60_000, false);
        assertThat(guard.inbound(policy(NetworkSide.SOURCE, null), frame, 0, frame.limit(), 1))
                .isEqualTo(DropReason.OVERSIZED.ordinal());
    }

    @Test
    void nobodyAtTheTargetSpeaksForAnIpv6RouterOfTheSource() {
        GuardPolicy target = policy(NetworkSide.TARGET, null);
        byte[] claim = TestFrames.discovery(136, PEER, HOST, "fe80::66", ROUTER);
        assertThat(out(target, claim)).isEqualTo(FrameGuard.PASS);
        ByteBuffer advertisement =
                TestFrames.withHeader(TestFrames.discovery(134, "33:33:00:00:00:01", PEER, ROUTER, "::"));
        assertThat(guard.inbound(target, advertisement, 0, advertisement.limit(), 1))
                .isEqualTo(FrameGuard.PASS);
        assertThat(out(target, claim)).isEqualTo(DropReason.GATEWAY.ordinal());
        assertThat(out(target, TestFrames.discovery(135, "33:33:ff:00:00:02", HOST, ROUTER, "fe80::2")))
                .isEqualTo(DropReason.GATEWAY.ordinal());
        assertThat(out(target, TestFrames.discovery(136, PEER, HOST, "fe80::66", "fe80::67")))
                .isEqualTo(FrameGuard.PASS);
    }

    @Test
    void configuredIpv6GatewayIsGuardedFromTheFirstFrame() {
        GuardPolicy target = policy(NetworkSide.TARGET, "2001:db8::fe");
        assertThat(out(target, TestFrames.discovery(136, PEER, HOST, "fe80::66", "2001:db8::fe")))
                .isEqualTo(DropReason.GATEWAY.ordinal());
        assertThat(out(target, TestFrames.discovery(136, PEER, HOST, "fe80::66", "2001:db8::fd")))
                .isEqualTo(FrameGuard.PASS);
    }

    @Test
    void routerAdvertisementBehindExtensionHeadersIsFound() {
        byte[] plain = TestFrames.discovery(134, "33:33:00:00:00:01", HOST, "fe80::66", "::");
        byte[] hidden = new byte[plain.length + 16];
        System.arraycopy(plain, 0, hidden, 0, 54);
        System.arraycopy(plain, 54, hidden, 70, plain.length - 54);
        hidden[20] = 60;
        hidden[54] = 44;
        hidden[62] = 58;
        hidden[65] = 1;
        assertThat(out(policy(NetworkSide.TARGET, null), hidden)).isEqualTo(DropReason.ROUTER_ADVERTISEMENT.ordinal());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 100})
    void routerAdvertisementBehindManyExtensionHeadersIsFound(int headers) {
        byte[] plain = TestFrames.discovery(134, "33:33:00:00:00:01", HOST, "fe80::66", "::");
        byte[] hidden = new byte[plain.length + 8 * headers];
        System.arraycopy(plain, 0, hidden, 0, 54);
        System.arraycopy(plain, 54, hidden, 54 + 8 * headers, plain.length - 54);
        hidden[20] = 60;
        for (int i = 0; i < headers; i++) {
            hidden[54 + 8 * i] = (byte) (i == headers - 1 ? 58 : 60);
        }
        assertThat(out(policy(NetworkSide.TARGET, null), hidden)).isEqualTo(DropReason.ROUTER_ADVERTISEMENT.ordinal());
    }

    @Test
    void addressAtBothEndsIsFoundWithIpv6Too() {
        GuardPolicy source = policy(NetworkSide.SOURCE, null);
        out(source, TestFrames.discovery(136, PEER, HOST, "2001:db8::5", "2001:db8::5"));
        ByteBuffer there = TestFrames.withHeader(TestFrames.discovery(136, HOST, PEER, "2001:db8::5", "2001:db8::5"));
        guard.inbound(source, there, 0, there.limit(), 1);
        assertThat(alarms.counts()).containsEntry("duplicate-ip", 1L);
    }

    private int out(GuardPolicy policy, byte[] frame) {
        ByteBuffer buffer = TestFrames.withHeader(frame);
        return guard.outbound(policy, buffer, 0, buffer.limit(), 1);
    }

    /** Also for frames that are refused, that flap, that claim addresses and that the full table does not take. */
    @Test
    void noFrameCostsAnAllocation() {
        GuardPolicy policy = policy(NetworkSide.TARGET, "10.0.0.254");
        List<ByteBuffer> kinds = new java.util.ArrayList<>(everyKind());
        kinds.add(TestFrames.withHeader(TestFrames.udp(TestFrames.ANY, HOST, 67, 68)));
        kinds.add(TestFrames.withHeader(TestFrames.arp(2, PEER, HOST, "10.0.0.254", "10.0.0.1")));
        for (int i = 0; i < 80; i++) {
            String mac = String.format("52:54:00:00:01:%02x", i);
            kinds.add(TestFrames.withHeader(TestFrames.arp(1, TestFrames.ANY, mac, "10.0.0.9", "10.0.0.8")));
        }
        judgeAll(policy, kinds, 20);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        int frames = judgeAll(policy, kinds, 2000);
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(allocated)
                .as("bytes allocated for %d frames: none per frame, some once for the list's iterator", frames)
                .isLessThan(frames / 2);
    }

    private int judgeAll(GuardPolicy policy, List<ByteBuffer> kinds, int rounds) {
        int frames = 0;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < kinds.size(); i++) {
                ByteBuffer frame = kinds.get(i);
                guard.outbound(policy, frame, 0, frame.limit(), 1);
                guard.inbound(policy, frame, 0, frame.limit(), 1);
                frames += 2;
            }
        }
        return frames;
    }
}
