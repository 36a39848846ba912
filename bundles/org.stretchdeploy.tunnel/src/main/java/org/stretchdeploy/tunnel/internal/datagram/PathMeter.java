package org.stretchdeploy.tunnel.internal.datagram;

/**
 * What is known about the way of datagrams: whether they pass, their round trip and loss (from numbered probes), and how
 * large they may be. Thread safe; asked a few times a second, but {@link #datagramBytes}, which is read for every batch,
 * needs no lock.
 */
public final class PathMeter {
    /** Longest time that {@link #lossPermille} looks back. */
    public static final int WINDOW_SECONDS = 60;

    private static final long SECOND = 1_000_000_000L;
    /** Silence for so long is a cut, not loss. */
    private static final long CUT_NANOS = 700_000_000L;

    private final SizeSearch sizes = new SizeSearch();
    private final long[] counted = new long[WINDOW_SECONDS + 1];
    private final long[] lost = new long[WINDOW_SECONDS + 1];
    private final long[] result = new long[2];
    private long second = System.nanoTime() / SECOND;
    private long rttNanos;
    private volatile long lastReplyNanos;
    private volatile boolean everReplied;

    /** Bytes that a datagram may have as UDP payload; 0 until a useful size was seen to pass. */
    public int datagramBytes() {
        return sizes.proven();
    }

    SizeSearch sizes() {
        return sizes;
    }

    synchronized long nextProbe(ProbeCount count) {
        return count.nextNumber();
    }

    synchronized long probeArrived(ProbeCount count) {
        return count.take();
    }

    synchronized void replied(ProbeCount count, long number, long sentNanos, long arrivedThere, long now) {
        count.reply(number, arrivedThere, now - lastReplyNanos > CUT_NANOS, result);
        turn(now);
        int bucket = (int) (second % counted.length);
        counted[bucket] += result[0];
        lost[bucket] += result[1];
        long rtt = now - sentNanos;
        if (rtt >= 0 && rtt < WINDOW_SECONDS * SECOND) {
            rttNanos = rttNanos == 0 ? rtt : rttNanos + (rtt - rttNanos) / 8;
        }
        lastReplyNanos = now;
        everReplied = true;
    }

    private void turn(long now) {
        long next = now / SECOND;
        for (long at = Math.max(second + 1, next - counted.length + 1); at <= next; at++) {
            counted[(int) (at % counted.length)] = 0;
            lost[(int) (at % counted.length)] = 0;
        }
        second = Math.max(second, next);
    }

    /** Nanoseconds since the last reply; very long when there never was one. */
    public long silentNanos(long now) {
        return everReplied ? now - lastReplyNanos : Long.MAX_VALUE;
    }

    /** Smoothed round trip in microseconds, 0 when unknown. */
    public synchronized long rttMicros() {
        return rttNanos / 1000;
    }

    /** Probes of the last seconds whose fate is known, this second included. */
    public synchronized long counted(int seconds, long now) {
        turn(now);
        return sum(counted, seconds);
    }

    /** How many of these were lost, there or back. */
    public synchronized long lost(int seconds, long now) {
        turn(now);
        return Math.max(0, sum(lost, seconds));
    }

    /** Lost probes of a thousand in the last seconds, 0 when there were none. */
    public long lossPermille(int seconds, long now) {
        long all = counted(seconds, now);
        return all == 0 ? 0 : Math.min(1000, lost(seconds, now) * 1000 / all);
    }

    private long sum(long[] buckets, int seconds) {
        long sum = 0;
        for (long at = second; at > second - seconds && at >= 0; at--) {
            sum += buckets[(int) (at % buckets.length)];
        }
        return sum;
    }
}
