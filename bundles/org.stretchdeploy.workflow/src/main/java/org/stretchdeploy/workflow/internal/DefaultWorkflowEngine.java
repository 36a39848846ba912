package org.stretchdeploy.workflow.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.Dispatcher;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Submission;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowEngine;
import org.stretchdeploy.workflow.WorkflowException;
import org.stretchdeploy.workflow.WorkflowListener;

/**
 * The engine: accepts, asks the dispatcher for turns, answers questions from the journal. Keeps no state of its own.
 */
public final class DefaultWorkflowEngine implements WorkflowEngine {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultWorkflowEngine.class);

    /** For an operation that was journalled by a node that died before it told any dispatcher. */
    private static final Duration SAFETY_WAKE = Duration.ofMinutes(1);

    private final EngineParts parts;
    private final Registry registry = new Registry();
    private final Dispatcher dispatcher;
    private final Desk desk;
    private final String node;
    private final StallWatch stallWatch;
    private final EngineThreads threads;
    private final AtomicBoolean closed = new AtomicBoolean();

    public DefaultWorkflowEngine(
            Journal journal,
            Dispatcher dispatcher,
            Clock clock,
            Supplier<OperationId> ids,
            String node,
            Duration watchInterval,
            Optional<Executor> eventExecutor) {
        this.dispatcher = dispatcher;
        this.node = node;
        this.threads = new EngineThreads();
        EventStream events = new EventStream(journal, eventExecutor.orElseGet(threads::events));
        this.parts = new EngineParts(journal, clock, events, new ProgressBoard(journal), node);
        this.desk = new Desk(parts, registry, ids);
        this.stallWatch = new StallWatch(parts, registry);
        journal.nodeStarted(node);
        dispatcher.start(new TurnRunner(parts, registry, node, closed::get)::run);
        List<Journal.Header> unfinished = journal.unfinished();
        unfinished.forEach(header -> dispatcher.wake(header.id(), parts.now()));
        if (!watchInterval.isZero()) {
            threads.every(watchInterval, this::watch);
        }
        LOG.info("event=engine-started node={} unfinished={}", node, unfinished.size());
    }

    /** One look for stalls, for what other nodes wrote, and for operations that no dispatcher knows. */
    public void watch() {
        List<Journal.Header> unfinished = parts.journal.unfinished();
        stallWatch.look(unfinished);
        parts.events.poll();
        unfinished.forEach(header -> dispatcher.wake(header.id(), parts.now().plus(SAFETY_WAKE)));
    }

    @Override
    public Registration register(Workflow<?> workflow) {
        requireOpen();
        registry.add(workflow);
        for (Journal.Header header : parts.journal.unfinished()) {
            if (header.workflow().equals(workflow.name()) && header.version() == workflow.version()) {
                dispatcher.wake(header.id(), parts.now());
            }
        }
        return () -> registry.remove(workflow);
    }

    @Override
    public OperationId submit(Submission submission) {
        requireOpen();
        Desk.Accepted accepted = desk.accept(submission);
        if (accepted.isNew()) {
            dispatcher.wake(accepted.id(), parts.now());
        }
        return accepted.id();
    }

    @Override
    public CancelOutcome cancel(OperationId id, String by, String reason) {
        CancelOutcome outcome = change(id, fold -> {
            if (fold.phase == Phase.NEEDS_OPERATOR
                    && !fold.pivotPassed
                    && !fold.abandoned
                    && fold.compensation.isEmpty()) {
                // it stopped at a failure; nobody has a turn that would answer the wish
                return new Change<>(
                        CancelOutcome.REQUESTED,
                        List.of(
                                new JournalEvent.CancelRequested(by, reason),
                                new JournalEvent.CompensationStarted(
                                        JournalEvent.Cause.CANCELLED, "cancelled", "cancelled on request")));
            } else if (fold.phase.isEnd()) {
                return new Change<>(CancelOutcome.ALREADY_ENDED, List.of());
            } else if (fold.pivotPassed) {
                return new Change<>(CancelOutcome.TOO_LATE, List.of());
            } else if (fold.cancelRequested) {
                return new Change<>(CancelOutcome.REQUESTED, List.of());
            }
            return new Change<>(CancelOutcome.REQUESTED, List.of(new JournalEvent.CancelRequested(by, reason)));
        });
        if (outcome == CancelOutcome.REQUESTED) {
            parts.cancels.requested(id);
            dispatcher.wake(id, parts.now());
        }
        return outcome;
    }

    @Override
    public void retry(OperationId id, String by) {
        change(id, fold -> {
            requireNeedsOperator(fold);
            return new Change<>(null, List.of(new JournalEvent.RetryRequested(by)));
        });
        dispatcher.wake(id, parts.now());
    }

    @Override
    public void abandon(OperationId id, String by, String reason) {
        change(id, fold -> {
            requireNeedsOperator(fold);
            return new Change<>(null, List.of(new JournalEvent.Abandoned(by, reason)));
        });
    }

    @Override
    public void probe() {
        parts.journal.probe();
    }

    private static void requireNeedsOperator(OperationFold fold) {
        if (fold.phase != Phase.NEEDS_OPERATOR || fold.abandoned) {
            throw new WorkflowException(
                    WorkflowException.Code.WRONG_PHASE,
                    "operation " + fold.id + (fold.abandoned ? " was abandoned" : " is " + fold.phase)
                            + "; only an operation in NEEDS_OPERATOR can be retried or abandoned");
        }
    }

    @Override
    public void signal(OperationId id, String name, JsonNode value, String by) {
        change(id, fold -> {
            if (fold.phase.isEnd()) {
                throw new WorkflowException(
                        WorkflowException.Code.WRONG_PHASE, "operation " + id + " has ended: " + fold.phase);
            }
            return new Change<>(null, List.of(new JournalEvent.Signalled(name, value, by)));
        });
        dispatcher.wake(id, parts.now());
    }

    private record Change<T>(T answer, List<JournalEvent> events) {}

    /** Decides on the state and writes, again and again until nobody wrote in between. */
    private <T> T change(OperationId id, Function<OperationFold, Change<T>> decide) {
        requireOpen();
        while (true) {
            OperationFold fold = load(id).orElseThrow(() ->
                    new WorkflowException(WorkflowException.Code.NOT_FOUND, "there is no operation " + id));
            Change<T> change = decide.apply(fold);
            try {
                if (!change.events().isEmpty()) {
                    parts.append(id, OptionalLong.empty(), fold.lastSeq, change.events());
                }
                return change.answer();
            } catch (Journal.StaleException e) {
                LOG.debug("event=change-again operation={}", id);
            }
        }
    }

    private Optional<OperationFold> load(OperationId id) {
        List<JournalEntry> entries = parts.journal.read(id, 0);
        return entries.isEmpty() ? Optional.empty() : Optional.of(OperationFold.of(id, entries));
    }

    @Override
    public Optional<OperationState> find(OperationId id) {
        return load(id).map(fold -> fold.state(parts.progress.latest(id)));
    }

    @Override
    public List<OperationState> list(int limit) {
        return parts.journal.list(limit).stream()
                .flatMap(header -> findReadable(header.id()).stream())
                .toList();
    }

    @Override
    public List<OperationState> withKeyPrefix(String prefix) {
        return parts.journal.byIdempotencyPrefix(prefix).stream()
                .flatMap(header -> findReadable(header.id()).stream())
                .toList();
    }

    @Override
    public Map<String, OperationId> locks() {
        return parts.journal.locks();
    }

    /** One journal that cannot be read must not hide the others. */
    private Optional<OperationState> findReadable(OperationId id) {
        try {
            return find(id);
        } catch (WorkflowException e) {
            if (e.code() != WorkflowException.Code.JOURNAL_CORRUPT) {
                throw e;
            }
            LOG.error("event=operation-unreadable operation={} reason=\"{}\"", id, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public List<JournalEntry> history(OperationId id, long afterSeq) {
        return parts.journal.read(id, afterSeq);
    }

    @Override
    public Registration subscribe(WorkflowListener listener) {
        return parts.events.subscribe(Optional.empty(), 0, listener);
    }

    @Override
    public Registration subscribe(OperationId id, long afterSeq, WorkflowListener listener) {
        return parts.events.subscribe(Optional.of(id), afterSeq, listener);
    }

    @Override
    public CompletableFuture<OperationState> whenEnded(OperationId id) {
        CompletableFuture<OperationState> future = new CompletableFuture<>();
        OperationState now = find(id).orElseThrow(
                        () -> new WorkflowException(WorkflowException.Code.NOT_FOUND, "there is no operation " + id));
        if (now.ended()) {
            future.complete(now);
            return future;
        }
        Registration registration = subscribe(id, now.lastSeq(), (operation, entry) -> {
            if (entry.event() instanceof JournalEvent.Ended) {
                find(operation).ifPresent(future::complete);
            }
        });
        future.whenComplete((state, error) -> registration.close());
        return future;
    }

    @Override
    public List<Workflow<?>> workflows() {
        return registry.all();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new WorkflowException(WorkflowException.Code.CLOSED, "the workflow engine is stopping");
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        dispatcher.close();
        threads.close();
        try {
            parts.journal.nodeStopped(node);
        } catch (WorkflowException e) {
            LOG.warn("event=node-stop-not-noted node={} reason=\"{}\"", node, e.getMessage());
        }
        parts.journal.close();
        LOG.info("event=engine-stopped node={}", node);
    }
}
