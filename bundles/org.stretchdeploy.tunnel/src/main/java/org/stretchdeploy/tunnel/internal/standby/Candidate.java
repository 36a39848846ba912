package org.stretchdeploy.tunnel.internal.standby;

import java.util.Arrays;

/**
 * Counts what the voters granted to this member. The primary holds the lease with the grant of any voter, the secondary
 * with those of all: each voter grants to one of them at a time, so never do both hold it. A grant counts from when it was
 * asked for, so that no delay of a message makes it longer. One thread changes it, any reads. Times are {@link
 * System#nanoTime()}.
 */
public final class Candidate {
    private final LeaseTimes times;
    private final boolean all;
    private final boolean[] granted;
    private final long[] until;
    private boolean released;
    private long releasedNanos;
    private int terms;
    private volatile int term;
    private volatile long leaseUntil;

    /**
     * Holds nothing.
     *
     * @param voters one or two
     * @param all whether all of them have to grant
     */
    public Candidate(LeaseTimes times, int voters, boolean all, long now) {
        this.times = times;
        this.all = all;
        this.granted = new boolean[voters];
        this.until = new long[voters];
        this.leaseUntil = now;
    }

    /** A voter granted what was asked for at {@code stamp}; true when this member holds the lease and did not before. */
    public boolean granted(int voter, long stamp, long now) {
        if (released && stamp - releasedNanos <= 0 || stamp - now > 0) {
            return false;
        }
        long end = stamp + times.leaseNanos();
        if (!granted[voter] || end - until[voter] > 0) {
            granted[voter] = true;
            until[voter] = end;
        }
        boolean held = holds(now);
        long next = end();
        if (next - leaseUntil <= 0 || next - now <= 0) {
            return false;
        }
        if (!held) {
            // First the number: who sees the new lease must see that it is another one.
            terms++;
            term = terms;
        }
        leaseUntil = next;
        return !held;
    }

    private long end() {
        long end = leaseUntil;
        boolean found = false;
        for (int voter = 0; voter < until.length; voter++) {
            if (!granted[voter]) {
                if (all) {
                    return leaseUntil;
                }
            } else if (!found || (until[voter] - end > 0) != all) {
                end = until[voter];
                found = true;
            }
        }
        return end;
    }

    /** Stops at once; what was asked for up to now counts no more. */
    public void release(long now) {
        released = true;
        releasedNanos = now;
        leaseUntil = now;
        Arrays.fill(granted, false);
    }

    /** True when this member may forward. */
    public boolean holds(long now) {
        return leaseUntil - now > 0;
    }

    /** When the lease ends, or ended. */
    public long until() {
        return leaseUntil;
    }

    /** Another number for every time that the lease was got anew. */
    public int term() {
        return term;
    }
}
