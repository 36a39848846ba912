package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/**
 * Makes one super-frame of frames of one flow that were read one after the other, so that what is done per frame is done once:
 * sealing, guards of the peer, writing to its port (ADR 0039). Only where a kernel that cuts the super-frame makes the very
 * same frames of it again; frames that are not like that stay as they are. Nothing is waited for.
 *
 * <p>Frames lie in one buffer, each with its virtio-net header in front. One thread; nothing is allocated.
 */
public final class FrameCoalescer {
    /** Of UDP: UDP_MAX_SEGMENTS of Linux before 6.9. */
    private static final int MOST_DATAGRAMS = 64;
    /** An IP packet's length is 16 bits. */
    private static final int MOST_BYTES = 65_535;

    private FlowPacket first = new FlowPacket();
    private FlowPacket next = new FlowPacket();
    private boolean open;
    private boolean sound;
    private int parts;
    private int end;
    private int endingFlags;

    /**
     * Takes the frame whose virtio-net header is at {@code at}. It lies behind the frame given before, anywhere.
     *
     * @param datagrams whether super-frames of UDP may be made
     * @return true when its payload was moved to the frame before it, which now ends at {@link #end}
     */
    public boolean append(ByteBuffer buffer, int at, int frameEnd, boolean datagrams) {
        boolean whole = next.parse(buffer, at, frameEnd) && (datagrams || !next.isUdp());
        if (open && whole && mayJoin()) {
            join();
            return true;
        }
        finish();
        if (whole && next.mayBegin()) {
            FlowPacket begun = next;
            next = first;
            first = begun;
            open = true;
            sound = false;
            parts = 1;
            end = frameEnd;
        }
        return false;
    }

    private boolean mayJoin() {
        int bytes = first.payload() * parts;
        boolean fits = first.headerBytes() + bytes + next.payload() <= MOST_BYTES
                && !(next.isUdp() && parts == MOST_DATAGRAMS);
        if (!fits || !next.follows(first, parts, bytes)) {
            return false;
        }
        sound = sound || first.isSound();
        return sound && next.isSound();
    }

    private void join() {
        boolean last = next.payload() < first.payload() || next.isEnding();
        endingFlags = next.endingFlags();
        // From here on its headers are gone: the payload may lie on them.
        end = next.moveTo(end);
        parts++;
        if (last) {
            finish();
        }
    }

    /** Where the super-frame ends, after a frame was taken into it. */
    public int end() {
        return end;
    }

    /** No more frames come behind those given, or those are gone: completes the headers. */
    public void finish() {
        if (open && parts > 1) {
            first.becomeSuperFrame(end, endingFlags);
        }
        open = false;
        endingFlags = 0;
    }
}
