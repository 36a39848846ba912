package org.stretchdeploy.tunnel.internal.datagram;

/**
 * Counts probes of one epoch in both directions, and what became of them. A probe's number says how many were sent, its
 * reply how many of them had arrived; so losses there and back are told apart from what is merely on its way. Guarded by
 * the owning {@link PathMeter}'s monitor.
 */
final class ProbeCount {
    private long sent;
    private long taken;
    private long replies;
    private long lastNumber = -1;
    private long lastLost;

    long nextNumber() {
        return sent++;
    }

    /** A probe of the peer has arrived; how many now. */
    long take() {
        return ++taken;
    }

    /**
     * A reply has arrived.
     *
     * @param fresh what was lost before it does not count: nothing had arrived for long
     * @param into gets how many probes were newly accounted for and how many of these, or of their replies, were lost
     */
    void reply(long number, long arrivedThere, boolean fresh, long[] into) {
        replies++;
        into[0] = 0;
        into[1] = 0;
        if (number <= lastNumber || number >= sent || arrivedThere > number + 1) {
            return;
        }
        long lost = number + 1 - arrivedThere + Math.max(0, arrivedThere - replies);
        if (lastNumber >= 0 && !fresh) {
            into[0] = number - lastNumber;
            into[1] = lost - lastLost;
        }
        lastNumber = number;
        lastLost = lost;
    }
}
