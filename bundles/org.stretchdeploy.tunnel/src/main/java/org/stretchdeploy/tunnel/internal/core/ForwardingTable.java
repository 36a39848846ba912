package org.stretchdeploy.tunnel.internal.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which machine was heard on which side. Open addressing over arrays.
 *
 * <p>A look-up and the refresh of a known machine take no lock; inserting, moving and ageing do (the monitor of this
 * object, nothing else is locked inside). A reader that races with an insert sees the machine one frame later, which
 * is harmless. The number of machines is bounded: when full, nobody new is learned and frames still pass. A machine that
 * moves {@link #MOVES} times within {@link #MOVE_SECONDS} stays where it was heard last until as many seconds have
 * passed (RFC 7432 section 15.1), so that two machines with one address do not take the lock with every frame.
 */
final class ForwardingTable {
    static final int LOCAL = 0;
    static final int REMOTE = 1;

    /** Heard on this side before. */
    static final int KNOWN = 0;
    /** Heard for the first time. */
    static final int LEARNED = 1;
    /** Heard on the other side before. */
    static final int MOVED = 2;
    /** Not learned: the table is full. */
    static final int FULL = 3;
    /** Moves too often and is held where it is. */
    static final int FLAPPING = 4;

    /** RFC 7432 section 15.1: M. */
    static final int MOVES = 5;
    /** RFC 7432 section 15.1: N. */
    static final int MOVE_SECONDS = 180;

    private static final VarHandle MACS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SIDE_SHIFT = 31;
    private static final int HELD = 1 << 30;
    private static final int SECONDS_MASK = HELD - 1;

    private final int bound;
    private final int ageSeconds;
    private volatile Slots slots;
    private volatile int size;

    ForwardingTable(int bound, int ageSeconds) {
        this.bound = bound;
        this.ageSeconds = ageSeconds;
        this.slots = new Slots(Integer.highestOneBit(Math.max(bound, 8)) * 4);
    }

    /** Notes that a machine was heard; {@code nowSeconds} never goes back. */
    int learn(long mac, int side, int nowSeconds) {
        Slots current = slots;
        int index = current.find(mac);
        if (index >= 0) {
            int seen = current.seen[index];
            boolean held = (seen & HELD) != 0;
            if (seen >>> SIDE_SHIFT == side || held) {
                int fresh = seen & ~SECONDS_MASK | nowSeconds & SECONDS_MASK;
                if (seen != fresh) {
                    current.seen[index] = fresh;
                }
                return held ? FLAPPING : KNOWN;
            }
        } else if (size >= bound) {
            return FULL;
        }
        return learnSlowly(mac, side, nowSeconds);
    }

    private synchronized int learnSlowly(long mac, int side, int nowSeconds) {
        Slots current = slots;
        int fresh = side << SIDE_SHIFT | nowSeconds & SECONDS_MASK;
        int index = current.find(mac);
        if (index >= 0) {
            if (current.seen[index] >>> SIDE_SHIFT == side) {
                current.seen[index] = fresh;
                return KNOWN;
            }
            boolean tooOften = current.moved(index, nowSeconds);
            current.seen[index] = tooOften ? fresh | HELD : fresh;
            return tooOften ? FLAPPING : MOVED;
        }
        if (size >= bound) {
            return FULL;
        }
        current.insert(mac, fresh);
        size++;
        return LEARNED;
    }

    /** The side of a machine, or -1. */
    int side(long mac) {
        Slots current = slots;
        int index = current.find(mac);
        return index < 0 ? -1 : current.seen[index] >>> SIDE_SHIFT;
    }

    /** Seconds from the first to the last of the moves that are counted, 0 for a machine that never moved. */
    synchronized int secondsOfMoves(long mac) {
        Slots current = slots;
        int index = current.find(mac);
        return index < 0 ? 0 : current.lastMove[index] - current.firstMove[index];
    }

    /** Forgets machines that were silent for the table's age, and lets those go that were held for long enough. */
    synchronized void age(int nowSeconds) {
        Slots old = slots;
        Slots young = new Slots(old.macs.length);
        int kept = 0;
        for (int i = 0; i < old.macs.length; i++) {
            boolean alive = nowSeconds - (old.seen[i] & SECONDS_MASK) <= ageSeconds;
            if (old.macs[i] != 0 && alive) {
                boolean moving = nowSeconds - old.firstMove[i] <= MOVE_SECONDS;
                int to = young.copy(old, i);
                if (!moving) {
                    young.seen[to] &= ~HELD;
                    young.moves[to] = 0;
                }
                kept++;
            }
        }
        size = kept;
        slots = young;
    }

    /**
     * When the table is full: forgets the half that was heard longest ago, so that machines which come now are watched.
     * A flood of addresses that nobody ever uses again goes this way; machines that moved lately stay. Call it now and
     * then, not from the frame path.
     */
    synchronized void makeRoom(int nowSeconds) {
        if (size < bound) {
            return;
        }
        Slots old = slots;
        int[] ages = new int[size];
        int count = 0;
        for (int i = 0; i < old.macs.length && count < ages.length; i++) {
            if (old.macs[i] != 0) {
                ages[count++] = nowSeconds - (old.seen[i] & SECONDS_MASK);
            }
        }
        Arrays.sort(ages);
        int keepYounger = ages[count / 2];
        int equalOnes = count / 2;
        for (int i = 0; i < count && ages[i] < keepYounger; i++) {
            equalOnes--;
        }
        Slots young = new Slots(old.macs.length);
        int kept = 0;
        for (int i = 0; i < old.macs.length; i++) {
            if (old.macs[i] == 0) {
                continue;
            }
            int age = nowSeconds - (old.seen[i] & SECONDS_MASK);
            boolean moving = old.moves[i] > 0 && nowSeconds - old.firstMove[i] <= MOVE_SECONDS;
            if (moving || age < keepYounger || age == keepYounger && equalOnes-- > 0) {
                young.copy(old, i);
                kept++;
            }
        }
        size = kept;
        slots = young;
    }

    /** Forgets every machine. */
    synchronized void clear() {
        slots = new Slots(slots.macs.length);
        size = 0;
    }

    synchronized int size() {
        return size;
    }

    /** Machines of one side, at most {@code limit}. */
    List<Long> machines(int side, int limit) {
        Slots current = slots;
        List<Long> found = new ArrayList<>();
        for (int i = 0; i < current.macs.length && found.size() < limit; i++) {
            long key = current.macs[i];
            if (key != 0 && current.seen[i] >>> SIDE_SHIFT == side) {
                found.add(key - 1);
            }
        }
        return found;
    }

    /** Keys are stored plus one, so that 0 means empty. Never more than half full. */
    private static final class Slots {
        final long[] macs;
        final int[] seen;
        final byte[] moves;
        final int[] firstMove;
        final int[] lastMove;

        Slots(int length) {
            macs = new long[length];
            seen = new int[length];
            moves = new byte[length];
            firstMove = new int[length];
            lastMove = new int[length];
        }

        /** Counts a move; true when it was one too many. */
        boolean moved(int index, int nowSeconds) {
            if (moves[index] == 0 || nowSeconds - firstMove[index] > MOVE_SECONDS) {
                moves[index] = 0;
                firstMove[index] = nowSeconds;
            }
            lastMove[index] = nowSeconds;
            moves[index] = (byte) Math.min(moves[index] + 1, MOVES);
            return moves[index] >= MOVES;
        }

        int find(long mac) {
            int mask = macs.length - 1;
            long key = mac + 1;
            for (int i = slot(mac, mask); ; i = i + 1 & mask) {
                long found = (long) MACS.getAcquire(macs, i);
                if (found == key) {
                    return i;
                }
                if (found == 0) {
                    return -1;
                }
            }
        }

        int copy(Slots from, int index) {
            int to = insert(from.macs[index] - 1, from.seen[index]);
            moves[to] = from.moves[index];
            firstMove[to] = from.firstMove[index];
            lastMove[to] = from.lastMove[index];
            return to;
        }

        int insert(long mac, int value) {
            int mask = macs.length - 1;
            int i = slot(mac, mask);
            while (macs[i] != 0) {
                i = i + 1 & mask;
            }
            seen[i] = value;
            MACS.setRelease(macs, i, mac + 1);
            return i;
        }

        private static int slot(long mac, int mask) {
            long mixed = mac * 0x9e37_79b9_7f4a_7c15L;
            return (int) (mixed >>> 40) & mask;
        }
    }
}
