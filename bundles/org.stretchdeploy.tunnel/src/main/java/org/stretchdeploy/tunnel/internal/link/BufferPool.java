package org.stretchdeploy.tunnel.internal.link;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Large buffers of links that ended, for the links that come after. Memory outside of the heap comes back only when the
 * collector runs, and an agent gives it so little to do that a week of renewals and cuts would grow the process to the most that Java
 * allows. A buffer has one owner at a time, and is empty when it changes its owner. Thread-safe.
 */
final class BufferPool {
    private final int bytes;
    private final BlockingQueue<ByteBuffer> idle;

    /** @param kept how many wait at most; what is given back beyond is left to the collector */
    BufferPool(int bytes, int kept) {
        this.bytes = bytes;
        this.idle = new ArrayBlockingQueue<>(kept);
    }

    ByteBuffer take() {
        ByteBuffer waiting = idle.poll();
        return waiting == null ? ByteBuffer.allocateDirect(bytes) : waiting;
    }

    /** The caller does not touch it again. What was in it is gone: it was somebody's plain text. */
    void give(ByteBuffer buffer) {
        buffer.clear();
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(0);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
        idle.offer(buffer.clear());
    }

    /** How many wait. */
    int waiting() {
        return idle.size();
    }
}
