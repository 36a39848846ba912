package org.stretchdeploy.tunnel.internal.link;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One sealed stream to the peer. Messages ({@link org.stretchdeploy.tunnel.internal.wire.Wire}) arrive whole and in
 * order or the link ends. Any thread sends; exactly one thread calls {@link #receive}; any thread closes.
 */
public interface Link extends MessageSender, Closeable {
    /**
     * Sends whole messages, from position to limit of a buffer that the caller owns. Waits while the peer cannot take
     * them.
     *
     * @throws IOException when the link is gone; part of the messages may have been sent
     */
    @Override
    void send(ByteBuffer messages) throws IOException;

    /**
     * Hands every arriving message to the sink until the link ends.
     *
     * @throws IOException when it did not end in order
     */
    void receive(Sink sink) throws IOException;

    /**
     * From now on the receiving thread does this too, if this link can do without a thread that only waits for it. Called by
     * the receiving thread.
     */
    default void assist(SideWork work) {}

    /**
     * Looks, now and then, whether so much gets lost that the connection has to change how it sends. Never waits.
     *
     * @return whether it changed just now
     */
    default boolean paceIfNeeded(long nowNanos) {
        return false;
    }

    /** Who is at the other end, from its certificate. */
    String peerIdentity();

    /** What seals the stream, for people. */
    String provider();

    /** {@link System#nanoTime()} of the last bytes from the peer. */
    long lastHeardNanos();

    /** How long the handshake with the peer took, in nanoseconds; 0 when there was none. */
    default long handshakeNanos() {
        return 0;
    }

    @Override
    void close();

    /** Takes messages. Called by the receiving thread only; must not keep the buffer. */
    interface Sink {
        /**
         * One message.
         *
         * @param body positioned at the body, limited to it
         * @throws IOException when the peer breaks the protocol; ends the link
         */
        void message(int type, int network, ByteBuffer body) throws IOException;
    }
}
