package org.stretchdeploy.tunnel.internal.core;

import java.util.function.LongPredicate;

/**
 * Processes whose loop probes were heard on a segment before it was known who they are. One of them may turn out to be the
 * peer. The last few, for some seconds. Thread-safe; locks only itself.
 */
final class HeardProbes {
    static final int MOST = 8;
    static final long KEPT_NANOS = 5_000_000_000L;

    private final long[] processes = new long[MOST];
    private final long[] nanos = new long[MOST];
    private int count;

    /** A probe of this process came; of many, those heard longest ago make room. */
    synchronized void heard(long process, long nowNanos) {
        int slot = 0;
        while (slot < count && processes[slot] != process) {
            slot++;
        }
        if (slot == MOST) {
            slot = oldest();
        }
        count = Math.max(count, slot + 1);
        processes[slot] = process;
        nanos[slot] = nowNanos;
    }

    private int oldest() {
        int found = 0;
        for (int slot = 1; slot < count; slot++) {
            found = nanos[slot] - nanos[found] < 0 ? slot : found;
        }
        return found;
    }

    /** Whether one of them is such; all are forgotten then, because it is told once. */
    synchronized boolean include(LongPredicate such, long nowNanos) {
        for (int slot = 0; slot < count; slot++) {
            if (nowNanos - nanos[slot] < KEPT_NANOS && such.test(processes[slot])) {
                count = 0;
                return true;
            }
        }
        return false;
    }
}
