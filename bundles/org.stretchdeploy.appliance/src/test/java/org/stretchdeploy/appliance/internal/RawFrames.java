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
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(frames).forEach(all::writeBytes);
        Path file = lab.file("frames-" + files++);
        try {
            Files.write(file, all.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        lab.in(host, "socat -u -b " + BYTES + " FILE:" + file + " INTERFACE:eth0");
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
