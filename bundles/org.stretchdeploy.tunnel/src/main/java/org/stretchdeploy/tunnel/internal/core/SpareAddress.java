package org.stretchdeploy.tunnel.internal.core;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * The address that an agent asks machines of one segment from. It has none there of its own, so it takes a free one for as
 * long as questions are under way, after it has asked by ARP probe (RFC 5227 section 2.1) that nobody has it, and lets it go
 * at once when somebody else turns up with it (section 2.4 a). Thread-safe; completions run without a lock.
 */
final class SpareAddress {
    /** No address: nobody asks, none was free, or somebody else came. */
    static final int NONE = 0;

    private volatile int address = NONE;
    private CompletableFuture<Integer> claim;
    private List<Integer> claimedOf = List.of();
    private int users;

    /** The address in use now; read per ARP frame. */
    int address() {
        return address;
    }

    /**
     * Takes one; every call needs its {@link #release}. Who comes while another one asks from the same candidates shares
     * its address.
     *
     * @param candidates the first free one is taken
     * @param taken whether somebody answers for one of them
     * @return the address, or {@link #NONE} when all are taken or others are being asked from other addresses
     */
    CompletableFuture<Integer> claim(List<Integer> candidates, IntFunction<CompletableFuture<Boolean>> taken) {
        CompletableFuture<Integer> search;
        synchronized (this) {
            users++;
            if (claim != null) {
                return claimedOf.equals(candidates) ? claim : CompletableFuture.completedFuture(NONE);
            }
            search = new CompletableFuture<>();
            claim = search;
            claimedOf = candidates;
        }
        search(candidates, 0, taken)
                .whenComplete((found, failure) -> search.complete(failure == null ? take(search, found) : NONE));
        return search;
    }

    private static CompletableFuture<Integer> search(
            List<Integer> candidates, int from, IntFunction<CompletableFuture<Boolean>> taken) {
        if (from == candidates.size()) {
            return CompletableFuture.completedFuture(NONE);
        }
        int candidate = candidates.get(from);
        return taken.apply(candidate)
                .thenCompose(used ->
                        used ? search(candidates, from + 1, taken) : CompletableFuture.completedFuture(candidate));
    }

    private synchronized int take(CompletableFuture<Integer> search, int found) {
        if (claim != search) {
            return NONE;
        }
        address = found;
        return found;
    }

    /** The last one that asks lets the address go. */
    synchronized void release() {
        if (--users == 0) {
            address = NONE;
            claim = null;
        }
    }

    /** Somebody else has it. */
    synchronized void yield() {
        address = NONE;
    }
}
