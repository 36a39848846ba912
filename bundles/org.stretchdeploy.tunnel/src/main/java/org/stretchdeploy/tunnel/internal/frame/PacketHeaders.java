package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/**
 * Corrects the headers of a packet whose payload became longer or shorter and whose TCP or UDP checksum is still to be
 * completed (its field holds the sum over the pseudo header, RFC 9293 section 3.1, as Linux has it for CHECKSUM_PARTIAL).
 * Absolute places in big-endian buffers; nothing is allocated.
 */
public final class PacketHeaders {
    public static final int TCP_FIN = 0x01;
    public static final int TCP_PUSH = 0x08;
    public static final int TCP_CWR = 0x80;

    private PacketHeaders() {}

    /** Place of the IP header of the frame at {@code frame}, or -1 when it is not IP. */
    public static int network(ByteBuffer buffer, int frame, int end) {
        int typeAt = Ethernet.typeOffset(buffer, frame, end);
        if (typeAt + 2 + 20 > end) {
            return -1;
        }
        int type = Ethernet.type(buffer, typeAt);
        boolean ip = type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_IPV6 && typeAt + 2 + 40 <= end;
        return ip ? typeAt + 2 : -1;
    }

    /** Bytes of the header at {@code transport}: 8 of UDP, 20 to 60 of TCP. */
    public static int transportBytes(ByteBuffer buffer, int transport, boolean udp) {
        return udp ? 8 : (buffer.get(transport + 12) >>> 4 & 15) * 4;
    }

    /**
     * The packet now ends at {@code end} instead of at {@code oldEnd}.
     *
     * @param checksum place of the TCP or UDP checksum
     */
    public static void resize(
            ByteBuffer buffer, int network, int transport, int checksum, boolean udp, int oldEnd, int end) {
        int oldBytes = oldEnd - transport;
        int bytes = end - transport;
        if (isIpv4(buffer, network)) {
            buffer.putShort(network + 2, (short) (end - network));
            sumIpv4(buffer, network);
        } else {
            buffer.putShort(network + 4, (short) (end - network - 40));
        }
        if (udp) {
            buffer.putShort(transport + 4, (short) bytes);
        }
        int sum = (buffer.getShort(checksum) & 0xffff) + (~oldBytes & 0xffff) + bytes;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        buffer.putShort(checksum, (short) sum);
    }

    public static boolean isIpv4(ByteBuffer buffer, int network) {
        return (buffer.get(network) & 0xf0) == 0x40;
    }

    /** The n-th segment of a packet has the n-th identification, as the kernel has it (RFC 6864 wants them distinct). */
    public static void advanceIdentification(ByteBuffer buffer, int network, int segments) {
        if (isIpv4(buffer, network)) {
            buffer.putShort(network + 4, (short) (buffer.getShort(network + 4) + segments));
        }
    }

    private static void sumIpv4(ByteBuffer buffer, int network) {
        int bytes = (buffer.get(network) & 15) * 4;
        buffer.putShort(network + 10, (short) 0);
        buffer.putShort(network + 10, (short) Ipv4Packet.checksum(buffer, network, network + bytes, 0));
    }
}
