package org.stretchdeploy.tunnel.internal.core;

import java.util.concurrent.atomic.AtomicLong;

/** At most so many frames in each second. Any thread, no lock; a race may let a handful more through. */
final class StormLimit {
    private static final int COUNT_BITS = 32;

    private final AtomicLong window = new AtomicLong();
    private final long limit;

    StormLimit(int framesPerSecond) {
        this.limit = framesPerSecond;
    }

    boolean allows(int nowSeconds) {
        long value = window.incrementAndGet();
        if ((int) (value >>> COUNT_BITS) != nowSeconds) {
            window.set((long) nowSeconds << COUNT_BITS | 1);
            return true;
        }
        return (value & 0xffff_ffffL) <= limit;
    }
}
