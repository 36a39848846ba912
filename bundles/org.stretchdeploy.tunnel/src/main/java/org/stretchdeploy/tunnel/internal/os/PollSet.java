package org.stretchdeploy.tunnel.internal.os;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Descriptors that one thread waits for together (poll(2)). Allocates nothing after its construction. A descriptor that
 * was closed meanwhile is harmless: it shows as ready, and whoever then uses it through its channel hears the truth.
 */
public final class PollSet {
    /** Something can be read. */
    public static final int INPUT = 1;
    /** Something can be written. */
    public static final int OUTPUT = 4;

    private static final int ENTRY_BYTES = 8;
    private static final int WANTED = 4;
    private static final int HAPPENED = 6;

    private final Memory memory;
    private final long address;
    private final int most;
    private int count;

    /** @param most how many descriptors at most */
    public PollSet(int most) {
        this.most = most;
        this.memory = new Memory((long) most * ENTRY_BYTES);
        this.address = Pointer.nativeValue(memory);
    }

    public void clear() {
        count = 0;
    }

    public boolean isFull() {
        return count == most;
    }

    /**
     * Adds a descriptor.
     *
     * @param events {@link #INPUT}, {@link #OUTPUT}, both or none: then only its end is noticed
     * @return its number in this set
     */
    public int add(int descriptor, int events) {
        long at = (long) count * ENTRY_BYTES;
        memory.setInt(at, descriptor);
        memory.setShort(at + WANTED, (short) events);
        memory.setShort(at + HAPPENED, (short) 0);
        return count++;
    }

    /** Waits until something happens with one of them, at most so long; -1 waits without end. */
    public void await(int timeoutMillis) {
        SocketCalls.poll(address, count, timeoutMillis);
    }

    /** Whether something happened with this one, an error or its end included. */
    public boolean happened(int number) {
        return memory.getShort((long) number * ENTRY_BYTES + HAPPENED) != 0;
    }
}
