package org.stretchdeploy.tunnel.internal.link;

import java.nio.ByteBuffer;
import org.stretchdeploy.tunnel.internal.os.PollSet;

/**
 * What the receiving thread of a link does besides receiving, so that what has just arrived can be answered without waking
 * another thread (ADR 0037). Called by the receiving thread only; none of it waits.
 */
public interface SideWork {
    /** Takes batches as far as it can without waiting. */
    interface Outlet {
        /**
         * Sends whole messages, from position to limit.
         *
         * @return false when nothing was taken because the link can take nothing now
         * @throws java.io.IOException when the link is gone
         */
        boolean offer(ByteBuffer messages) throws java.io.IOException;
    }

    /**
     * A round of work.
     *
     * @param arrived messages were delivered since the last round
     * @return whether there is more that could be done at once
     */
    boolean work(boolean arrived, Outlet outlet) throws java.io.IOException;

    /**
     * Adds what it waits for; {@link #waited} follows in any case.
     *
     * @return for how many milliseconds it can wait at most
     */
    int waitsFor(PollSet set);

    /** The wait is over. */
    void waited(PollSet set);

    /** The link ends. */
    void end();
}
