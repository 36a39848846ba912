package org.stretchdeploy.tunnel.internal.link;

import java.nio.channels.SelectableChannel;
import org.stretchdeploy.tunnel.internal.os.TcpSocket;
import org.stretchdeploy.tunnel.internal.os.TcpSocket.Sent;

/**
 * Whether one connection spreads what it sends over time (ADR 0038). BBR does, which keeps it fast where packets get lost, and pays with
 * a timer for each burst, which costs a quarter of the throughput where none do. So a connection begins without, and
 * changes over for good when it had to send enough again. Not thread-safe.
 */
public final class Pace {
    private static final String PACED = "bbr";
    private static final String UNPACED = "cubic";

    /** Fewer say nothing: the last segment of a burst is sent again now and then because an answer was late. */
    static final int LEAST_AGAIN = 4;
    /** One of so many sent again is too many. */
    static final int MOST_PER_LOST = 5000;

    static final long WINDOW_NANOS = 10_000_000_000L;

    private Sent before = new Sent(0, 0);
    private long sinceNanos;
    private boolean begun;

    /** Before a socket connects or listens; connections that it accepts begin the same way. */
    public static void begin(SelectableChannel channel) {
        int descriptor = TcpSocket.descriptor(channel);
        if (descriptor >= 0 && TcpSocket.congestionControl(descriptor).equals(PACED)) {
            TcpSocket.useCongestionControl(descriptor, UNPACED);
        }
    }

    /** Spreads from now on; false when the kernel cannot or does already. */
    static boolean change(int descriptor) {
        return !TcpSocket.congestionControl(descriptor).equals(PACED)
                && TcpSocket.useCongestionControl(descriptor, PACED);
    }

    /** Looks at what was sent so far; true when so much was lost that spreading pays. */
    boolean isNeeded(Sent now, long nanos) {
        long again = now.again() - before.again();
        long segments = now.segments() - before.segments();
        if (begun && again >= LEAST_AGAIN && again * MOST_PER_LOST >= segments) {
            return true;
        }
        if (!begun || nanos - sinceNanos >= WINDOW_NANOS) {
            before = now;
            sinceNanos = nanos;
            begun = true;
        }
        return false;
    }
}
