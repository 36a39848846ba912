package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/**
 * A TCP segment or UDP datagram in a frame of its own, looked at for whether it could be a part of a super-frame. Absolute
 * places in a big-endian buffer; nothing is allocated. One thread.
 */
final class FlowPacket {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;
    private static final int IPV4_WITHOUT_OPTIONS = 0x45;
    /** All of the word but "do not fragment": reserved, more fragments, offset. */
    private static final int FRAGMENT = 0xbfff;

    /** Zero of one's complement that a sum of something never has, so that no computed checksum is this one. */
    private static final short OTHER_ZERO = (short) 0xffff;

    private static final int UDP_CHECKSUM = 6;
    private static final int TCP_CHECKSUM = 16;
    private static final int TCP_ACK = 0x10;
    private static final int ENDING = PacketHeaders.TCP_PUSH | PacketHeaders.TCP_FIN;
    /** What may be said by the last segment of a super-frame and by no other. */
    private static final int LAST_FLAGS = TCP_ACK | ENDING;
    /** A kernel takes no smaller segments; see {@link VirtioNetHeader#isValid}. */
    private static final int LEAST_PAYLOAD = 8;

    private ByteBuffer buffer;
    private int at;
    private int end;
    private int network;
    private int transport;
    private int payload;
    private boolean ipv4;
    private boolean udp;

    /**
     * Looks at virtio-net header and frame between two places. The headers must be whole and sensible; the transport's checksum is
     * not looked at, see {@link #isSound}.
     *
     * @return false for anything that no kernel cuts out of a super-frame
     */
    boolean parse(ByteBuffer messages, int from, int to) {
        buffer = messages;
        at = from;
        end = to;
        int frame = from + VirtioNetHeader.BYTES;
        if (VirtioNetHeader.isSuperFrame(messages, from) || MacAddress.isGroup(Ethernet.target(messages, frame))) {
            return false;
        }
        int typeAt = Ethernet.typeOffset(messages, frame, to);
        network = typeAt + 2;
        return switch (Ethernet.type(messages, typeAt)) {
            case Ethernet.TYPE_IPV4 -> parseIpv4();
            case Ethernet.TYPE_IPV6 -> parseIpv6();
            default -> false;
        };
    }

    /** With the one form of the checksum that is ever computed: the other zero would not come out again. */
    private boolean parseIpv4() {
        ipv4 = true;
        transport = network + IPV4_HEADER;
        return transport < end
                && buffer.get(network) == IPV4_WITHOUT_OPTIONS
                && (buffer.getShort(network + 2) & 0xffff) == end - network
                && (buffer.getShort(network + 6) & FRAGMENT) == 0
                && buffer.getShort(network + 10) != OTHER_ZERO
                && Ipv4Packet.checksum(buffer, network, transport, 0) == 0
                && parseTransport(Ipv4Packet.protocol(buffer, network));
    }

    private boolean parseIpv6() {
        ipv4 = false;
        transport = network + IPV6_HEADER;
        return transport < end
                && (buffer.get(network) & 0xf0) == 0x60
                && (buffer.getShort(network + 4) & 0xffff) == end - transport
                && parseTransport(buffer.get(network + 6) & 0xff);
    }

    private boolean parseTransport(int protocol) {
        if (protocol == Ipv6Packet.UDP) {
            udp = true;
            payload = end - transport - UDP_HEADER;
            return payload > 0 && (buffer.getShort(transport + 4) & 0xffff) == end - transport;
        }
        udp = false;
        if (protocol != Ipv6Packet.TCP || transport + TCP_HEADER >= end) {
            return false;
        }
        int header = PacketHeaders.transportBytes(buffer, transport, false);
        payload = end - transport - header;
        return header >= TCP_HEADER && payload > 0 && (flags() & ~LAST_FLAGS) == 0 && (flags() & TCP_ACK) != 0;
    }

    private int flags() {
        return buffer.getShort(transport + 12) & 0xfff;
    }

    int payload() {
        return payload;
    }

    boolean isUdp() {
        return udp;
    }

    /** From the virtio-net header to the payload. */
    int headerBytes() {
        return end - payload - at;
    }

    /** Whether another could follow it in a super-frame. */
    boolean mayBegin() {
        return payload >= LEAST_PAYLOAD && !isEnding();
    }

    /** Whether none may follow it in a super-frame. */
    boolean isEnding() {
        return !udp && (flags() & ENDING) != 0;
    }

    /**
     * Whether a kernel that cuts a super-frame that begins with {@code first} would make just this frame of what comes
     * then. Checksums left out: see {@link #isSound}.
     *
     * @param parts of the super-frame so far
     * @param bytes of its payload so far
     */
    boolean follows(FlowPacket first, int parts, int bytes) {
        return udp == first.udp
                && ipv4 == first.ipv4
                && payload <= first.payload
                && headerBytes() == first.headerBytes()
                && needsChecksum() == first.needsChecksum()
                && same(first, at + VirtioNetHeader.BYTES, network)
                && isNextPacket(first, parts)
                && (udp ? same(first, transport, transport + 4) : isNextSegment(first, bytes));
    }

    private boolean isNextPacket(FlowPacket first, int parts) {
        if (ipv4) {
            return same(first, network, network + 2)
                    && (short) (first.buffer.getShort(first.network + 4) + parts) == buffer.getShort(network + 4)
                    && same(first, network + 6, network + 10)
                    && same(first, network + 12, transport);
        }
        return same(first, network, network + 4) && same(first, network + 6, transport);
    }

    /** The sequence number goes on, the flags may end the flow, all else is the same: acknowledgement, window, options. */
    private boolean isNextSegment(FlowPacket first, int bytes) {
        return first.buffer.getInt(first.transport + 4) + bytes == buffer.getInt(transport + 4)
                && same(first, transport, transport + 4)
                && same(first, transport + 8, transport + 13)
                && same(first, transport + 14, transport + 16)
                && same(first, transport + 18, end - payload);
    }

    /** The bytes between two places, and those at the same places of the other. */
    private boolean same(FlowPacket other, int from, int to) {
        int shift = other.at - at;
        int place = from;
        for (; place + Long.BYTES <= to; place += Long.BYTES) {
            if (buffer.getLong(place) != buffer.getLong(place + shift)) {
                return false;
            }
        }
        for (; place < to; place++) {
            if (buffer.get(place) != buffer.get(place + shift)) {
                return false;
            }
        }
        return true;
    }

    private boolean needsChecksum() {
        return VirtioNetHeader.needsChecksum(buffer, at);
    }

    private int checksumAt() {
        return transport + (udp ? UDP_CHECKSUM : TCP_CHECKSUM);
    }

    /**
     * Whether the transport's checksum is what a kernel would write there: a wrong one must stay wrong, and one that was left out
     * must stay out.
     */
    boolean isSound() {
        int checksum = buffer.getShort(checksumAt()) & 0xffff;
        if (needsChecksum()) {
            return VirtioNetHeader.checksumStart(buffer, at) == transport - at - VirtioNetHeader.BYTES
                    && VirtioNetHeader.checksumOffset(buffer, at) == checksumAt() - transport
                    && checksum == (~Ipv4Packet.checksum(buffer, transport, transport, pseudoHeader()) & 0xffff);
        }
        boolean absent = udp && checksum == 0;
        boolean otherZero = !udp && (short) checksum == OTHER_ZERO;
        return !absent && !otherZero && Ipv4Packet.checksum(buffer, transport, end, pseudoHeader()) == 0;
    }

    private int pseudoHeader() {
        int addresses = network + (ipv4 ? 12 : 8);
        int sum = ~Ipv4Packet.checksum(buffer, addresses, transport, 0) & 0xffff;
        return sum + (udp ? Ipv6Packet.UDP : Ipv6Packet.TCP) + end - transport;
    }

    /**
     * Moves the payload behind something else.
     *
     * @return the place behind it
     */
    int moveTo(int place) {
        buffer.put(place, buffer, end - payload, payload);
        return place + payload;
    }

    /** Makes the frame, to which the payload of others was added, a super-frame that ends with the last one's flags. */
    void becomeSuperFrame(int newEnd, int lastFlags) {
        int frame = at + VirtioNetHeader.BYTES;
        int offset = checksumAt() - transport;
        if (!needsChecksum()) {
            buffer.putShort(checksumAt(), (short) ~Ipv4Packet.checksum(buffer, transport, transport, pseudoHeader()));
        }
        VirtioNetHeader.putSuperFrame(
                buffer, at, VirtioNetHeader.segmentation(ipv4, udp), headerBytes() - VirtioNetHeader.BYTES, payload);
        VirtioNetHeader.putChecksum(buffer, at, transport - frame, offset);
        PacketHeaders.resize(buffer, network, transport, checksumAt(), udp, end, newEnd);
        if (!udp) {
            buffer.put(transport + 13, (byte) (buffer.get(transport + 13) | lastFlags));
        }
    }

    /** Flags of TCP that the last segment brings with it; 0 for UDP. */
    int endingFlags() {
        return udp ? 0 : flags() & ENDING;
    }
}
