package org.stretchdeploy.tunnel.internal.testkit;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;

/** Frames for tests. */
public final class TestFrames {
    public static final String ANY = "ff:ff:ff:ff:ff:ff";

    private TestFrames() {}

    /** An Ethernet frame. */
    public static byte[] ethernet(String target, String source, int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        putMac(frame, target);
        putMac(frame, source);
        frame.putShort((short) type).put(payload);
        return frame.array();
    }

    /** An ARP packet in its frame. */
    public static byte[] arp(int operation, String target, String sender, String senderIp, String targetIp) {
        ByteBuffer arp = ByteBuffer.allocate(46);
        arp.putShort((short) 1)
                .putShort((short) 0x0800)
                .putShort((short) 0x0604)
                .putShort((short) operation);
        putMac(arp, sender);
        putIp(arp, senderIp);
        arp.put(new byte[6]);
        putIp(arp, targetIp);
        return ethernet(target, sender, 0x0806, arp.array());
    }

    /** An IPv4 UDP packet in its frame. */
    public static byte[] udp(String target, String source, int sourcePort, int targetPort) {
        ByteBuffer ip = ByteBuffer.allocate(60);
        ip.put((byte) 0x45).put((byte) 0).putShort((short) 60);
        ip.position(9);
        ip.put((byte) 17);
        ip.position(20);
        ip.putShort((short) sourcePort).putShort((short) targetPort);
        return ethernet(target, source, 0x0800, ip.array());
    }

    /** An ICMPv6 message in its frame. */
    public static byte[] icmp6(String target, String source, int type) {
        ByteBuffer ip = ByteBuffer.allocate(60);
        ip.put(0, (byte) 0x60).put(6, (byte) 58).put(40, (byte) type);
        return ethernet(target, source, 0x86dd, ip.array());
    }

    /** The frame behind a virtio-net header, ready to be read. */
    public static ByteBuffer withHeader(byte[] frame) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(VirtioNetHeader.BYTES + frame.length);
        VirtioNetHeader.putPlain(buffer);
        buffer.put(frame).flip();
        return buffer;
    }

    public static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static void putMac(ByteBuffer into, String mac) {
        long value = MacAddress.parse(mac);
        into.putShort((short) (value >>> 32)).putInt((int) value);
    }

    private static void putIp(ByteBuffer into, String address) {
        for (String octet : address.split("\\.")) {
            into.put((byte) Integer.parseInt(octet));
        }
    }
}
