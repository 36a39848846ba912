package org.stretchdeploy.tunnel.internal.datagram;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.locks.ReentrantLock;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.link.MessageSender;
import org.stretchdeploy.tunnel.internal.os.SocketCalls;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * Sends the frames of one queue as datagrams: each frame in one, super-frames cut so that each segment is in one, what
 * cannot be cut in a few. Datagrams of one size that follow each other go to the kernel with one call. The losses of the
 * way cost what was lost and nothing else.
 *
 * <p>One lock per batch; per frame neither lock nor log nor allocation of our own.
 */
final class DatagramLane implements MessageSender {
    /** UDP_MAX_SEGMENTS of Linux before 6.9. */
    private static final int MAX_RUN = 64;

    private final ReentrantLock sending = new ReentrantLock();
    private final DatagramSession session;
    private final int number;
    private final UdpOutbox outbox;
    private final SegmentCutter cutter = new SegmentCutter();
    private final byte[] plain = new byte[SizeSearch.MAX_BYTES];
    private final ByteBuffer plainView = ByteBuffer.wrap(plain);
    private final ByteBuffer segment = ByteBuffer.allocate(FragmentBox.MAX_BYTES);
    private final byte[] run = new byte[UdpSocket.largestBatch()];
    private Epoch epoch;
    private Sealer sealer;
    private int room;
    private int runBytes;
    private int runEach;
    private int runCount;
    private int nextId;

    DatagramLane(DatagramSession session, int number) {
        this.session = session;
        this.number = number;
        this.outbox = new UdpOutbox(session.endpoint().socket());
    }

    @Override
    public void send(ByteBuffer messages) throws IOException {
        sending.lock();
        try {
            prepare();
            int at = messages.position();
            int end = messages.limit();
            while (end - at >= Wire.HEADER_BYTES) {
                int head = messages.getInt(at);
                int body = at + Wire.HEADER_BYTES;
                at = body + messages.getInt(at + 4);
                if (head >>> 24 == Wire.FRAME) {
                    frame(messages, body, at, head & 0xff);
                }
            }
            messages.position(end);
            flush();
        } catch (GeneralSecurityException e) {
            session.worn();
            throw new IOException("the keys have sealed all they may", e);
        } finally {
            runBytes = 0;
            sending.unlock();
        }
    }

    private void prepare() throws IOException {
        Epoch present = session.current();
        UdpAddress target = session.peer();
        int datagram = session.path().datagramBytes();
        if (present == null || target == null || datagram == 0) {
            throw new IOException("datagrams do not pass");
        }
        if (present != epoch) {
            sealer = present.sealer(number);
            epoch = present;
        }
        if (sealer.sealed() > Sealer.RENEW) {
            session.worn();
        }
        outbox.to(target);
        room = datagram - Sealer.OVERHEAD_BYTES;
    }

    private void frame(ByteBuffer messages, int at, int end, int network) throws GeneralSecurityException {
        int bytes = end - at;
        if (Record.FRAME_BYTES + bytes <= room) {
            whole(messages, at, bytes, network);
            return;
        }
        boolean cuttable = cutter.open(messages, at, end);
        int each = cuttable ? cutter.partBytes(room - Record.PART_BYTES) : 0;
        if (each > 0) {
            parts(network, each);
        } else if (cuttable) {
            fragmentsOfSegments(network);
        } else if (bytes <= FragmentBox.MAX_BYTES) {
            fragments(messages, at, end, network);
        }
    }

    /** Datagrams of a guest that are larger than ours may be keep their borders. */
    private void fragmentsOfSegments(int network) throws GeneralSecurityException {
        int each = cutter.segmentBytes();
        if (cutter.headerBytes() + each > FragmentBox.MAX_BYTES) {
            return;
        }
        for (int offset = 0; offset < cutter.payloadBytes(); offset += each) {
            int end = cutter.write(segment, 0, offset, Math.min(each, cutter.payloadBytes() - offset));
            VirtioNetHeader.clearSegmentation(segment, 0);
            fragments(segment, 0, end, network);
        }
    }

    private void whole(ByteBuffer frame, int at, int bytes, int network) throws GeneralSecurityException {
        plain[0] = Record.FRAME;
        plain[1] = (byte) network;
        frame.get(at, plain, Record.FRAME_BYTES, bytes);
        record(Record.FRAME_BYTES + bytes);
    }

    private void parts(int network, int each) throws GeneralSecurityException {
        int payload = cutter.payloadBytes();
        int id = nextId++;
        for (int offset = 0; offset < payload; offset += each) {
            int length = Math.min(each, payload - offset);
            plain[0] = (byte) (offset + length == payload ? Record.LAST_PART : Record.PART);
            plain[1] = (byte) network;
            plainView.putShort(2, (short) id).putInt(4, offset).putShort(8, (short) cutter.headerBytes());
            record(cutter.write(plainView, Record.PART_BYTES, offset, length));
        }
    }

    /** All of one size, because the kernel sends those with one call. */
    private void fragments(ByteBuffer messages, int at, int end, int network) throws GeneralSecurityException {
        int total = end - at;
        if (Record.FRAME_BYTES + total <= room) {
            whole(messages, at, total, network);
            return;
        }
        int count = (total + room - Record.FRAGMENT_BYTES - 1) / (room - Record.FRAGMENT_BYTES);
        int each = (total + count - 1) / count;
        int id = nextId++;
        for (int i = 0; i < count; i++) {
            int offset = i * each;
            int length = Math.min(each, total - offset);
            plain[0] = Record.FRAGMENT;
            plain[1] = (byte) network;
            plainView.putShort(2, (short) id).put(4, (byte) i).put(5, (byte) count);
            plainView.putShort(6, (short) offset).putShort(8, (short) total);
            messages.get(at + offset, plain, Record.FRAGMENT_BYTES, length);
            record(Record.FRAGMENT_BYTES + length);
        }
    }

    private void record(int bytes) throws GeneralSecurityException {
        int size = bytes + Sealer.OVERHEAD_BYTES;
        boolean shorterBefore = runCount > 0 && runBytes < runCount * runEach;
        if (runBytes > 0 && (size > runEach || shorterBefore || runCount == MAX_RUN || runBytes + size > run.length)) {
            flush();
        }
        if (runBytes == 0) {
            runEach = size;
            runCount = 0;
        }
        runBytes += sealer.seal(plain, bytes, run, runBytes);
        runCount++;
    }

    private void flush() {
        if (runBytes == 0) {
            return;
        }
        int error = outbox.send(run, runBytes, runEach, true);
        runBytes = 0;
        if (error == SocketCalls.EMSGSIZE || error == SocketCalls.EINVAL) {
            session.path().sizes().refused(session.path().datagramBytes());
        }
    }

    @Override
    public void close() {
        // Whether datagrams pass is seen by probes, not by one failure to send.
    }
}
