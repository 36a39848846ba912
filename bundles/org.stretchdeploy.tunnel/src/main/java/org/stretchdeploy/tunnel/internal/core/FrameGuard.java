package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.LoopProbeFrame;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;

/**
 * Decides about one frame of one network. Stateless but for what {@link Sightings} remembers and for the last offender
 * per reason. Any thread; neither locks nor allocates nor logs, whatever the frame: {@link StretchedNetwork} looks once a
 * second at what was dropped and tells.
 */
final class FrameGuard {
    /** The frame may cross. */
    static final int PASS = -1;

    /** Where the type of a frame without VLAN tag is. */
    private static final int UNTAGGED_TYPE = Ethernet.HEADER_BYTES - 2;

    private static final int REASONS = DropReason.values().length;

    private final Sightings sightings;
    private final SideRules rules = new SideRules();
    private final OwnFrames own;
    private final AtomicLongArray offenders = new AtomicLongArray(REASONS * 2);

    /** Takes frames that are meant for the agent itself. */
    interface OwnFrames {
        /** MAC address of the agent on this segment. */
        long mac();

        /** One of our loop probes was read from the segment. */
        void loopProbe(ByteBuffer buffer, int at);

        /** A complete ARP packet was sent to the agent. */
        void arp(ByteBuffer buffer, int arpAt);

        /** An IPv4 packet was sent to the agent; the virtio-net header is at {@code at}, the packet at {@code ip}. */
        void ipv4(ByteBuffer buffer, int at, int ip, int end);

        /**
         * A complete ARP packet without VLAN tag was read, from the segment or from the peer.
         *
         * @return whether it asks for an address that the agent has for the moment, so that nobody else needs to hear it
         */
        boolean asksForUs(ByteBuffer buffer, int arpAt, boolean local);
    }

    FrameGuard(Sightings sightings, OwnFrames own) {
        this.sightings = sightings;
        this.own = own;
    }

    /** Who was stopped last for a reason, 0 when nobody was or nobody can be named. */
    long offender(int side, DropReason reason) {
        return offenders.getOpaque(side * REASONS + reason.ordinal());
    }

    /** A frame from the segment: virtio-net header at {@code at}, frame behind it up to {@code end}. */
    int outbound(GuardPolicy policy, ByteBuffer buffer, int at, int end, int nowSeconds) {
        return judged(outboundVerdict(policy, buffer, at, end, nowSeconds), buffer, at, end, ForwardingTable.LOCAL);
    }

    /**
     * A frame from the segment while another agent of this end forwards: only what is meant for the agent itself is looked
     * at. Nobody is learned, because what the other agent brings to the segment is heard here too.
     */
    void overheard(GuardPolicy policy, ByteBuffer buffer, int at, int end) {
        int frame = at + VirtioNetHeader.BYTES;
        if (shape(policy, buffer, at, frame, end) != PASS) {
            return;
        }
        int typeAt = Ethernet.typeOffset(buffer, frame, end);
        int type = Ethernet.type(buffer, typeAt);
        if (type == Ethernet.TYPE_PROBE && LoopProbeFrame.matches(buffer, frame, end)) {
            own.loopProbe(buffer, frame);
        } else if (type == Ethernet.TYPE_ARP
                && Ethernet.target(buffer, frame) == own.mac()
                && Arp.isComplete(buffer, typeAt + 2, end)) {
            own.arp(buffer, typeAt + 2);
        }
    }

    /** A frame from the peer. */
    int inbound(GuardPolicy policy, ByteBuffer buffer, int at, int end, int nowSeconds) {
        return judged(inboundVerdict(policy, buffer, at, end, nowSeconds), buffer, at, end, ForwardingTable.REMOTE);
    }

    private int judged(int verdict, ByteBuffer buffer, int at, int end, int side) {
        int frame = at + VirtioNetHeader.BYTES;
        if (verdict != PASS && end - frame >= Ethernet.HEADER_BYTES) {
            offenders.setOpaque(side * REASONS + verdict, Ethernet.source(buffer, frame));
        }
        return verdict;
    }

    private int outboundVerdict(GuardPolicy policy, ByteBuffer buffer, int at, int end, int nowSeconds) {
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
            toTheAgent(buffer, at, typeAt, end, type);
            return DropReason.OWN.ordinal();
        }
        if (asksForUs(buffer, frame, typeAt, end, type, true)) {
            return DropReason.OWN.ordinal();
        }
        int refused = policy.target()
                ? rules.fromTarget(policy, buffer, typeAt, end, type, source, nowSeconds)
                : rules.fromSource(buffer, typeAt, end, type, nowSeconds);
        return refused != PASS
                ? refused
                : sightings.note(buffer, typeAt, end, type, source, target, ForwardingTable.LOCAL, nowSeconds);
    }

    private void toTheAgent(ByteBuffer buffer, int at, int typeAt, int end, int type) {
        int packet = typeAt + 2;
        if (type == Ethernet.TYPE_ARP && Arp.isComplete(buffer, packet, end)) {
            own.arp(buffer, packet);
        } else if (type == Ethernet.TYPE_IPV4 && typeAt == at + VirtioNetHeader.BYTES + UNTAGGED_TYPE) {
            own.ipv4(buffer, at, packet, end);
        }
    }

    private boolean asksForUs(ByteBuffer buffer, int frame, int typeAt, int end, int type, boolean local) {
        return type == Ethernet.TYPE_ARP
                && typeAt == frame + UNTAGGED_TYPE
                && Arp.isComplete(buffer, typeAt + 2, end)
                && own.asksForUs(buffer, typeAt + 2, local);
    }

    private int inboundVerdict(GuardPolicy policy, ByteBuffer buffer, int at, int end, int nowSeconds) {
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
        asksForUs(buffer, frame, typeAt, end, type, false);
        int refused = policy.target()
                ? rules.toTarget(policy, buffer, typeAt, end, type, target, nowSeconds)
                : rules.fromTarget(policy, buffer, typeAt, end, type, source, nowSeconds);
        return refused != PASS
                ? refused
                : sightings.note(buffer, typeAt, end, type, source, target, ForwardingTable.REMOTE, nowSeconds);
    }

    private static int shape(GuardPolicy policy, ByteBuffer buffer, int at, int frame, int end) {
        int bytes = end - frame;
        if (bytes < Ethernet.HEADER_BYTES || !VirtioNetHeader.isValid(buffer, at, bytes)) {
            return DropReason.MALFORMED.ordinal();
        }
        if (bytes > policy.maxFrame()) {
            boolean fits = VirtioNetHeader.isSuperFrame(buffer, at)
                    && VirtioNetHeader.segmentFrameBytes(buffer, at, frame, end) <= policy.maxFrame();
            if (!fits) {
                return DropReason.OVERSIZED.ordinal();
            }
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
}
