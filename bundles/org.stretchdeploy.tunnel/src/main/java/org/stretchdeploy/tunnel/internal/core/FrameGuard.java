package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.IpPorts;
import org.stretchdeploy.tunnel.internal.frame.LoopProbeFrame;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;

/**
 * Decides about one frame of one network. Stateless but for the forwarding table, the storm limits and the alarms,
 * which it feeds. Any thread; nothing is allocated for an ordinary frame.
 */
final class FrameGuard {
    /** The frame may cross. */
    static final int PASS = -1;

    private static final int STORM_FRAMES_PER_SECOND = 50_000;

    private final ForwardingTable table;
    private final Alarms alarms;
    private final StormLimit outboundStorm = new StormLimit(STORM_FRAMES_PER_SECOND);
    private final StormLimit inboundStorm = new StormLimit(STORM_FRAMES_PER_SECOND);
    private final OwnFrames own;

    /** Takes frames that are meant for the agent itself. */
    interface OwnFrames {
        /** MAC address of the agent on this segment. */
        long mac();

        /** One of our loop probes was read from the segment. */
        void loopProbe(ByteBuffer buffer, int at);

        /** A complete ARP packet was sent to the agent. */
        void arp(ByteBuffer buffer, int arpAt);
    }

    FrameGuard(ForwardingTable table, Alarms alarms, OwnFrames own) {
        this.table = table;
        this.alarms = alarms;
        this.own = own;
    }

    /** A frame from the segment: virtio-net header at {@code at}, frame behind it up to {@code end}. */
    int outbound(GuardPolicy policy, ByteBuffer buffer, int at, int end, int nowSeconds) {
        int frame = at + VirtioNetHeader.BYTES;
        int shape = shape(policy, buffer, at, frame, end);
        if (shape != PASS) {
            return shape;
        }
        int typeAt = Ethernet.typeOffset(buffer, frame, end);
        int type = Ethernet.type(buffer, typeAt);
        if (type == Ethernet.TYPE_PROBE && LoopProbeFrame.matches(buffer, frame, end)) {
            own.loopProbe(buffer, frame);
            return DropReason.OWN.ordinal();
        }
        long source = Ethernet.source(buffer, frame);
        if (policy.isFenced(source)) {
            return DropReason.FENCED.ordinal();
        }
        long target = Ethernet.target(buffer, frame);
        if (target == own.mac()) {
            if (type == Ethernet.TYPE_ARP && Arp.isComplete(buffer, typeAt + 2, end)) {
                own.arp(buffer, typeAt + 2);
            }
            return DropReason.OWN.ordinal();
        }
        if (policy.target()) {
            int refused = fromTarget(policy, buffer, typeAt, end, type, source);
            if (refused != PASS) {
                return refused;
            }
        }
        return note(buffer, typeAt, end, type, source, target, ForwardingTable.LOCAL, nowSeconds);
    }

    /** A frame from the peer. */
    int inbound(GuardPolicy policy, ByteBuffer buffer, int at, int end, int nowSeconds) {
        int frame = at + VirtioNetHeader.BYTES;
        int shape = shape(policy, buffer, at, frame, end);
        if (shape != PASS) {
            return shape;
        }
        int typeAt = Ethernet.typeOffset(buffer, frame, end);
        int type = Ethernet.type(buffer, typeAt);
        long source = Ethernet.source(buffer, frame);
        long target = Ethernet.target(buffer, frame);
        if (type == Ethernet.TYPE_PROBE && LoopProbeFrame.matches(buffer, frame, end) || source == own.mac()) {
            return DropReason.OWN.ordinal();
        }
        int refused = policy.target()
                ? toTarget(policy, buffer, typeAt, end, type, target)
                : fromTarget(policy, buffer, typeAt, end, type, source);
        if (refused != PASS) {
            return refused;
        }
        return note(buffer, typeAt, end, type, source, target, ForwardingTable.REMOTE, nowSeconds);
    }

    private static int shape(GuardPolicy policy, ByteBuffer buffer, int at, int frame, int end) {
        int bytes = end - frame;
        if (bytes < Ethernet.HEADER_BYTES || !VirtioNetHeader.isValid(buffer, at, bytes)) {
            return DropReason.MALFORMED.ordinal();
        }
        if (bytes > policy.maxFrame() && !VirtioNetHeader.isSuperFrame(buffer, at)) {
            return DropReason.OVERSIZED.ordinal();
        }
        long source = Ethernet.source(buffer, frame);
        if (MacAddress.isGroup(source) || source == 0) {
            return DropReason.MALFORMED.ordinal();
        }
        if (Ethernet.isLinkControl(Ethernet.target(buffer, frame))
                || Ethernet.type(buffer, Ethernet.typeOffset(buffer, frame, end)) == Ethernet.TYPE_LLDP) {
            return DropReason.LINK_CONTROL.ordinal();
        }
        return PASS;
    }

    /** What the target must never say to the source: it is the gateway, the DHCP server, the IPv6 router. */
    private static int fromTarget(GuardPolicy policy, ByteBuffer buffer, int typeAt, int end, int type, long source) {
        if (source == policy.localGatewayMac() && policy.localGatewayMac() != 0) {
            return DropReason.GATEWAY.ordinal();
        }
        int at = typeAt + 2;
        if (type == Ethernet.TYPE_ARP && Arp.isComplete(buffer, at, end)) {
            int sender = Arp.senderAddress(buffer, at);
            boolean gateway = sender != 0 && (sender == policy.gateway() || sender == policy.localGateway());
            return gateway ? DropReason.GATEWAY.ordinal() : PASS;
        }
        return switch (classify(buffer, at, end, type)) {
            case IpPorts.DHCP_SERVER -> DropReason.DHCP.ordinal();
            case IpPorts.ROUTER_ADVERTISEMENT -> DropReason.ROUTER_ADVERTISEMENT.ordinal();
            default -> PASS;
        };
    }

    /** What must not reach the target's own edge: questions to its gateway and its DHCP server. */
    private static int toTarget(GuardPolicy policy, ByteBuffer buffer, int typeAt, int end, int type, long target) {
        if (target == policy.localGatewayMac() && policy.localGatewayMac() != 0) {
            return DropReason.GATEWAY.ordinal();
        }
        int at = typeAt + 2;
        if (type == Ethernet.TYPE_ARP && Arp.isComplete(buffer, at, end)) {
            boolean asked = policy.localGateway() != 0 && Arp.targetAddress(buffer, at) == policy.localGateway();
            return asked ? DropReason.GATEWAY.ordinal() : PASS;
        }
        return classify(buffer, at, end, type) == IpPorts.DHCP_CLIENT ? DropReason.DHCP.ordinal() : PASS;
    }

    private static int classify(ByteBuffer buffer, int at, int end, int type) {
        if (type == Ethernet.TYPE_IPV4) {
            return IpPorts.classifyIpv4(buffer, at, end);
        }
        return type == Ethernet.TYPE_IPV6 ? IpPorts.classifyIpv6(buffer, at, end) : IpPorts.OTHER;
    }

    private int note(
            ByteBuffer buffer, int typeAt, int end, int type, long source, long target, int side, int nowSeconds) {
        if (MacAddress.isGroup(target)) {
            StormLimit storm = side == ForwardingTable.LOCAL ? outboundStorm : inboundStorm;
            if (!storm.allows(nowSeconds)) {
                return DropReason.STORM.ordinal();
            }
        }
        int learned = table.learn(source, side, nowSeconds);
        if (learned == ForwardingTable.MOVED) {
            alarms.moved(source, nowSeconds);
        } else if (learned == ForwardingTable.FULL) {
            alarms.raise("table-full: more machines than the forwarding table takes", nowSeconds);
        }
        if (type == Ethernet.TYPE_ARP && Arp.isComplete(buffer, typeAt + 2, end)) {
            alarms.claimed(Arp.senderAddress(buffer, typeAt + 2), Arp.senderMac(buffer, typeAt + 2), side, nowSeconds);
        }
        return PASS;
    }
}
