package org.stretchdeploy.tunnel.internal.tap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One queue of a layer-2 port. Frames carry a virtio-net header ({@link
 * org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader}) in front. One thread reads, any number write; {@link
 * #close} may come from any thread.
 */
public interface Tap extends Closeable {
    /**
     * Appends one header and frame to a direct buffer with room for {@link
     * org.stretchdeploy.tunnel.internal.wire.Wire#MAX_BODY} bytes. Never waits.
     *
     * @return bytes appended, 0 when there is no frame
     * @throws IOException when the port is gone
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes the header and frame between position and limit.
     *
     * @return false when the kernel did not take it (its queue is full or the header makes no sense)
     */
    boolean write(ByteBuffer frame);

    /** Waits until a frame can be read, at most so long; also returns when the port is closed. */
    void await(int timeoutMillis);

    /**
     * The descriptor that becomes readable when a frame can be read, or a negative number: then only {@link #await} waits.
     */
    default int descriptor() {
        return -1;
    }

    /**
     * Keeps the descriptor from being closed until {@link #release} by the same thread.
     *
     * @return false, and nothing is held, when it is closed already
     */
    default boolean hold() {
        return false;
    }

    /** See {@link #hold}. */
    default void release() {}

    @Override
    void close();
}
