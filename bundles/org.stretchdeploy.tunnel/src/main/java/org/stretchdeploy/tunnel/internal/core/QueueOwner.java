package org.stretchdeploy.tunnel.internal.core;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Whose turn it is to work on a queue: its own thread's, or that of a borrower to whom it is lent for as long as the
 * borrower likes. Exactly one works on it at any time, and what one has written the next one sees.
 *
 * <pre>
 *   WORKING ──waits──▶ WAITING ──take──▶ (borrower) ──giveBack──▶ WORKING
 *      └──wanted, between two batches──▶ OFFERED ──take──▶ (borrower)
 *                                           └── nobody came ──▶ WORKING
 * </pre>
 *
 * A queue in use is offered for a moment only, so that it is never without somebody who works on it for longer.
 */
final class QueueOwner {
    private static final long OFFER_NANOS = 1_000_000L;
    private static final long LOOK_NANOS = 500_000_000L;

    private static final Object WORKING = "working";
    private static final Object WAITING = "waiting";
    private static final Object OFFERED = "offered";

    private final AtomicReference<Object> turn = new AtomicReference<>(WORKING);
    private final Runnable waiting;
    private final BooleanSupplier ended;
    private volatile Object wanted;
    private volatile Thread own;

    /**
     * Prepares.
     *
     * @param waiting waits, in the own thread, until there may be something to do; returns now and then
     * @param ended true when there will be nothing to do ever
     */
    QueueOwner(Runnable waiting, BooleanSupplier ended) {
        this.waiting = waiting;
        this.ended = ended;
    }

    /** The own thread, before anything else. */
    void begin() {
        own = Thread.currentThread();
    }

    /** The own thread has nothing to do: waits, and returns when it is its turn or all has ended. */
    void waits() {
        turn.set(WAITING);
        waiting.run();
        if (!turn.compareAndSet(WAITING, WORKING)) {
            awaitTurn();
        }
    }

    /** The own thread between two batches: if somebody wants the queue, it can be had for a moment. */
    void between() {
        if (wanted == null) {
            return;
        }
        turn.set(OFFERED);
        LockSupport.parkNanos(this, OFFER_NANOS);
        wanted = null;
        if (!turn.compareAndSet(OFFERED, WORKING)) {
            awaitTurn();
        }
    }

    private void awaitTurn() {
        while (turn.get() != WORKING && !ended.getAsBoolean()) {
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
    }

    /** A borrower would take the queue: it tries to, soon and repeatedly. */
    void want(Object borrower) {
        wanted = borrower;
    }

    /** True when the borrower has it now, or had it already. */
    boolean take(Object borrower) {
        Object present = turn.get();
        if (present == borrower) {
            return true;
        }
        boolean free = present == WAITING || present == OFFERED;
        return free && turn.compareAndSet(present, borrower);
    }

    /** The borrower neither has nor wants it any more. */
    void giveBack(Object borrower) {
        if (wanted == borrower) {
            wanted = null;
        }
        if (turn.compareAndSet(borrower, WORKING)) {
            wake();
        }
    }

    /** Wakes the own thread, if it waits for its turn. */
    void wake() {
        LockSupport.unpark(own);
    }
}
