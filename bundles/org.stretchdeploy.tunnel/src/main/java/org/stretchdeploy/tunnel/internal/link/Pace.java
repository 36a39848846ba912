package org.stretchdeploy.tunnel.internal.link;

import java.nio.channels.SelectableChannel;
import org.stretchdeploy.tunnel.internal.os.TcpSocket;
import org.stretchdeploy.tunnel.internal.os.TcpSocket.Sent;

/**
 * Whether one connection spreads what it sends over time (ADR 0038). BBR does, which keeps it fast where packets get lost,
 * and pays with a timer for each burst, which costs a quarter of the throughput where none do. So where the system's choice
 * is BBR, a connection goes without over a short way, where a loss is made good at once, until it had to send enough again;
 * then it changes over for good. Not thread-safe.
 */
public final class Pace {
    private static final String PACED = "bbr";
    private static final String UNPACED = "cubic";

    /** Fewer say nothing: the last segment of a burst is sent again now and then because an answer was late. */
    static final int LEAST_AGAIN = 4;
    /** One of so many sent again is too many. */
    static final int MOST_PER_LOST = 5000;

    static final long WINDOW_NANOS = 10_000_000_000L;
    /** From this round trip on it takes too long to find out: several round trips for each loss. */
    static final long LONG_WAY_MICROS = 5000;

    /** What the kernel says before it has measured one. */
    private static final long NOT_MEASURED = 0xffff_ffffL;

    private static volatile boolean systemPaces;

    private Sent before = new Sent(0, 0, 0);
    private long sinceNanos;
    private boolean begun;

    /** Before a socket connects or listens; connections that it accepts begin the same way. */
    public static void begin(SelectableChannel channel) {
        int descriptor = TcpSocket.descriptor(channel);
        if (descriptor >= 0 && TcpSocket.congestionControl(descriptor).equals(PACED)) {
            systemPaces = true;
            TcpSocket.useCongestionControl(descriptor, UNPACED);
        }
    }

    /** A connection that has just been made: back to the system's choice if the way is long; true when it is. */
    static boolean settle(int descriptor) {
        return systemPaces
                && TcpSocket.sent(descriptor)
                        .filter(sent -> isLong(sent.leastRttMicros()))
                        .isPresent()
                && change(descriptor);
    }

    static boolean isLong(long rttMicros) {
        return rttMicros >= LONG_WAY_MICROS && rttMicros != NOT_MEASURED;
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
