package org.stretchdeploy.tunnel.internal.link;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes batches of messages ({@link org.stretchdeploy.tunnel.internal.wire.Wire}) for the peer. Any thread. */
public interface MessageSender {
    /**
     * Sends whole messages, from position to limit of a buffer that the caller owns. Waits while they cannot be taken.
     *
     * @throws IOException when there is no way to the peer any more; part of the messages may have been sent
     */
    void send(ByteBuffer messages) throws IOException;

    /** Ends what a send has failed on. */
    void close();
}
