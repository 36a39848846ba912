package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/**
 * Reads fields of an Ethernet frame in place. All methods take the absolute offset of the frame's first byte;
 * big-endian buffers only; nothing is allocated.
 */
public final class Ethernet {
    public static final int HEADER_BYTES = 14;
    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_ARP = 0x0806;
    public static final int TYPE_RARP = 0x8035;
    public static final int TYPE_IPV6 = 0x86dd;
    public static final int TYPE_LLDP = 0x88cc;
    /** IEEE 802 local experimental type 1: our loop probes. */
    public static final int TYPE_PROBE = 0x88b5;

    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_SERVICE_VLAN = 0x88a8;

    private Ethernet() {}

    /** Receiver. */
    public static long target(ByteBuffer buffer, int at) {
        return buffer.getLong(at) >>> 16;
    }

    /** Sender. */
    public static long source(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 6) >>> 16;
    }

    /** Offset, from the buffer's start, of the EtherType behind up to two VLAN tags; the frame ends at {@code end}. */
    public static int typeOffset(ByteBuffer buffer, int at, int end) {
        int offset = at + 12;
        for (int tags = 0; tags < 2 && offset + 6 <= end; tags++) {
            int type = type(buffer, offset);
            if (type != TYPE_VLAN && type != TYPE_SERVICE_VLAN) {
                break;
            }
            offset += 4;
        }
        return offset;
    }

    /** EtherType (or length) at an offset found by {@link #typeOffset}. */
    public static int type(ByteBuffer buffer, int typeOffset) {
        return buffer.getShort(typeOffset) & 0xffff;
    }

    /**
     * Link-local control traffic that a bridge must not forward: IEEE 802.1D reserved 01:80:c2:00:00:0x and :2x
     * (spanning tree, pause, LACP, LLDP, GARP), and Cisco's CDP/VTP/PVST+ groups.
     */
    public static boolean isLinkControl(long target) {
        long reserved = target & 0xffff_ffff_fff0L;
        return reserved == 0x0180_c200_0000L
                || reserved == 0x0180_c200_0020L
                || target == 0x0100_0ccc_ccccL
                || target == 0x0100_0ccc_cccdL;
    }
}
