package org.stretchdeploy.tunnel.internal.core;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many broadcast and multicast frames may cross in each second: so many of one machine, and so many in all. One
 * machine that goes mad therefore leaves the broadcast of the others alone; and ARP, neighbour discovery and DHCP have a
 * total of their own, so that a flood of something else from many machines does not eat them. Any thread, no lock; a
 * race may let a handful more through.
 */
final class StormLimit {
    /**
     * Of one machine: four video streams of 50 Mbit/s each, and room. An operator with more sets the system property
     * {@code stretch.storm.frames} of the agent.
     */
    static final int PER_MACHINE = Integer.getInteger("stretch.storm.frames", 20_000);
    /** In all, twice: addressing frames and others. */
    static final int TOTAL = 50_000;

    private static final int COUNT_BITS = 32;
    private static final int BUCKETS = 1024;

    private final AtomicLong addressing = new AtomicLong();
    private final AtomicLong others = new AtomicLong();
    private final AtomicLongArray machines = new AtomicLongArray(BUCKETS);

    /**
     * Counts one frame.
     *
     * @param isAddressing ARP, neighbour discovery or DHCP
     */
    boolean allows(long source, boolean isAddressing, int nowSeconds) {
        int bucket = (int) (source * 0x9e37_79b9_7f4a_7c15L >>> 54);
        long own = machines.incrementAndGet(bucket);
        if ((int) (own >>> COUNT_BITS) != nowSeconds) {
            machines.set(bucket, (long) nowSeconds << COUNT_BITS | 1);
        } else if ((own & 0xffff_ffffL) > PER_MACHINE) {
            return false;
        }
        AtomicLong total = isAddressing ? addressing : others;
        long all = total.incrementAndGet();
        if ((int) (all >>> COUNT_BITS) != nowSeconds) {
            total.set((long) nowSeconds << COUNT_BITS | 1);
            return true;
        }
        return (all & 0xffff_ffffL) <= TOTAL;
    }
}
