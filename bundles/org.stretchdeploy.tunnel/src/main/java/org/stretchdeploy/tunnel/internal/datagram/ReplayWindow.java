package org.stretchdeploy.tunnel.internal.datagram;

/**
 * Which record numbers were seen (RFC 6479): a ring of bits behind the highest number. Numbers further back than {@link
 * #SIZE} count as seen. One thread.
 */
final class ReplayWindow {
    private static final int WORDS = 128;
    /** One word of the ring is being cleared for the next numbers. */
    static final int SIZE = (WORDS - 1) * Long.SIZE;

    private final long[] bits = new long[WORDS];
    private long highest = -1;

    /** True when this number, not negative, may still come. */
    boolean isFresh(long number) {
        if (number > highest) {
            return true;
        }
        return highest - number < SIZE && (bits[word(number)] & 1L << number) == 0;
    }

    /** Remembers a fresh number; true when it is the highest so far. */
    boolean mark(long number) {
        boolean newest = number > highest;
        if (newest) {
            long from = highest >> 6;
            long to = number >> 6;
            for (long word = Math.max(from + 1, to - WORDS + 1); word <= to; word++) {
                bits[(int) (word & WORDS - 1)] = 0;
            }
            highest = number;
        }
        bits[word(number)] |= 1L << number;
        return newest;
    }

    private static int word(long number) {
        return (int) (number >> 6 & WORDS - 1);
    }
}
