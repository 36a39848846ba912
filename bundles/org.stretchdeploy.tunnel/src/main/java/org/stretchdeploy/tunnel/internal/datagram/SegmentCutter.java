package org.stretchdeploy.tunnel.internal.datagram;

import java.nio.ByteBuffer;
import org.stretchdeploy.tunnel.internal.frame.PacketHeaders;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;

/**
 * Cuts a super-frame into parts that are frames or smaller super-frames themselves. TCP may be cut anywhere; datagrams of
 * UDP keep their borders. One thread; nothing is allocated per frame.
 */
final class SegmentCutter {
    private ByteBuffer source;
    private int at;
    private int end;
    private int headerBytes;
    private int network;
    private int transport;
    private int checksum;
    private int segmentBytes;
    private int partSegment;
    private boolean udp;

    /** Looks at the virtio-net header at {@code at}; false when this is not a super-frame that can be cut. */
    boolean open(ByteBuffer message, int start, int stop) {
        source = message;
        at = start;
        end = stop;
        int frame = at + VirtioNetHeader.BYTES;
        if (!VirtioNetHeader.isSuperFrame(message, at) || !VirtioNetHeader.isValid(message, at, end - frame)) {
            return false;
        }
        udp = VirtioNetHeader.isUdpSuperFrame(message, at);
        segmentBytes = VirtioNetHeader.segmentBytes(message, at);
        transport = frame + VirtioNetHeader.checksumStart(message, at);
        checksum = transport + VirtioNetHeader.checksumOffset(message, at);
        network = PacketHeaders.network(message, frame, end);
        if (network < 0 || network + 20 > transport || transport + (udp ? 8 : 20) > end) {
            return false;
        }
        int header = PacketHeaders.transportBytes(message, transport, udp);
        headerBytes = transport + header - at;
        return header >= (udp ? 8 : 20) && checksum + 2 <= transport + header && at + headerBytes < end;
    }

    /** Bytes of the virtio-net header and of the frame's headers. */
    int headerBytes() {
        return headerBytes;
    }

    /** Payload of each segment, as the sender of the super-frame wants it. */
    int segmentBytes() {
        return segmentBytes;
    }

    /** Bytes behind the headers. */
    int payloadBytes() {
        return end - at - headerBytes;
    }

    /**
     * Payload of each part but the last when a part may have {@code room} bytes with its headers: whole segments where
     * they fit.
     *
     * @return 0 when it cannot be done
     */
    int partBytes(int room) {
        int payload = room - headerBytes;
        partSegment = udp ? segmentBytes : Math.min(segmentBytes, Math.max(1, payload));
        if (payload >= segmentBytes) {
            return payload / segmentBytes * segmentBytes;
        }
        return udp || payload < 64 ? 0 : payload;
    }

    /**
     * Writes a part.
     *
     * @param offset of its payload in that of the super-frame
     * @param length of its payload
     * @return the place behind it
     */
    int write(ByteBuffer into, int place, int offset, int length) {
        into.put(place, source, at, headerBytes);
        into.put(place + headerBytes, source, at + headerBytes + offset, length);
        int shift = place - at;
        int partEnd = place + headerBytes + length;
        VirtioNetHeader.setSegmentBytes(into, place, partSegment);
        PacketHeaders.advanceIdentification(into, network + shift, offset / partSegment);
        PacketHeaders.resize(into, network + shift, transport + shift, checksum + shift, udp, end + shift, partEnd);
        if (!udp) {
            int sequence = transport + shift + 4;
            into.putInt(sequence, into.getInt(sequence) + offset);
            int flags = into.get(transport + shift + 13);
            if (offset > 0) {
                flags &= ~PacketHeaders.TCP_CWR;
            }
            if (offset + length < payloadBytes()) {
                flags &= ~(PacketHeaders.TCP_FIN | PacketHeaders.TCP_PUSH);
            }
            into.put(transport + shift + 13, (byte) flags);
        }
        return partEnd;
    }
}
