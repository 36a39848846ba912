package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/**
 * The 10-byte virtio-net header (virtio 1.2 section 5.1.6, legacy layout) that the kernel puts before a frame: whether
 * its checksum is still to be computed and how it is to be cut into segments. Its fields are in the machine's byte
 * order, which is little-endian on every machine an agent runs on.
 */
public final class VirtioNetHeader {
    public static final int BYTES = 10;

    private static final int FLAG_NEEDS_CHECKSUM = 1;
    private static final int FLAG_MASK = 3;
    private static final int GSO_NONE = 0;
    private static final int GSO_TCPV4 = 1;
    private static final int GSO_TCPV6 = 4;
    private static final int GSO_UDP_SEGMENTATION = 5;
    private static final int GSO_ECN = 0x80;
    private static final int UDP_HEADER_BYTES = 8;

    private VirtioNetHeader() {}

    /** Writes the header of a finished frame. */
    public static void putPlain(ByteBuffer into) {
        into.putLong(0).putShort((short) 0);
    }

    /** True when the frame behind the header at {@code at} is to be segmented by the receiving kernel. */
    public static boolean isSuperFrame(ByteBuffer buffer, int at) {
        return buffer.get(at + 1) != GSO_NONE;
    }

    /** True when the checksum of the frame behind the header at {@code at} is left to whoever sends it on. */
    public static boolean needsChecksum(ByteBuffer buffer, int at) {
        return (buffer.get(at) & FLAG_NEEDS_CHECKSUM) != 0;
    }

    /** True when the header at {@code at} makes sense for a frame of {@code frameBytes}; anything else is hostile. */
    public static boolean isValid(ByteBuffer buffer, int at, int frameBytes) {
        int flags = buffer.get(at);
        int type = buffer.get(at + 1) & ~GSO_ECN;
        if ((flags & ~FLAG_MASK) != 0) {
            return false;
        }
        if ((flags & FLAG_NEEDS_CHECKSUM) != 0) {
            int start = little(buffer, at + 6);
            int offset = little(buffer, at + 8);
            if (start < Ethernet.HEADER_BYTES || start + offset + 2 > frameBytes) {
                return false;
            }
        }
        if (type == GSO_NONE) {
            return true;
        }
        boolean known = type == GSO_TCPV4 || type == GSO_TCPV6 || type == GSO_UDP_SEGMENTATION;
        int headerBytes = little(buffer, at + 2);
        int segmentBytes = little(buffer, at + 4);
        return known && segmentBytes >= 8 && headerBytes <= frameBytes && (flags & FLAG_NEEDS_CHECKSUM) != 0;
    }

    /**
     * Bytes of the largest frame that the receiving kernel makes of the super-frame at {@code frame}; its header at
     * {@code at} is valid.
     */
    public static int segmentFrameBytes(ByteBuffer buffer, int at, int frame, int end) {
        int transport = little(buffer, at + 6);
        boolean udp = (buffer.get(at + 1) & ~GSO_ECN) == GSO_UDP_SEGMENTATION;
        int header = UDP_HEADER_BYTES;
        if (!udp && frame + transport + 12 < end) {
            header = (buffer.get(frame + transport + 12) >>> 4 & 15) * 4;
        }
        return Math.min(end - frame, transport + header + little(buffer, at + 4));
    }

    /** True for a super-frame of UDP datagrams, which kernels before 6.2 do not take. */
    public static boolean isUdpSuperFrame(ByteBuffer buffer, int at) {
        return (buffer.get(at + 1) & ~GSO_ECN) == GSO_UDP_SEGMENTATION;
    }

    /** Payload bytes of each segment that a super-frame is to become. */
    public static int segmentBytes(ByteBuffer buffer, int at) {
        return little(buffer, at + 4);
    }

    public static void setSegmentBytes(ByteBuffer buffer, int at, int bytes) {
        putLittle(buffer, at + 4, bytes);
    }

    /** Where the checksum's sum begins, counted from the frame's first byte. */
    public static int checksumStart(ByteBuffer buffer, int at) {
        return little(buffer, at + 6);
    }

    /** Where the checksum is, counted from where its sum begins. */
    public static int checksumOffset(ByteBuffer buffer, int at) {
        return little(buffer, at + 8);
    }

    /** What was a super-frame is one segment now; its checksum is still to be completed. */
    public static void clearSegmentation(ByteBuffer buffer, int at) {
        buffer.put(at + 1, (byte) GSO_NONE).putInt(at + 2, 0);
    }

    /** How a kernel is to cut a super-frame of this kind. */
    static int segmentation(boolean ipv4, boolean udp) {
        if (udp) {
            return GSO_UDP_SEGMENTATION;
        }
        return ipv4 ? GSO_TCPV4 : GSO_TCPV6;
    }

    /**
     * The frame behind the header at {@code at} is one that the receiving kernel cuts and sums up.
     *
     * @param segmentation see {@link #segmentation}
     * @param headerBytes from the frame's first byte to the payload
     * @param segmentBytes payload of each segment
     */
    static void putSuperFrame(ByteBuffer buffer, int at, int segmentation, int headerBytes, int segmentBytes) {
        buffer.put(at, (byte) FLAG_NEEDS_CHECKSUM).put(at + 1, (byte) segmentation);
        putLittle(buffer, at + 2, headerBytes);
        putLittle(buffer, at + 4, segmentBytes);
    }

    /** See {@link #checksumStart} and {@link #checksumOffset}. */
    static void putChecksum(ByteBuffer buffer, int at, int start, int offset) {
        putLittle(buffer, at + 6, start);
        putLittle(buffer, at + 8, offset);
    }

    private static void putLittle(ByteBuffer buffer, int at, int value) {
        buffer.put(at, (byte) value).put(at + 1, (byte) (value >>> 8));
    }

    private static int little(ByteBuffer buffer, int at) {
        return buffer.get(at) & 0xff | (buffer.get(at + 1) & 0xff) << 8;
    }
}
