package org.stretchdeploy.workflow.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.stretchdeploy.workflow.Dispatcher;
import org.stretchdeploy.workflow.OperationId;

/**
 * Gives turns on the caller's thread, earliest first, and moves the clock to each: a whole operation of many hours runs
 * in an instant, the same way every time. Not thread-safe.
 */
public final class ManualDispatcher implements Dispatcher {
    private final FakeClock clock;
    private final Map<OperationId, Instant> due = new TreeMap<>();
    private Turn turn;

    public ManualDispatcher(FakeClock clock) {
        this.clock = clock;
    }

    @Override
    public void start(Turn newTurn) {
        this.turn = newTurn;
    }

    @Override
    public void wake(OperationId id, Instant at) {
        due.merge(id, at, (a, b) -> a.isBefore(b) ? a : b);
    }

    /** When the next turn is due; empty when there is nothing to do. */
    public Optional<Instant> nextDue() {
        return due.values().stream().min(Comparator.naturalOrder());
    }

    /**
     * Gives the next turn, whenever it is due.
     *
     * @return false when there was nothing to do
     */
    public boolean runNext() {
        Optional<Map.Entry<OperationId, Instant>> next = due.entrySet().stream().min(Map.Entry.comparingByValue());
        if (next.isEmpty()) {
            return false;
        }
        OperationId id = next.get().getKey();
        clock.advanceTo(next.get().getValue());
        due.remove(id);
        turn.run(id).ifPresent(again -> wake(id, again));
        return true;
    }

    /**
     * Gives turns until nothing is left to do.
     *
     * @param maxTurns a failure when that many were not enough
     */
    public void runAll(int maxTurns) {
        for (int turns = 0; runNext(); turns++) {
            if (turns >= maxTurns) {
                throw new AssertionError("still not done after " + maxTurns + " turns; due: " + due);
            }
        }
    }

    /** Gives the turns that are due until then, and moves the clock there. */
    public void runFor(Duration time) {
        Instant end = clock.instant().plus(time);
        while (nextDue().filter(at -> !at.isAfter(end)).isPresent()) {
            runNext();
        }
        clock.advanceTo(end);
    }

    @Override
    public void close() {
        due.clear();
    }
}
