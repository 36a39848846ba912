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

    /** A neighbour discovery message (RFC 4861) in its frame, about an address. */
    public static byte[] discovery(int type, String target, String source, String sourceIp, String about) {
        ByteBuffer ip = ByteBuffer.allocate(72);
        ip.put(0, (byte) 0x60).put(5, (byte) 32).put(6, (byte) 58).put(7, (byte) 255);
        ip.position(8);
        ip.put(ipv6(sourceIp)).put(ipv6("ff02::1")).put((byte) type).position(48);
        ip.put(ipv6(about));
        return ethernet(target, source, 0x86dd, ip.array());
    }

    private static byte[] ipv6(String address) {
        try {
            return java.net.InetAddress.getByName(address).getAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The frame with a VLAN tag. */
    public static byte[] tagged(byte[] frame, int vlan) {
        ByteBuffer tagged = ByteBuffer.allocate(frame.length + 4);
        tagged.put(frame, 0, 12).putShort((short) 0x8100).putShort((short) vlan).put(frame, 12, frame.length - 12);
        return tagged.array();
    }

    /**
     * A TCP or UDP super-frame behind its header: what a tap with offloads reads.
     *
     * @param gso 1 TCP over IPv4, 4 TCP over IPv6, 5 UDP
     * @param segment payload bytes of each segment
     */
    public static ByteBuffer superFrame(String target, String source, int gso, int segment, int payload, boolean tag) {
        boolean six = gso == 4;
        int ipBytes = six ? 40 : 20;
        int transportBytes = gso == 5 ? 8 : 20;
        ByteBuffer ip = ByteBuffer.allocate(ipBytes + transportBytes + payload);
        ip.put(0, (byte) (six ? 0x60 : 0x45));
        ip.put(six ? 6 : 9, (byte) (gso == 5 ? 17 : 6));
        if (gso != 5) {
            ip.put(ipBytes + 12, (byte) 0x50);
        }
        byte[] frame = ethernet(target, source, six ? 0x86dd : 0x0800, ip.array());
        ByteBuffer buffer = withHeader(tag ? tagged(frame, 5) : frame);
        int start = 14 + (tag ? 4 : 0) + ipBytes;
        buffer.put(0, (byte) 1).put(1, (byte) gso);
        little(buffer, 2, start + transportBytes);
        little(buffer, 4, segment);
        little(buffer, 6, start);
        little(buffer, 8, gso == 5 ? 6 : 16);
        return buffer;
    }

    private static void little(ByteBuffer buffer, int at, int value) {
        buffer.put(at, (byte) value).put(at + 1, (byte) (value >>> 8));
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
