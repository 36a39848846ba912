package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/** ARP for IPv4 over Ethernet (RFC 826), gratuitous ARP and RARP (RFC 903). */
public final class Arp {
    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    private static final int REVERSE_REQUEST = 3;
    private static final int BYTES = 28;
    private static final int MINIMUM_FRAME = 60;

    private Arp() {}

    /** True when a whole IPv4-over-Ethernet ARP packet starts at {@code at}. */
    public static boolean isComplete(ByteBuffer buffer, int at, int end) {
        return end - at >= BYTES
                && buffer.getShort(at) == 1
                && (buffer.getShort(at + 2) & 0xffff) == Ethernet.TYPE_IPV4
                && buffer.getShort(at + 4) == 0x0604;
    }

    public static int operation(ByteBuffer buffer, int at) {
        return buffer.getShort(at + 6) & 0xffff;
    }

    public static long senderMac(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 8) >>> 16;
    }

    public static int senderAddress(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 14);
    }

    public static int targetAddress(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 24);
    }

    /** A request that nobody learns from: sender address 0.0.0.0 (RFC 5227 section 1.1). */
    public static void putProbe(ByteBuffer into, long senderMac, int address) {
        put(into, MacAddress.BROADCAST, Ethernet.TYPE_ARP, REQUEST, senderMac, 0, 0, address);
    }

    /** Tells one machine, and nobody else, who has an address. */
    public static void putReply(ByteBuffer into, long senderMac, int sender, long targetMac, int target) {
        put(into, targetMac, Ethernet.TYPE_ARP, REPLY, senderMac, sender, targetMac, target);
    }

    /** Asks one machine for its own address, and so tells it, and nobody else, who has the sender's. */
    public static void putQuestion(ByteBuffer into, long senderMac, int sender, long targetMac, int target) {
        put(into, targetMac, Ethernet.TYPE_ARP, REQUEST, senderMac, sender, 0, target);
    }

    /** A gratuitous ARP request: sender and target address are the same. */
    public static void putGratuitous(ByteBuffer into, long mac, int address) {
        put(into, MacAddress.BROADCAST, Ethernet.TYPE_ARP, REQUEST, mac, address, 0, address);
    }

    /** A RARP request about oneself, as hypervisors send it after a move. */
    public static void putReverse(ByteBuffer into, long mac) {
        put(into, MacAddress.BROADCAST, Ethernet.TYPE_RARP, REVERSE_REQUEST, mac, 0, mac, 0);
    }

    private static void put(
            ByteBuffer into, long to, int type, int operation, long senderMac, int sender, long targetMac, int target) {
        int start = into.position();
        putMac(into, to);
        putMac(into, senderMac);
        into.putShort((short) type);
        into.putShort((short) 1).putShort((short) Ethernet.TYPE_IPV4).putShort((short) 0x0604);
        into.putShort((short) operation);
        putMac(into, senderMac);
        into.putInt(sender);
        putMac(into, targetMac);
        into.putInt(target);
        while (into.position() < start + MINIMUM_FRAME) {
            into.put((byte) 0);
        }
    }

    static void putMac(ByteBuffer into, long mac) {
        into.putShort((short) (mac >>> 32)).putInt((int) mac);
    }
}
