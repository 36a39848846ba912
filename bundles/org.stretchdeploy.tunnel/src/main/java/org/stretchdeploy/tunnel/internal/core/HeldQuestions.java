package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.Ipv6Packet;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * The last questions for a neighbour (ARP requests, neighbour solicitations) that machines asked while their network was
 * closed. They are sent when it opens: a machine that has to ask again does so a second later (RFC 4861 section 10,
 * RETRANS_TIMER; Linux does the same for ARP), which would be a second more of silence. One thread. Bounded.
 */
final class HeldQuestions {
    private static final int SLOTS = 16;
    private static final int SLOT_BYTES = 128;
    /** Who asked longer ago has asked again since, or given up. */
    private static final long FRESH_NANOS = 3_000_000_000L;

    private final ByteBuffer slots = ByteBuffer.allocate(SLOTS * SLOT_BYTES);
    private final int[] lengths = new int[SLOTS];
    private final long[] nanos = new long[SLOTS];
    private int next;
    private boolean any;
    private long lastNanos;

    boolean isEmpty() {
        return !any;
    }

    /** Whether there is one that would still be sent. */
    boolean isFresh(long nowNanos) {
        return any && nowNanos - lastNanos < FRESH_NANOS;
    }

    /** Keeps a frame if it is such a question: virtio-net header at {@code at}, frame behind it up to {@code end}. */
    void hold(ByteBuffer buffer, int at, int end, long nowNanos) {
        int length = end - at;
        if (length > SLOT_BYTES || !isQuestion(buffer, at + VirtioNetHeader.BYTES, end)) {
            return;
        }
        int slot = slotOf(buffer, at, length);
        slots.put(slot * SLOT_BYTES, buffer, at, length);
        lengths[slot] = length;
        nanos[slot] = nowNanos;
        lastNanos = nowNanos;
        any = true;
    }

    /** The slot that holds the same question already, else the one that was written longest ago. */
    private int slotOf(ByteBuffer buffer, int at, int length) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (lengths[slot] == length && holds(slot, buffer, at, length)) {
                return slot;
            }
        }
        int oldest = next;
        next = (next + 1) % SLOTS;
        return oldest;
    }

    /** Byte by byte, because a slice would be an allocation. */
    private boolean holds(int slot, ByteBuffer buffer, int at, int length) {
        int same = 0;
        while (same < length && slots.get(slot * SLOT_BYTES + same) == buffer.get(at + same)) {
            same++;
        }
        return same == length;
    }

    private static boolean isQuestion(ByteBuffer buffer, int frame, int end) {
        int typeAt = Ethernet.typeOffset(buffer, frame, end);
        int at = typeAt + 2;
        int type = Ethernet.type(buffer, typeAt);
        if (type == Ethernet.TYPE_ARP) {
            return Arp.isComplete(buffer, at, end) && Arp.operation(buffer, at) == Arp.REQUEST;
        }
        if (type != Ethernet.TYPE_IPV6) {
            return false;
        }
        long transport = Ipv6Packet.transport(buffer, at, end);
        return transport != Ipv6Packet.NONE
                && Ipv6Packet.discovery(buffer, transport) == Ipv6Packet.NEIGHBOUR_SOLICITATION;
    }

    /** Forgets everything: somebody else may have sent it. */
    void forget() {
        Arrays.fill(lengths, 0);
        any = false;
    }

    /**
     * Appends what is fresh as messages and forgets everything.
     *
     * @param into has room for {@value #SLOTS} messages of {@value #SLOT_BYTES} bytes
     * @param network our number of it
     */
    void release(ByteBuffer into, int network, long nowNanos) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (lengths[slot] > 0 && nowNanos - nanos[slot] < FRESH_NANOS) {
                Wire.putHeader(into, Wire.FRAME, network, lengths[slot]);
                into.put(into.position(), slots, slot * SLOT_BYTES, lengths[slot]);
                into.position(into.position() + lengths[slot]);
            }
            lengths[slot] = 0;
        }
        any = false;
    }
}
