package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/** Our marked broadcast: whoever reads it from a segment knows which agent put it on which segment. */
public final class LoopProbeFrame {
    private static final long MAGIC = 0x5354_5245_5443_4831L;
    private static final int BYTES = Ethernet.HEADER_BYTES + 8 + 8 + 8;
    private static final int MINIMUM_FRAME = 60;

    private LoopProbeFrame() {}

    /** Writes a probe of the agent process {@code nonce} for a network. */
    public static void put(ByteBuffer into, long senderMac, long nonce, long network) {
        int start = into.position();
        Arp.putMac(into, MacAddress.BROADCAST);
        Arp.putMac(into, senderMac);
        into.putShort((short) Ethernet.TYPE_PROBE);
        into.putLong(MAGIC).putLong(nonce).putLong(network);
        while (into.position() < start + MINIMUM_FRAME) {
            into.put((byte) 0);
        }
    }

    /** True for one of ours, of whichever agent. */
    public static boolean matches(ByteBuffer buffer, int at, int end) {
        return end - at >= BYTES && buffer.getLong(at + Ethernet.HEADER_BYTES) == MAGIC;
    }

    /** The process that sent it. */
    public static long nonce(ByteBuffer buffer, int at) {
        return buffer.getLong(at + Ethernet.HEADER_BYTES + 8);
    }

    /** Hash of the network's id that it was sent for. */
    public static long network(ByteBuffer buffer, int at) {
        return buffer.getLong(at + Ethernet.HEADER_BYTES + 16);
    }

    /** A network's id as it goes into the probe (FNV-1a, 64 bits). */
    public static long networkHash(String id) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100_0000_01b3L;
        }
        return hash;
    }
}
