package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * One frame of every kind that a segment carries, as large as it may be, each behind its virtio-net header. They are
 * shown to the peer before forwarding opens; none of them reaches a segment.
 */
public final class ProofFrames {
    /** Local experimental EtherType (IEEE 802, the second one; the first is that of the loop probes). */
    private static final int TYPE_EXPERIMENTAL = 0x88b6;

    private static final int TYPE_SERVICE_TAG = 0x88a8;
    private static final int TYPE_TAG = 0x8100;
    private static final int TAG_CONTROL = 0x0001;
    private static final int MINIMUM = 60;
    private static final int SUPER_FRAME_IP_BYTES = 60_000;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int TCP_BYTES = 20;
    private static final int TCP_CHECKSUM_OFFSET = 16;
    private static final byte PROTOCOL_TCP = 6;
    private static final byte PROTOCOL_UDP = 17;
    private static final byte GSO_TCPV4 = 1;
    private static final byte GSO_TCPV6 = 4;
    /** Nobody has it: locally administered, of this project. */
    private static final long TARGET = 0x0253_5450_524fL;

    /** Every host takes an IPv4 datagram of this size (RFC 791). */
    public static final int SMALLEST_MTU = 576;

    private ProofFrames() {}

    /**
     * @param name what it is, for people
     * @param bytes virtio-net header and frame
     */
    public record Proof(String name, byte[] bytes) {}

    /**
     * Makes them.
     *
     * @param mtu largest layer-3 size in bytes, at least {@link #SMALLEST_MTU}
     * @param source MAC address that they bear, the agent's own
     */
    public static List<Proof> of(int mtu, long source) {
        return List.of(
                new Proof("the smallest frame", plain(MINIMUM, TARGET, source, new int[] {TYPE_EXPERIMENTAL})),
                new Proof("a frame that is not IP", full(mtu, source, new int[] {TYPE_EXPERIMENTAL})),
                new Proof("an ARP broadcast", arp(source)),
                new Proof("an IPv4 packet", ipv4(mtu, source)),
                new Proof("an IPv6 packet", ipv6(mtu, source)),
                new Proof("a VLAN-tagged frame", full(mtu, source, new int[] {TYPE_TAG, TYPE_EXPERIMENTAL})),
                new Proof(
                        "a frame with two VLAN tags",
                        full(mtu, source, new int[] {TYPE_SERVICE_TAG, TYPE_TAG, TYPE_EXPERIMENTAL})),
                new Proof("an IPv4 super-frame", superFrame(mtu, source, false)),
                new Proof("an IPv6 super-frame", superFrame(mtu, source, true)));
    }

    private static byte[] full(int mtu, long source, int[] types) {
        int header = Ethernet.HEADER_BYTES + 4 * (types.length - 1);
        return plain(header + mtu, TARGET, source, types);
    }

    private static byte[] plain(int frameBytes, long target, long source, int[] types) {
        ByteBuffer frame = ByteBuffer.allocate(VirtioNetHeader.BYTES + frameBytes);
        VirtioNetHeader.putPlain(frame);
        addresses(frame, target, source);
        for (int i = 0; i < types.length; i++) {
            frame.putShort((short) types[i]);
            if (i < types.length - 1) {
                frame.putShort((short) TAG_CONTROL);
            }
        }
        return filled(frame);
    }

    /** What has no meaning is noise, so that nothing on the way can guess it; the same at every call. */
    private static byte[] filled(ByteBuffer frame) {
        byte[] noise = new byte[frame.remaining()];
        new Random(noise.length).nextBytes(noise);
        return frame.put(noise).array();
    }

    private static void addresses(ByteBuffer frame, long target, long source) {
        Arp.putMac(frame, target);
        Arp.putMac(frame, source);
    }

    /** An ARP probe: without a sender's address it claims nothing (RFC 5227). */
    private static byte[] arp(long source) {
        ByteBuffer frame = ByteBuffer.allocate(VirtioNetHeader.BYTES + MINIMUM);
        VirtioNetHeader.putPlain(frame);
        Arp.putProbe(frame, source, 0xc000_0201);
        return frame.array();
    }

    private static byte[] ipv4(int mtu, long source) {
        ByteBuffer frame = ByteBuffer.allocate(VirtioNetHeader.BYTES + Ethernet.HEADER_BYTES + mtu);
        VirtioNetHeader.putPlain(frame);
        addresses(frame, TARGET, source);
        ipv4Header(frame, mtu, PROTOCOL_UDP);
        frame.putShort((short) 9).putShort((short) 9);
        return filled(frame);
    }

    private static byte[] ipv6(int mtu, long source) {
        ByteBuffer frame = ByteBuffer.allocate(VirtioNetHeader.BYTES + Ethernet.HEADER_BYTES + mtu);
        VirtioNetHeader.putPlain(frame);
        addresses(frame, TARGET, source);
        ipv6Header(frame, mtu, PROTOCOL_UDP);
        frame.putShort((short) 9).putShort((short) 9);
        return filled(frame);
    }

    private static void ipv4Header(ByteBuffer frame, int bytes, byte protocol) {
        frame.putShort((short) Ethernet.TYPE_IPV4);
        frame.putShort((short) 0x4500).putShort((short) bytes);
        frame.putInt(0x4000).put((byte) 64).put(protocol).putShort((short) 0);
        frame.putInt(0xc000_0201).putInt(0xc000_0202);
    }

    private static void ipv6Header(ByteBuffer frame, int bytes, byte protocol) {
        frame.putShort((short) Ethernet.TYPE_IPV6);
        frame.putInt(0x6000_0000).putShort((short) (bytes - IPV6_BYTES));
        frame.put(protocol).put((byte) 64);
        for (int last = 1; last <= 2; last++) {
            frame.putLong(0x2001_0db8_0000_0000L).putLong(last);
        }
    }

    /** As a guest with segmentation offload sends it: checksum and cutting are left to the receiving kernel. */
    private static byte[] superFrame(int mtu, long source, boolean six) {
        int network = six ? IPV6_BYTES : IPV4_BYTES;
        int transport = Ethernet.HEADER_BYTES + network;
        ByteBuffer frame = ByteBuffer.allocate(VirtioNetHeader.BYTES + Ethernet.HEADER_BYTES + SUPER_FRAME_IP_BYTES);
        frame.put((byte) 1).put(six ? GSO_TCPV6 : GSO_TCPV4);
        little(frame, transport + TCP_BYTES);
        little(frame, mtu - network - TCP_BYTES);
        little(frame, transport);
        little(frame, TCP_CHECKSUM_OFFSET);
        addresses(frame, TARGET, source);
        if (six) {
            ipv6Header(frame, SUPER_FRAME_IP_BYTES, PROTOCOL_TCP);
        } else {
            ipv4Header(frame, SUPER_FRAME_IP_BYTES, PROTOCOL_TCP);
        }
        frame.putShort((short) 9).putShort((short) 9).putInt(1).putInt(1);
        frame.putShort((short) 0x5010).putShort((short) 0xffff).putInt(0);
        return filled(frame);
    }

    private static void little(ByteBuffer into, int value) {
        into.put((byte) value).put((byte) (value >>> 8));
    }
}
