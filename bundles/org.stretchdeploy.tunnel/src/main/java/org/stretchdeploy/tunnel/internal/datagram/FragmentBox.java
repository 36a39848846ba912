package org.stretchdeploy.tunnel.internal.datagram;

/**
 * Puts frames together that did not fit into one datagram and cannot be cut. At most {@link #SLOTS} frames are under way
 * at a time and none is larger than {@link #MAX_BYTES}; a frame that does not get complete gives its place to a later
 * one. One thread; nothing is allocated per frame.
 */
final class FragmentBox {
    /** Jumbo frame and headers. */
    static final int MAX_BYTES = 10_240;

    private static final int SLOTS = 32;
    private static final int MAX_COUNT = 16;

    private final Slot[] slots = new Slot[SLOTS];
    private Slot complete;

    private static final class Slot {
        private final byte[] frame = new byte[MAX_BYTES];
        private int key = -1;
        private int missing;
        private int total;
        private int count;
    }

    /**
     * Takes the content of a {@link Record#FRAGMENT}.
     *
     * @return bytes of the frame that is now complete in {@link #frame}, 0 when more are missing, -1 when it makes no
     *     sense
     */
    int take(byte[] plain, int bytes) {
        int piece = bytes - Record.FRAGMENT_BYTES;
        int key = (plain[1] & 0xff) << 16 | two(plain, 2);
        int number = plain[4] & 0xff;
        int count = plain[5] & 0xff;
        int offset = two(plain, 6);
        int total = two(plain, 8);
        if (piece <= 0
                || count < 2
                || count > MAX_COUNT
                || number >= count
                || total > MAX_BYTES
                || offset + piece > total) {
            return -1;
        }
        Slot slot = slot(key, count, total);
        int bit = 1 << number;
        if ((slot.missing & bit) == 0) {
            return 0;
        }
        System.arraycopy(plain, Record.FRAGMENT_BYTES, slot.frame, offset, piece);
        slot.missing &= ~bit;
        if (slot.missing != 0) {
            return 0;
        }
        slot.key = -1;
        complete = slot;
        return total;
    }

    byte[] frame() {
        return complete.frame;
    }

    private Slot slot(int key, int count, int total) {
        int place = key & SLOTS - 1;
        Slot slot = slots[place];
        if (slot == null) {
            slot = new Slot();
            slots[place] = slot;
        }
        if (slot.key != key || slot.count != count || slot.total != total) {
            slot.key = key;
            slot.count = count;
            slot.total = total;
            slot.missing = (1 << count) - 1;
        }
        return slot;
    }

    private static int two(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
