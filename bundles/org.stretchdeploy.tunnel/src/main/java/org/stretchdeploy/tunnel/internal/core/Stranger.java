package org.stretchdeploy.tunnel.internal.core;

/**
 * Tells an agent that has nothing to do with this tunnel from a partner whose name comes a little later than its first
 * probe: a stranger is one that was not known for a while. Remembers one of them, which is enough to tell that there is
 * one. Thread-safe.
 */
final class Stranger {
    private static final long UNKNOWN_NANOS = 2_000_000_000L;
    private static final long FORGOTTEN_NANOS = 60_000_000_000L;

    private long process;
    private long sinceNanos;
    private long heardNanos;
    private boolean anyone;

    /** True when this process, which nobody knows, was heard some seconds ago already. */
    synchronized boolean heard(long unknown, long nowNanos) {
        if (!anyone || nowNanos - heardNanos > FORGOTTEN_NANOS) {
            anyone = true;
            process = unknown;
            sinceNanos = nowNanos;
        }
        if (unknown != process) {
            return false;
        }
        heardNanos = nowNanos;
        return nowNanos - sinceNanos > UNKNOWN_NANOS;
    }

    /** It has a name by now. */
    synchronized void known(long partner) {
        anyone &= partner != process;
    }
}
