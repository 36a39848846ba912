package org.stretchdeploy.tunnel.internal.datagram;

/**
 * Finds the largest datagram that passes (RFC 8899), with DF set, by probes of chosen sizes that the peer confirms. A
 * size that was proven is probed again and again; when that fails while small ones pass, the search begins anew. Thread
 * safe.
 */
final class SizeSearch {
    /** UDP payloads: the least that is worth it, links with tunnels or PPPoE, Ethernet with IPv6 and IPv4, jumbo. */
    private static final int[] CANDIDATES = {1200, 1300, 1372, 1412, 1432, 1452, 1464, 1472, 4000, 8000, 8952, 8972};

    /** Largest candidate. */
    static final int MAX_BYTES = 8972;

    private static final int TRIES = 4;
    private static final int RETRY_TICKS = 300;
    private static final int CONFIRM_TICKS = 10;

    private volatile int proven;
    private int candidate;
    private int tries;
    private int ticks;
    private int unconfirmed;

    int proven() {
        return proven;
    }

    /** Ten times a second while small datagrams pass: the size to probe now, or 0. */
    synchronized int next() {
        ticks++;
        if (candidate < CANDIDATES.length && tries < TRIES) {
            tries++;
            return CANDIDATES[candidate];
        }
        if (proven == 0 || ticks % RETRY_TICKS == 0) {
            candidate = firstAbove(proven);
            tries = 0;
        }
        if (proven > 0 && ticks % CONFIRM_TICKS == 0) {
            if (++unconfirmed > TRIES) {
                startAgain();
                return 0;
            }
            return proven;
        }
        return 0;
    }

    private static int firstAbove(int bytes) {
        int index = 0;
        while (index < CANDIDATES.length && CANDIDATES[index] <= bytes) {
            index++;
        }
        return index;
    }

    /** The peer has got one of this size. */
    synchronized void passed(int bytes) {
        if (bytes >= proven && bytes <= MAX_BYTES) {
            proven = bytes;
            unconfirmed = 0;
            candidate = firstAbove(bytes);
            tries = 0;
        }
    }

    /** The kernel refused one of this size: it is larger than the MTU of the link at this end. */
    synchronized void refused(int bytes) {
        if (bytes == proven) {
            startAgain();
        } else if (candidate < CANDIDATES.length && bytes >= CANDIDATES[candidate]) {
            tries = TRIES;
        }
    }

    private void startAgain() {
        proven = 0;
        candidate = 0;
        tries = 0;
        unconfirmed = 0;
    }
}
