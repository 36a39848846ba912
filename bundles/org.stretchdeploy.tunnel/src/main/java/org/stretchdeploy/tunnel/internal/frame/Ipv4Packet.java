package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/**
 * Reads and writes IPv4 headers (RFC 791) and their checksum (RFC 1071). Offsets are absolute; big-endian buffers only;
 * nothing is allocated.
 */
public final class Ipv4Packet {
    /** What {@link #transport} gives for anything but a whole packet. */
    public static final int NONE = -1;

    public static final int ICMP = 1;
    public static final int TCP = 6;

    private static final int HEADER_BYTES = 20;
    private static final int MORE_FRAGMENTS_AND_OFFSET = 0x3fff;
    private static final int DO_NOT_FRAGMENT = 0x4000;
    private static final int TIME_TO_LIVE = 64;

    private Ipv4Packet() {}

    /** Where the payload of the packet at {@code at} begins, or {@link #NONE}: not whole, a fragment, or a wrong header. */
    public static int transport(ByteBuffer buffer, int at, int end) {
        if (end - at < HEADER_BYTES || (buffer.get(at) & 0xf0) != 0x40) {
            return NONE;
        }
        int header = (buffer.get(at) & 15) * 4;
        int total = buffer.getShort(at + 2) & 0xffff;
        boolean whole = header >= HEADER_BYTES && total >= header && total <= end - at;
        if (!whole
                || (buffer.getShort(at + 6) & MORE_FRAGMENTS_AND_OFFSET) != 0
                || checksum(buffer, at, at + header, 0) != 0) {
            return NONE;
        }
        return at + header;
    }

    /** Where the packet ends; there may be padding behind it. Only for one that {@link #transport} takes. */
    public static int end(ByteBuffer buffer, int at) {
        return at + (buffer.getShort(at + 2) & 0xffff);
    }

    public static int protocol(ByteBuffer buffer, int at) {
        return buffer.get(at + 9) & 0xff;
    }

    public static int source(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 12);
    }

    public static int target(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 16);
    }

    /** Writes a header without options, checksum included. */
    static void putHeader(ByteBuffer into, int protocol, int payloadBytes, int source, int target) {
        int at = into.position();
        into.put((byte) 0x45).put((byte) 0).putShort((short) (HEADER_BYTES + payloadBytes));
        into.putShort((short) 0).putShort((short) DO_NOT_FRAGMENT);
        into.put((byte) TIME_TO_LIVE).put((byte) protocol).putShort((short) 0);
        into.putInt(source).putInt(target);
        into.putShort(at + 10, (short) checksum(into, at, at + HEADER_BYTES, 0));
    }

    /** The sum of a TCP pseudo header (RFC 9293 section 3.1), to begin a {@link #checksum} with. */
    static int pseudoHeader(int source, int target, int protocol, int bytes) {
        return (source >>> 16) + (source & 0xffff) + (target >>> 16) + (target & 0xffff) + protocol + bytes;
    }

    /** The internet checksum of some bytes; 0 over bytes that hold their own right checksum. */
    public static int checksum(ByteBuffer buffer, int from, int to, int begin) {
        long sum = begin & 0xffff_ffffL;
        int at = from;
        // One's complement addition may be done with wider words (RFC 1071 section 2 (C)); a packet's worth of them
        // fits.
        for (; at + 7 < to; at += 8) {
            long word = buffer.getLong(at);
            sum += (word >>> 32) + (word & 0xffff_ffffL);
        }
        for (; at + 1 < to; at += 2) {
            sum += buffer.getShort(at) & 0xffff;
        }
        if (at < to) {
            sum += (buffer.get(at) & 0xff) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) (~sum & 0xffff);
    }
}
