package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/** Reads an IPv6 packet (RFC 8200) and neighbour discovery (RFC 4861) in place; nothing is allocated. */
public final class Ipv6Packet {
    /** What {@link #transport} says when there is no upper-layer header to look at. */
    public static final long NONE = -1;

    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMP = 58;
    public static final int ROUTER_SOLICITATION = 133;
    public static final int ROUTER_ADVERTISEMENT = 134;
    public static final int NEIGHBOUR_SOLICITATION = 135;
    public static final int NEIGHBOUR_ADVERTISEMENT = 136;
    public static final int REDIRECT = 137;

    private static final int HEADER_BYTES = 40;
    private static final int SOURCE = 8;
    private static final int ND_TARGET = 8;
    private static final int ADDRESS_BYTES = 16;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;

    private Ipv6Packet() {}

    /**
     * Walks all extension headers of a packet at {@code at}, however many: a limit would be a place to hide behind (RFC
     * 7113). A first fragment is walked through, so that a packet cannot
     * hide behind it; later fragments have nothing to look at.
     *
     * @return next header in the upper half, offset of the upper-layer header in the lower; or {@link #NONE}
     */
    public static long transport(ByteBuffer buffer, int at, int end) {
        if (end - at < HEADER_BYTES) {
            return NONE;
        }
        int next = buffer.get(at + 6) & 0xff;
        int offset = at + HEADER_BYTES;
        while (true) {
            boolean extension =
                    next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT || next == DESTINATION_OPTIONS;
            if (!extension) {
                return offset < end ? (long) next << 32 | offset : NONE;
            }
            if (offset + 8 > end || next == FRAGMENT && (buffer.getShort(offset + 2) & 0xfff8) != 0) {
                return NONE;
            }
            int bytes = next == FRAGMENT ? 8 : ((buffer.get(offset + 1) & 0xff) + 1) * 8;
            next = buffer.get(offset) & 0xff;
            offset += bytes;
        }
    }

    /** ICMPv6 type of a neighbour discovery message, 0 for anything else; takes what {@link #transport} said. */
    public static int discovery(ByteBuffer buffer, long transport) {
        if (transport >>> 32 != ICMP) {
            return 0;
        }
        int type = buffer.get((int) transport) & 0xff;
        return type >= ROUTER_SOLICITATION && type <= REDIRECT ? type : 0;
    }

    /** The address that a neighbour message is about, as a hash; 0 when the message is cut short. */
    public static long discoveryTarget(ByteBuffer buffer, long transport, int end) {
        int at = (int) transport + ND_TARGET;
        return at + ADDRESS_BYTES <= end ? hash(buffer.getLong(at), buffer.getLong(at + 8)) : 0;
    }

    /** Sender of a packet at {@code at}, as a hash; 0 for the unspecified address. */
    public static long source(ByteBuffer buffer, int at) {
        return hash(buffer.getLong(at + SOURCE), buffer.getLong(at + SOURCE + 8));
    }

    /** A hash of an address that is never that of an IPv4 address as an int, and 0 only for {@code ::}. */
    public static long hash(long upper, long lower) {
        if ((upper | lower) == 0) {
            return 0;
        }
        long mixed = (upper ^ Long.rotateLeft(lower, 29)) * 0x9e37_79b9_7f4a_7c15L + lower;
        return mixed | 1L << 63;
    }
}
