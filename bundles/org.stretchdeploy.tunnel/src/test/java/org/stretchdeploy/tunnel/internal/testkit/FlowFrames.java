package org.stretchdeploy.tunnel.internal.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames of TCP and UDP flows with a virtio-net header in front, and what a kernel does with super-frames: written from the standards and
 * from Linux, without the code that is tested.
 */
public final class FlowFrames {
    public static final int VIRTIO = 10;
    public static final int ACK = 0x10;
    public static final int PUSH = 0x08;
    public static final int FIN = 0x01;

    private FlowFrames() {}

    /**
     * What a flow's frames have in common.
     *
     * @param partial whether the transport's checksum is left to the receiver, as by a host with offloads
     */
    public record Flow(boolean six, boolean udp, int tags, boolean partial, int port) {
        public int networkAt() {
            return VIRTIO + 14 + 4 * tags;
        }

        public int transportAt() {
            return networkAt() + (six ? 40 : 20);
        }

        public int headerBytes() {
            return transportAt() + (udp ? 8 : 32);
        }
    }

    /** One frame; {@code id} and {@code flags} are used where the protocol has them. */
    public static byte[] frame(Flow flow, int id, int sequence, int flags, byte[] payload) {
        byte[] bytes = new byte[flow.headerBytes() + payload.length];
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        System.arraycopy(payload, 0, bytes, flow.headerBytes(), payload.length);
        frame.putLong(VIRTIO, 0x0200_0000_0001_0200L).putInt(VIRTIO + 8, 0x0000_0002);
        int at = VIRTIO + 12;
        for (int tag = 0; tag < flow.tags(); tag++, at += 4) {
            frame.putShort(at, (short) 0x8100).putShort(at + 2, (short) (7 + tag));
        }
        frame.putShort(at, (short) (flow.six() ? 0x86dd : 0x0800));
        network(flow, frame, id);
        transport(flow, frame, sequence, flags);
        return bytes;
    }

    private static void network(Flow flow, ByteBuffer frame, int id) {
        int at = flow.networkAt();
        int protocol = flow.udp() ? 17 : 6;
        if (flow.six()) {
            frame.putInt(at, 0x6000_0abc).putShort(at + 4, (short) (frame.capacity() - at - 40));
            frame.put(at + 6, (byte) protocol).put(at + 7, (byte) 64);
            frame.putLong(at + 8, 0x2001_0db8_0000_0001L).putLong(at + 16, 1);
            frame.putLong(at + 24, 0x2001_0db8_0000_0001L).putLong(at + 32, 2);
        } else {
            frame.put(at, (byte) 0x45)
                    .putShort(at + 2, (short) (frame.capacity() - at))
                    .putShort(at + 4, (short) id);
            frame.putShort(at + 6, (short) 0x4000).put(at + 8, (byte) 64).put(at + 9, (byte) protocol);
            frame.putInt(at + 12, 0x0a4d_0001).putInt(at + 16, 0x0a4d_0002);
            frame.putShort(at + 10, (short) ~sum(frame, at, at + 20, 0));
        }
    }

    private static void transport(Flow flow, ByteBuffer frame, int sequence, int flags) {
        int at = flow.transportAt();
        frame.putShort(at, (short) 5000).putShort(at + 2, (short) flow.port());
        if (flow.udp()) {
            frame.putShort(at + 4, (short) (frame.capacity() - at));
        } else {
            frame.putInt(at + 4, sequence)
                    .putInt(at + 8, 77)
                    .put(at + 12, (byte) 0x80)
                    .put(at + 13, (byte) flags);
            frame.putShort(at + 14, (short) 501).putInt(at + 20, 0x0101_080a).putLong(at + 24, 99);
        }
        if (flow.partial()) {
            frame.put(0, (byte) 1).put(6, (byte) (at - VIRTIO)).put(8, (byte) (flow.udp() ? 6 : 16));
            frame.putShort(checksumAt(flow), (short) pseudoHeader(flow, frame));
        } else {
            complete(flow, frame);
        }
    }

    private static int checksumAt(Flow flow) {
        return flow.transportAt() + (flow.udp() ? 6 : 16);
    }

    private static int pseudoHeader(Flow flow, ByteBuffer frame) {
        int from = flow.networkAt() + (flow.six() ? 8 : 12);
        long begin = (flow.udp() ? 17 : 6) + frame.capacity() - flow.transportAt();
        return sum(frame, from, flow.transportAt(), begin);
    }

    /** Computes the transport's checksum, which is nowhere yet. */
    public static void complete(Flow flow, ByteBuffer frame) {
        frame.putShort(checksumAt(flow), (short) 0);
        int sum = ~sum(frame, flow.transportAt(), frame.capacity(), pseudoHeader(flow, frame)) & 0xffff;
        frame.putShort(checksumAt(flow), (short) (flow.udp() && sum == 0 ? 0xffff : sum));
    }

    private static int sum(ByteBuffer buffer, int from, int to, long begin) {
        long sum = begin;
        for (int at = from; at < to; at += 2) {
            sum += at + 1 < to ? buffer.getShort(at) & 0xffff : (buffer.get(at) & 0xff) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    /**
     * What a kernel puts on the wire for what it is given: super-frames cut (Linux tcp_gso_segment, __udp_gso_segment), checksums computed.
     * Without virtio-net headers.
     */
    public static List<byte[]> onTheWire(byte[] message) {
        ByteBuffer given = ByteBuffer.wrap(message);
        if (message[1] == 0 && message[0] == 0) {
            return List.of(Arrays.copyOfRange(message, VIRTIO, message.length));
        }
        boolean udp = message[8] == 6;
        int transport = VIRTIO + (message[6] & 0xff);
        int header = transport + (udp ? 8 : (message[transport + 12] >>> 4 & 15) * 4);
        boolean six = (given.getShort(transport - 40 - 2) & 0xffff) == 0x86dd;
        int tags = (transport - (six ? 40 : 20) - 14 - VIRTIO) / 4;
        Flow flow = new Flow(six, udp, tags, true, given.getShort(transport + 2) & 0xffff);
        int each = message[1] == 0 ? message.length - header : message[4] & 0xff | (message[5] & 0xff) << 8;
        List<byte[]> frames = new ArrayList<>();
        for (int at = header; at < message.length; at += each) {
            frames.add(segment(flow, message, header, at, Math.min(message.length, at + each), frames.size()));
        }
        return frames;
    }

    private static byte[] segment(Flow flow, byte[] message, int header, int from, int to, int number) {
        byte[] bytes = Arrays.copyOf(message, header + to - from);
        System.arraycopy(message, from, bytes, header, to - from);
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        int ip = flow.networkAt();
        int l4 = flow.transportAt();
        if (flow.six()) {
            frame.putShort(ip + 4, (short) (bytes.length - ip - 40));
        } else {
            frame.putShort(ip + 2, (short) (bytes.length - ip))
                    .putShort(ip + 4, (short) (frame.getShort(ip + 4) + number));
            frame.putShort(ip + 10, (short) 0).putShort(ip + 10, (short) ~sum(frame, ip, ip + 20, 0));
        }
        if (flow.udp()) {
            frame.putShort(l4 + 4, (short) (bytes.length - l4));
        } else {
            frame.putInt(l4 + 4, frame.getInt(l4 + 4) + from - header);
            int flags = to < message.length ? frame.get(l4 + 13) & ~(FIN | PUSH) : frame.get(l4 + 13);
            frame.put(l4 + 13, (byte) flags);
        }
        complete(flow, frame);
        return Arrays.copyOfRange(bytes, VIRTIO, bytes.length);
    }
}
