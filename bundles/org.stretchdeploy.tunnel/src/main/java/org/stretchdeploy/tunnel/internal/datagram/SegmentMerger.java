package org.stretchdeploy.tunnel.internal.datagram;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.stretchdeploy.tunnel.internal.frame.PacketHeaders;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.link.Link;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * Puts the parts of super-frames that arrive one after the other together again. When parts are missing, what is before
 * and what is behind the gap goes on as two frames. One thread; nothing is allocated per frame.
 */
final class SegmentMerger {
    private final ByteBuffer merged = ByteBuffer.allocateDirect(Wire.MAX_BODY);
    private final ByteBuffer view = merged.duplicate();
    private final Link.Sink sink;
    private boolean pending;
    private int network;
    private int id;
    private int headerBytes;
    private int firstEnd;
    private int nextOffset;

    SegmentMerger(Link.Sink sink) {
        this.sink = sink;
    }

    /** A whole frame; what was pending goes first. */
    void frame(int number, byte[] plain, int at, int bytes) throws IOException {
        flush();
        view.clear();
        view.put(plain, at, bytes).flip();
        sink.message(Wire.FRAME, number, view);
    }

    /**
     * A part.
     *
     * @param plain a record's content
     * @param bytes of it
     * @return false when it makes no sense
     */
    boolean part(byte[] plain, int bytes) throws IOException {
        int number = plain[1] & 0xff;
        int superFrame = two(plain, 2);
        int offset = two(plain, 4) << 16 | two(plain, 6);
        int header = two(plain, 8);
        int payload = bytes - Record.PART_BYTES - header;
        if (header < VirtioNetHeader.BYTES + 14 + 20 + 8 || payload <= 0) {
            return false;
        }
        boolean follows = pending
                && number == network
                && superFrame == id
                && offset == nextOffset
                && header == headerBytes
                && merged.position() + payload <= merged.capacity();
        if (follows) {
            append(plain, header, payload);
        } else {
            flush();
            if (!begin(plain, header, payload)) {
                return false;
            }
            network = number;
            id = superFrame;
        }
        nextOffset = offset + payload;
        if (plain[0] == Record.LAST_PART) {
            flush();
        }
        return true;
    }

    private boolean begin(byte[] plain, int header, int payload) {
        merged.clear();
        merged.put(plain, Record.PART_BYTES, header + payload);
        headerBytes = header;
        firstEnd = merged.position();
        pending = isSane(header, firstEnd);
        return pending;
    }

    /** Whether the header's numbers point into the headers; the guards look at everything else. */
    private boolean isSane(int header, int end) {
        int frame = VirtioNetHeader.BYTES;
        if (!VirtioNetHeader.isSuperFrame(merged, 0) || !VirtioNetHeader.isValid(merged, 0, end - frame)) {
            return false;
        }
        boolean udp = VirtioNetHeader.isUdpSuperFrame(merged, 0);
        int transport = frame + VirtioNetHeader.checksumStart(merged, 0);
        int networkAt = PacketHeaders.network(merged, frame, end);
        return networkAt >= 0
                && networkAt + 20 <= transport
                && transport + (udp ? 8 : 20) <= header
                && (!PacketHeaders.isIpv4(merged, networkAt)
                        || networkAt + (merged.get(networkAt) & 15) * 4 <= transport)
                && transport + VirtioNetHeader.checksumOffset(merged, 0) + 2 <= header;
    }

    private void append(byte[] plain, int header, int payload) {
        if (!VirtioNetHeader.isUdpSuperFrame(merged, 0)) {
            int flags = VirtioNetHeader.BYTES + VirtioNetHeader.checksumStart(merged, 0) + 13;
            merged.put(flags, (byte) (merged.get(flags) | plain[Record.PART_BYTES + flags]));
        }
        merged.put(plain, Record.PART_BYTES + header, payload);
    }

    /** What is pending goes on; nothing more is waited for. */
    void flush() throws IOException {
        if (!pending) {
            return;
        }
        pending = false;
        int end = merged.position();
        if (end > firstEnd) {
            boolean udp = VirtioNetHeader.isUdpSuperFrame(merged, 0);
            int frame = VirtioNetHeader.BYTES;
            int transport = frame + VirtioNetHeader.checksumStart(merged, 0);
            int checksum = transport + VirtioNetHeader.checksumOffset(merged, 0);
            int networkAt = PacketHeaders.network(merged, frame, end);
            PacketHeaders.resize(merged, networkAt, transport, checksum, udp, firstEnd, end);
        }
        if (end - headerBytes <= VirtioNetHeader.segmentBytes(merged, 0)) {
            VirtioNetHeader.clearSegmentation(merged, 0);
        }
        view.clear();
        view.limit(end);
        sink.message(Wire.FRAME, network, view);
    }

    private static int two(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
