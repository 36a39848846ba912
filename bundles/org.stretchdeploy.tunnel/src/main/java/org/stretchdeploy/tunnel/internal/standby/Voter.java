package org.stretchdeploy.tunnel.internal.standby;

/**
 * Promises the other end's lease to one of its two members at a time. A promise lasts longer than the lease that it
 * allows, and it is to a process, not to a name: a member that starts anew waits until the promise to its predecessor has
 * lapsed. A voter that starts anew has forgotten its promises, so it makes none until the last of them has lapsed. Guarded
 * by its caller. Times are {@link System#nanoTime()}.
 */
public final class Voter {
    /** No member. */
    public static final int NOBODY = -1;

    private static final int MEMBERS = 2;

    private final LeaseTimes times;
    private final boolean[] heard = new boolean[MEMBERS];
    private final boolean[] willing = new boolean[MEMBERS];
    private final long[] heardNanos = new long[MEMBERS];
    private final int[] fitness = new int[MEMBERS];
    private final boolean[] released = new boolean[MEMBERS];
    private final long[] releasedProcess = new long[MEMBERS];
    private final long[] releasedStamp = new long[MEMBERS];
    private int holder = NOBODY;
    private long holderProcess;
    private long holderStamp;
    private long promisedUntil;
    private int switches;

    /**
     * What a member is told.
     *
     * @param granted it may forward for the length of a lease, counted from when it asked
     * @param holder to whom the lease was granted last, {@link #NOBODY} before
     * @param freeNanos until the promise to somebody else lapses, 0 when there is none
     * @param rival how fit the other member is that would take the lease, -1 when there is none
     * @param present one bit per member that was heard lately and would take the lease
     */
    public record Verdict(boolean granted, int holder, long freeNanos, int rival, int present) {}

    public Voter(LeaseTimes times, long now) {
        this.times = times;
        this.promisedUntil = now + times.promiseNanos();
    }

    /**
     * A member asks.
     *
     * @param member 0 or 1
     * @param process random number of its process
     * @param stamp when it asked, by its own clock
     * @param wants it would take the lease; else it only wants to know
     * @param holds it says that it holds the lease already
     * @param fit how fit it is, more is better
     */
    public Verdict asked(int member, long process, long stamp, boolean wants, boolean holds, int fit, long now) {
        boolean stale = released[member] && releasedProcess[member] == process && stamp - releasedStamp[member] <= 0;
        boolean bound = promisedUntil - now > 0;
        if (stale) {
            // It was overtaken by the release, which came another way.
            return new Verdict(false, holder, bound ? promisedUntil - now : 0, -1, presence(now));
        }
        heard[member] = true;
        willing[member] = wants;
        heardNanos[member] = now;
        fitness[member] = fit;
        boolean same = holder == member && holderProcess == process;
        boolean contested = !holds && present(1 - member, now);
        boolean granted = wants && (same ? !contested : !bound && !(holder == member && contested));
        if (granted) {
            if (holder != NOBODY && holder != member) {
                switches++;
            }
            holder = member;
            holderProcess = process;
            // The latest, for an ask may be overtaken by a later one: a release in between frees nothing.
            holderStamp = same && holderStamp - stamp > 0 ? holderStamp : stamp;
            promisedUntil = now + times.promiseNanos();
        }
        int rival = present(1 - member, now) ? fitness[1 - member] : -1;
        return new Verdict(granted, holder, bound && !granted ? promisedUntil - now : 0, rival, presence(now));
    }

    /** A member has stopped forwarding and does not count grants any more for which it asked before {@code stamp}. */
    public void released(int member, long process, long stamp, long now) {
        if (!released[member] || releasedProcess[member] != process || stamp - releasedStamp[member] > 0) {
            released[member] = true;
            releasedProcess[member] = process;
            releasedStamp[member] = stamp;
        }
        if (holder == member && holderProcess == process && stamp - holderStamp >= 0) {
            promisedUntil = now;
            willing[member] = false;
        }
    }

    private boolean present(int member, long now) {
        return heard[member] && willing[member] && now - heardNanos[member] < times.presenceNanos();
    }

    /** One bit per member that was heard lately and would take the lease. */
    public int presence(long now) {
        return (present(0, now) ? 1 : 0) | (present(1, now) ? 2 : 0);
    }

    /** To whom the lease was granted last. */
    public int holder() {
        return holder;
    }

    /** How often the lease went from one member to the other. */
    public int switches() {
        return switches;
    }
}
