package org.stretchdeploy.appliance.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** Frames that an ordinary host never sends, put on a segment by a host of the lab. Each is padded to its size. */
final class RawFrames {
    static final int BYTES = 98;
    static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

    private final TwoEdgesLab lab;
    private int files;

    RawFrames(TwoEdgesLab lab) {
        this.lab = lab;
    }

    /** One frame. */
    static byte[] frame(String target, String source, int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(BYTES);
        frame.put(mac(target)).put(mac(source)).putShort((short) type).put(payload);
        return frame.array();
    }

    /** A gratuitous ARP. */
    static byte[] claim(String source, String address) {
        ByteBuffer arp = ByteBuffer.allocate(28);
        arp.putLong(0x0001_0800_0604_0001L).put(mac(source)).put(ip(address));
        arp.put(new byte[6]).put(ip(address));
        return frame(BROADCAST, source, 0x0806, arp.array());
    }

    /** A DHCP server's answer; a switch that filters IP would drop it without its header's checksum. */
    static byte[] dhcpOffer(String source) {
        ByteBuffer ip = ByteBuffer.allocate(80);
        ip.put((byte) 0x45).put(8, (byte) 64).put(9, (byte) 17).putShort(2, (short) 80);
        int sum = 0;
        for (int at = 0; at < 20; at += 2) {
            sum += ip.getShort(at) & 0xffff;
        }
        ip.putShort(10, (short) ~(sum + (sum >>> 16)));
        ip.putShort(20, (short) 67).putShort(22, (short) 68).putShort(24, (short) 60);
        return frame(BROADCAST, source, 0x0800, ip.array());
    }

    /** ICMPv6 neighbour discovery of a type, from an address, about an address. */
    static byte[] discovery(int type, String source, String from, String about) {
        ByteBuffer ip = ByteBuffer.allocate(80);
        ip.put(0, (byte) 0x60).put(5, (byte) 40).put(6, (byte) 58).put(7, (byte) 255);
        ip.put(8, ip(from)).put(24, ip("ff02::1")).put(40, (byte) type).put(48, ip(about));
        return frame("33:33:00:00:00:01", source, 0x86dd, ip.array());
    }

    /** A DHCPv6 server's answer. */
    static byte[] dhcp6Reply(String source) {
        ByteBuffer ip = ByteBuffer.allocate(80);
        ip.put(0, (byte) 0x60).put(5, (byte) 40).put(6, (byte) 17).put(7, (byte) 64);
        ip.put(8, ip("fe80::66"))
                .put(24, ip("fe80::1"))
                .putShort(40, (short) 547)
                .putShort(42, (short) 546)
                .putShort(44, (short) 40);
        return frame(TwoEdgesLab.H1_MAC, source, 0x86dd, ip.array());
    }

    /** So many broadcast frames from so many machines. */
    static byte[] flood(int frames, int machines) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(frames * BYTES);
        for (int i = 0; i < frames; i++) {
            int machine = i % machines;
            String source =
                    String.format("52:54:%02x:%02x:%02x:ee", machine >>> 16, machine >>> 8 & 255, machine & 255);
            all.writeBytes(frame(BROADCAST, source, 0x88b6, new byte[0]));
        }
        return all.toByteArray();
    }

    /** Sends them from a host and comes back when the last is out. */
    void send(String host, byte[]... frames) {
        sendAt(host, "eth0", BYTES, frames);
    }

    /** The same with another size, which all but the last have. */
    void sendSized(String host, int bytes, byte[]... frames) {
        sendAt(host, "eth0", bytes, frames);
    }

    /** Hands them to an agent as they are, past every switch that would drop them. */
    void sendToAgent(String agent, byte[]... frames) {
        sendAt(agent, "st0", BYTES, frames);
    }

    private void sendAt(String namespace, String device, int bytes, byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(frames).forEach(all::writeBytes);
        Path file = lab.file("frames-" + files++);
        try {
            Files.write(file, all.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        lab.in(namespace, "socat -u -b " + bytes + " FILE:" + file + " INTERFACE:" + device);
    }

    private static byte[] mac(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    private static byte[] ip(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
