package org.stretchdeploy.spi.memory;

import java.util.function.LongSupplier;

/**
 * How long tasks take.
 *
 * @param polls          times that a task is asked for its state until it has ended; 0: the work is done at once and no
 *                       task is given
 * @param clockMillis    time; used when {@code durationMillis} is above 0
 * @param durationMillis time that a task takes; the end is seen at the next call, or at {@link MemoryCloud#settle}
 */
public record Pace(int polls, LongSupplier clockMillis, long durationMillis) {
    /** Work is done before the call returns. */
    public static Pace immediate() {
        return new Pace(0, () -> 0, 0);
    }

    /** A task has ended when it was asked this many times, or after as many {@link MemoryCloud#tick}s. */
    public static Pace polls(int polls) {
        return new Pace(polls, () -> 0, 0);
    }

    /** A task ends at a time of the given clock. */
    public static Pace clock(LongSupplier clockMillis, long durationMillis) {
        return new Pace(1, clockMillis, durationMillis);
    }

    boolean timed() {
        return durationMillis > 0;
    }
}
