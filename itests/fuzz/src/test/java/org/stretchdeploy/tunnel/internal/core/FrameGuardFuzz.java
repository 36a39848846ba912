package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Packet;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.ServiceFrames;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;

/**
 * The guards against any sequence of frames. The input is cut into frames: side, two bytes of length, the virtio-net
 * header and the frame. Whatever comes: no exception, a verdict that exists, and what must never pass does not.
 */
final class FrameGuardFuzz {
    private static final long FENCED = MacAddress.parse("52:54:00:00:00:66");
    private static final long OWN = MacAddress.parse("02:53:00:00:00:01");
    private static final int HEAD = 3;

    private static final class Silent implements FrameGuard.OwnFrames {
        @Override
        public long mac() {
            return OWN;
        }

        @Override
        public void loopProbe(ByteBuffer buffer, int at) {
            // read only
        }

        @Override
        public void arp(ByteBuffer buffer, int arpAt) {
            buffer.getInt(arpAt + 24);
        }

        @Override
        public void ipv4(ByteBuffer buffer, int at, int ip, int end) {
            int transport = Ipv4Packet.transport(buffer, ip, end);
            if (transport != Ipv4Packet.NONE) {
                int last = Ipv4Packet.end(buffer, ip);
                ServiceFrames.echoed(buffer, transport, last, ServiceFrames.identifier(buffer, transport, last), 0);
                ServiceFrames.accepted(buffer, ip, transport, last, false, 22, -1);
                ServiceFrames.targetPort(buffer, transport, last);
            }
        }

        @Override
        public boolean asksForUs(ByteBuffer buffer, int arpAt, boolean local) {
            buffer.getInt(arpAt + 24);
            return false;
        }
    }

    private static GuardPolicy policy(NetworkSide side) {
        NetworkConfig config = new NetworkConfig(
                "n",
                "52:54:00:00:00:01",
                side,
                "10.0.0.254",
                "52:54:00:00:00:fe",
                "10.0.0.253",
                List.of(MacAddress.format(FENCED)),
                0);
        return GuardPolicy.of(config, 1500);
    }

    @FuzzTest
    void source(byte[] traffic) {
        judge(policy(NetworkSide.SOURCE), traffic);
    }

    @FuzzTest
    void target(byte[] traffic) {
        judge(policy(NetworkSide.TARGET), traffic);
    }

    private static void judge(GuardPolicy policy, byte[] traffic) {
        ForwardingTable table = new ForwardingTable(8, 300);
        FrameGuard guard = new FrameGuard(new Sightings(table, new Alarms("n")), new Silent());
        int at = 0;
        int second = 1;
        while (at + HEAD <= traffic.length) {
            int side = traffic[at] & 1;
            second += traffic[at] >>> 1 & 3;
            int length = Math.min((traffic[at + 1] & 0xff) << 8 | traffic[at + 2] & 0xff, traffic.length - at - HEAD);
            one(guard, policy, side, Arrays.copyOfRange(traffic, at + HEAD, at + HEAD + length), second);
            at += HEAD + length;
        }
        assertThat(table.size()).isLessThanOrEqualTo(8);
    }

    private static void one(FrameGuard guard, GuardPolicy policy, int side, byte[] bytes, int second) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int verdict = side == ForwardingTable.LOCAL
                ? guard.outbound(policy, buffer, 0, bytes.length, second)
                : guard.inbound(policy, buffer, 0, bytes.length, second);
        assertThat(verdict).isBetween(FrameGuard.PASS, DropReason.values().length - 1);
        assertThat(buffer.position()).isZero();
        if (verdict != FrameGuard.PASS) {
            return;
        }
        int frame = VirtioNetHeader.BYTES;
        assertThat(bytes.length - frame).isGreaterThanOrEqualTo(Ethernet.HEADER_BYTES);
        assertThat(VirtioNetHeader.isValid(buffer, 0, bytes.length - frame)).isTrue();
        assertThat(Ethernet.isLinkControl(Ethernet.target(buffer, frame))).isFalse();
        assertThat(MacAddress.isGroup(Ethernet.source(buffer, frame))).isFalse();
        if (side == ForwardingTable.LOCAL) {
            assertThat(Ethernet.source(buffer, frame)).isNotEqualTo(FENCED);
        }
        assertThat(bytes.length - frame <= policy.maxFrame() || VirtioNetHeader.isSuperFrame(buffer, 0))
                .isTrue();
    }
}
