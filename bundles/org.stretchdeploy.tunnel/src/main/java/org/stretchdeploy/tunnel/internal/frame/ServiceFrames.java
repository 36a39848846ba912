package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/**
 * The frames with which an agent asks a machine for a service: ICMP echo (RFC 792), the first packet of a TCP connection and
 * the reset that takes it back (RFC 9293). What comes back is read in place, nothing is allocated, and anything that is not
 * exactly the answer is none.
 */
public final class ServiceFrames {
    /** No answer to the question. */
    public static final int NOTHING = 0;
    /** The echo, or a connection that is accepted. */
    public static final int OPEN = 1;
    /** A connection that is refused. */
    public static final int CLOSED = 2;

    private static final int MINIMUM_FRAME = 60;
    private static final int ECHO_BYTES = 16;
    private static final int TCP_BYTES = 20;
    private static final int ECHO_REPLY = 0x0000;
    private static final int ECHO_REQUEST = 0x0800;
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final int WINDOW = 1024;

    private ServiceFrames() {}

    /** Who asks whom. */
    public record Way(long sourceMac, long targetMac, int source, int target) {}

    /** An echo request; its identifier and the number in it come back. */
    public static void putEcho(ByteBuffer into, Way way, int identifier, long number) {
        int start = into.position();
        putHeaders(into, way, Ipv4Packet.ICMP, ECHO_BYTES);
        int at = into.position();
        into.putShort((short) ECHO_REQUEST).putShort((short) 0);
        into.putShort((short) identifier).putShort((short) 1).putLong(number);
        into.putShort(at + 2, (short) Ipv4Packet.checksum(into, at, at + ECHO_BYTES, 0));
        pad(into, start);
    }

    /** Whether an ICMP message is the answer to {@link #putEcho}. */
    public static int echoed(ByteBuffer buffer, int at, int end, int identifier, long number) {
        boolean ours = end - at == ECHO_BYTES
                && (buffer.getShort(at) & 0xffff) == ECHO_REPLY
                && (buffer.getShort(at + 4) & 0xffff) == identifier
                && buffer.getShort(at + 6) == 1
                && buffer.getLong(at + 8) == number
                && Ipv4Packet.checksum(buffer, at, end, 0) == 0;
        return ours ? OPEN : NOTHING;
    }

    /** The identifier of an ICMP echo reply, -1 for anything else. */
    public static int identifier(ByteBuffer buffer, int at, int end) {
        boolean reply = end - at == ECHO_BYTES && (buffer.getShort(at) & 0xffff) == ECHO_REPLY;
        return reply ? buffer.getShort(at + 4) & 0xffff : -1;
    }

    /** Asks for a connection. */
    public static void putSyn(ByteBuffer into, Way way, int sourcePort, int targetPort, int sequence) {
        putTcp(into, way, sourcePort, targetPort, sequence, SYN, WINDOW);
    }

    /** Takes a connection back that was accepted; {@code sequence} is the one of {@link #putSyn}. */
    public static void putReset(ByteBuffer into, Way way, int sourcePort, int targetPort, int sequence) {
        putTcp(into, way, sourcePort, targetPort, sequence + 1, RST, 0);
    }

    private static void putTcp(
            ByteBuffer into, Way way, int sourcePort, int targetPort, int sequence, int flags, int window) {
        int start = into.position();
        putHeaders(into, way, Ipv4Packet.TCP, TCP_BYTES);
        int at = into.position();
        into.putShort((short) sourcePort).putShort((short) targetPort);
        into.putInt(sequence).putInt(0);
        into.put((byte) (TCP_BYTES / 4 << 4))
                .put((byte) flags)
                .putShort((short) window)
                .putInt(0);
        int pseudo = Ipv4Packet.pseudoHeader(way.source, way.target, Ipv4Packet.TCP, TCP_BYTES);
        into.putShort(at + 16, (short) Ipv4Packet.checksum(into, at, at + TCP_BYTES, pseudo));
        pad(into, start);
    }

    /** The port that a TCP segment goes to, -1 when it has no whole header. */
    public static int targetPort(ByteBuffer buffer, int at, int end) {
        return end - at < TCP_BYTES ? -1 : buffer.getShort(at + 2) & 0xffff;
    }

    /**
     * What a TCP segment answers to {@link #putSyn}.
     *
     * @param ip where its IPv4 header begins, for the checksum
     * @param counted whether its checksum is complete; between machines of one host it is often left to the card
     */
    public static int accepted(ByteBuffer buffer, int ip, int at, int end, boolean counted, int port, int sequence) {
        int header = end - at < TCP_BYTES ? 0 : (buffer.get(at + 12) >>> 4 & 15) * 4;
        if (header < TCP_BYTES
                || header > end - at
                || (buffer.getShort(at) & 0xffff) != port
                || buffer.getInt(at + 8) != sequence + 1) {
            return NOTHING;
        }
        int pseudo = Ipv4Packet.pseudoHeader(
                Ipv4Packet.source(buffer, ip), Ipv4Packet.target(buffer, ip), Ipv4Packet.TCP, end - at);
        if (counted && Ipv4Packet.checksum(buffer, at, end, pseudo) != 0) {
            return NOTHING;
        }
        return switch (buffer.get(at + 13) & (FIN | SYN | RST | ACK)) {
            case SYN | ACK -> OPEN;
            case RST | ACK -> CLOSED;
            default -> NOTHING;
        };
    }

    private static void putHeaders(ByteBuffer into, Way way, int protocol, int payloadBytes) {
        Arp.putMac(into, way.targetMac);
        Arp.putMac(into, way.sourceMac);
        into.putShort((short) Ethernet.TYPE_IPV4);
        Ipv4Packet.putHeader(into, protocol, payloadBytes, way.source, way.target);
    }

    private static void pad(ByteBuffer into, int start) {
        while (into.position() < start + MINIMUM_FRAME) {
            into.put((byte) 0);
        }
    }
}
