package org.stretchdeploy.tunnel.internal.standby;

/**
 * How long a lease lasts, and what follows from it.
 *
 * @param leaseNanos how long a member may forward after it asked, by its own clock
 */
public record LeaseTimes(long leaseNanos) {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Clocks that count the same second differently by one twelfth are broken. */
    private static final int CLOCK_MARGIN = 12;

    private static final int ASKS_PER_LEASE = 5;

    public static LeaseTimes ofMillis(int leaseMillis) {
        return new LeaseTimes(leaseMillis * NANOS_PER_MILLI);
    }

    /** How long a voter keeps to what it granted, by its own clock: longer than the lease, because clocks differ. */
    public long promiseNanos() {
        return leaseNanos + leaseNanos / CLOCK_MARGIN;
    }

    /** How often a member asks. */
    public long askNanos() {
        return leaseNanos / ASKS_PER_LEASE;
    }

    /** Who was silent for longer does not count as present. */
    public long presenceNanos() {
        return 2 * leaseNanos;
    }
}
