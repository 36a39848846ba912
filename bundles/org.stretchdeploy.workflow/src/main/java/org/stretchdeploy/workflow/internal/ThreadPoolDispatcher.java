package org.stretchdeploy.workflow.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.Dispatcher;
import org.stretchdeploy.workflow.OperationId;

/**
 * Turns on a small thread pool, for one node that has the journal to itself. One lock guards the slots; it is held for
 * no call out of this class.
 */
public final class ThreadPoolDispatcher implements Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadPoolDispatcher.class);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(5);

    private final Clock clock;
    private final Duration stopGrace;
    private final ExecutorService workers;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<OperationId, Slot> slots = new HashMap<>();
    private Turn turn;
    private boolean closed;

    /** One operation: running, or waiting for its timer. */
    private static final class Slot {
        private boolean running;
        private Optional<Instant> due = Optional.empty();
        private Optional<Future<?>> timer = Optional.empty();
    }

    public ThreadPoolDispatcher(Clock clock, int threads, Duration stopGrace) {
        this.clock = clock;
        this.stopGrace = stopGrace;
        this.workers = Executors.newFixedThreadPool(threads, EngineThreads.named("turn"));
        this.timer = new ScheduledThreadPoolExecutor(1, EngineThreads.named("timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public synchronized void start(Turn newTurn) {
        this.turn = newTurn;
    }

    @Override
    public synchronized void wake(OperationId id, Instant at) {
        if (closed) {
            return;
        }
        Slot slot = slots.computeIfAbsent(id, unused -> new Slot());
        if (slot.due.isPresent() && !at.isBefore(slot.due.get())) {
            return;
        }
        slot.due = Optional.of(at);
        if (!slot.running) {
            armLocked(id, slot);
        }
    }

    private void armLocked(OperationId id, Slot slot) {
        slot.timer.ifPresent(old -> old.cancel(false));
        long delayMillis = Math.max(
                0, Duration.between(clock.instant(), slot.due.orElseThrow()).toMillis());
        slot.timer = Optional.of(timer.schedule(() -> begin(id), delayMillis, TimeUnit.MILLISECONDS));
    }

    private synchronized void begin(OperationId id) {
        Slot slot = slots.get(id);
        if (closed || slot == null || slot.running) {
            return;
        }
        slot.running = true;
        slot.due = Optional.empty();
        workers.execute(() -> runTurn(id));
    }

    private void runTurn(OperationId id) {
        Optional<Instant> next = Optional.of(clock.instant().plus(AFTER_ERROR));
        try {
            next = turn.run(id);
        } catch (RuntimeException e) {
            LOG.error("event=turn-failed operation={}", id, e);
        } finally {
            finished(id, next);
        }
    }

    private synchronized void finished(OperationId id, Optional<Instant> next) {
        Slot slot = slots.get(id);
        slot.running = false;
        if (next.isPresent() && (slot.due.isEmpty() || next.get().isBefore(slot.due.get()))) {
            slot.due = next;
        }
        if (slot.due.isEmpty()) {
            slots.remove(id);
        } else if (!closed) {
            armLocked(id, slot);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        EngineThreads.stop(timer);
        EngineThreads.stop(workers, stopGrace);
    }
}
