package org.stretchdeploy.workflow.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.store.StoreException;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.RetryPolicy;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.StepAction;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepStatus;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowException;

/**
 * One turn of one operation on one thread: decides, writes the intent, calls the action, writes the outcome, until
 * there is something to wait for. An action is only called when its intent is in the journal.
 */
final class OperationTurn<I> {
    private static final Logger LOG = LoggerFactory.getLogger(OperationTurn.class);
    private static final long FIRST_PAUSE_MILLIS = 2;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final EngineParts parts;
    private final Workflow<I> workflow;
    private final Journal.Claim claim;
    private final OperationFold fold;
    private final I input;
    private final Decider<I> decider;
    private final BooleanSupplier closing;
    private boolean begunHere;
    private Optional<Instant> pollAt;
    /** The dispatcher has interrupted this turn: the node may no longer act on the operation. */
    private boolean interrupted;

    /** @param closing when it says so, no further action is begun */
    OperationTurn(
            EngineParts parts,
            Workflow<I> workflow,
            Journal.Claim claim,
            OperationFold fold,
            I input,
            List<Row<I>> rows,
            BooleanSupplier closing) {
        this.closing = closing;
        this.parts = parts;
        this.workflow = workflow;
        this.claim = claim;
        this.fold = fold;
        this.input = input;
        this.decider = new Decider<>(rows, workflow.interruptionPolicy(), workflow.stopsOnFailure(input));
        this.begunHere = !claim.crashed();
        this.pollAt = claim.wakeAt();
    }

    /** When to go on; empty when the operation has ended. */
    Optional<Instant> run() {
        if (claim.crashed() && !fold.phase.isEnd()) {
            writeAnyway(new JournalEvent.Interrupted(claim.previousNode().orElse("")));
        }
        while (true) {
            interrupted |= Thread.interrupted();
            if (interrupted || closing.getAsBoolean()) {
                return Optional.of(parts.now());
            }
            long seqBefore = fold.lastSeq;
            readOn();
            if (fold.lastSeq != seqBefore) {
                pollAt = Optional.empty();
            }
            Decision<I> decision = decider.next(fold, parts.now(), begunHere, pollAt);
            if (decision instanceof Decision.Finished<I>) {
                return Optional.empty();
            } else if (decision instanceof Decision.WaitUntil<I> wait) {
                return Optional.of(wait.at());
            }
            carryOut(decision);
        }
    }

    private void carryOut(Decision<I> decision) {
        if (decision instanceof Decision.Write<I> write) {
            if (write(write.events())) {
                begunHere = false;
                pollAt = Optional.empty();
            }
        } else if (decision instanceof Decision.Begin<I> begin) {
            begin(begin.row());
        } else if (decision instanceof Decision.Poll<I> poll) {
            act(poll.row());
        } else if (decision instanceof Decision.BeginUndo<I> begin) {
            StepFold step = fold.steps.get(begin.row().id());
            if (write(List.of(new JournalEvent.UndoIntended(begin.row().id(), step.undoAttempt + 1, parts.here)))) {
                begunHere = true;
                actUndo(begin.row());
            }
        } else if (decision instanceof Decision.PollUndo<I> poll) {
            actUndo(poll.row());
        }
    }

    private void begin(Row<I> row) {
        StepFold step = fold.steps.get(row.id());
        if (step.status == StepStatus.PENDING && row.condition().isPresent()) {
            Row.Condition<I> condition = row.condition().get();
            boolean holds;
            try {
                holds = condition.test().test(new TurnScope<>(this, step, false));
            } catch (RuntimeException e) {
                LOG.warn("event=condition-failed operation={} step={}", fold.id, row.id(), e);
                write(List.of(
                        new JournalEvent.StepIntended(row.id(), 1, parts.here),
                        failure(
                                step,
                                row,
                                new StepResult.Failed(
                                        "condition",
                                        "the condition " + condition.name() + " could not be told: " + e,
                                        false,
                                        Optional.empty()))));
                return;
            }
            if (!holds) {
                write(List.of(new JournalEvent.StepSkipped(row.id(), condition.name())));
                return;
            }
        }
        JournalEvent intent = new JournalEvent.StepIntended(row.id(), step.attempt + 1, parts.here);
        boolean passesPivot = row.pivot() && !fold.pivotPassed;
        List<JournalEvent> events =
                passesPivot ? List.of(new JournalEvent.PivotPassed(row.id()), intent) : List.of(intent);
        if (write(events)) {
            begunHere = true;
            act(row);
        }
    }

    private void act(Row<I> row) {
        StepFold step = fold.steps.get(row.id());
        StepResult result = writable(call(row, row.action(), step, false));
        if (result instanceof StepResult.Again again) {
            if (deadlinePassed(row, step)) {
                result = StepResult.failed("deadline", late(row));
            } else {
                waitFor(again.after());
                return;
            }
        }
        begunHere = false;
        pollAt = Optional.empty();
        if (result instanceof StepResult.Done done) {
            writeAnyway(new JournalEvent.StepDone(row.id(), outputs(done), parts.here));
        } else if (result instanceof StepResult.Failed failed) {
            JournalEvent event = failure(step, row, failed);
            LOG.warn(
                    "event=step-failed workflow={} operation={} step={} attempt={} code={} final={} reason=\"{}\"",
                    workflow.name(),
                    fold.id,
                    row.id(),
                    step.attempt,
                    failed.code(),
                    ((JournalEvent.StepFailed) event).retryAt().isEmpty(),
                    failed.sentence());
            writeAnyway(event);
        }
    }

    private void actUndo(Row<I> row) {
        StepFold step = fold.steps.get(row.id());
        StepResult result = call(row, row.undo().orElseThrow(), step, true);
        if (result instanceof StepResult.Again again) {
            waitFor(again.after());
            return;
        }
        begunHere = false;
        pollAt = Optional.empty();
        if (result instanceof StepResult.Failed failed) {
            int failures = step.undoFailures + 1;
            Optional<Instant> retryAt = row.undoRetry().allowsAfter(failures)
                    ? Optional.of(retryAt(row.undoRetry(), failures, failed))
                    : Optional.empty();
            LOG.warn(
                    "event=undo-failed workflow={} operation={} step={} attempt={} code={} final={} reason=\"{}\"",
                    workflow.name(),
                    fold.id,
                    row.id(),
                    step.undoAttempt,
                    failed.code(),
                    retryAt.isEmpty(),
                    failed.sentence());
            writeAnyway(new JournalEvent.UndoFailed(
                    row.id(), step.undoAttempt, failed.code(), failed.sentence(), retryAt, parts.here));
        } else {
            writeAnyway(new JournalEvent.StepUndone(row.id(), parts.here));
        }
    }

    private StepResult call(Row<I> row, StepAction<I> action, StepFold step, boolean undoing) {
        StepResult result = resultOf(row, action, step, undoing);
        // also because an interrupt that reaches the embedded database while it writes would close its file
        interrupted |= Thread.interrupted();
        if (interrupted && result instanceof StepResult.Failed && !closing.getAsBoolean()) {
            throw new WorkflowException(
                    WorkflowException.Code.JOURNAL_UNAVAILABLE,
                    "step " + row.id() + " was interrupted, because this node cannot renew its lease");
        }
        return result;
    }

    private StepResult resultOf(Row<I> row, StepAction<I> action, StepFold step, boolean undoing) {
        try {
            StepResult result = action.run(new TurnScope<>(this, step, undoing));
            return result != null ? result : StepResult.failed("unexpected", "the action returned nothing");
        } catch (Journal.FencedException e) {
            throw e;
        } catch (WorkflowException e) {
            if (e.code() == WorkflowException.Code.JOURNAL_UNAVAILABLE) {
                throw e;
            }
            return StepResult.failed("unexpected", e.getMessage());
        } catch (StoreException e) {
            if (e.passes()) {
                throw new WorkflowException(WorkflowException.Code.JOURNAL_UNAVAILABLE, e.getMessage(), e);
            }
            return StepResult.failed("unexpected", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return StepResult.retry("stopped", "the controller is stopping");
        } catch (Exception e) {
            LOG.debug("event=action-threw operation={} step={}", fold.id, row.id(), e);
            return workflow.failureOf(e);
        } catch (LinkageError | AssertionError | StackOverflowError e) {
            LOG.error("event=action-broken operation={} step={}", fold.id, row.id(), e);
            return StepResult.failed("unexpected", "the action is broken: " + e);
        }
    }

    /** Outputs that cannot be written to the journal make the step a failed one, before anything depends on them. */
    private static StepResult writable(StepResult result) {
        if (result instanceof StepResult.Done done) {
            try {
                Json.write(new JournalEvent.StepDone("", outputs(done), Optional.empty()));
            } catch (WorkflowException e) {
                return StepResult.failed("unexpected", "the outputs cannot be journalled: " + e.getMessage());
            }
        }
        return result;
    }

    private JournalEvent failure(StepFold step, Row<I> row, StepResult.Failed failed) {
        int failures = step.failures + 1;
        boolean again = row.retry().forever() && fold.pivotPassed
                || failed.retryable() && row.retry().allowsAfter(failures) && !deadlinePassed(row, step);
        Optional<Instant> retryAt = again ? Optional.of(retryAt(row.retry(), failures, failed)) : Optional.empty();
        return new JournalEvent.StepFailed(
                row.id(), Math.max(1, step.attempt), failed.code(), failed.sentence(), retryAt, parts.here);
    }

    private Instant retryAt(RetryPolicy policy, int failures, StepResult.Failed failed) {
        Duration wait = policy.waitAfter(failures);
        Duration asked = failed.retryAfter().orElse(Duration.ZERO);
        return parts.now().plus(asked.compareTo(wait) > 0 ? asked : wait);
    }

    private boolean deadlinePassed(Row<I> row, StepFold step) {
        if (row.deadline().isEmpty()
                || step.forwardSince.isEmpty()
                || row.retry().forever() && fold.pivotPassed) {
            return false;
        }
        return !parts.now().isBefore(step.forwardSince.get().plus(row.deadline().get()));
    }

    private void waitFor(Duration after) {
        pollAt = Optional.of(parts.now().plus(after));
    }

    private static Map<String, JsonNode> outputs(StepResult.Done done) {
        Map<String, JsonNode> outputs = new LinkedHashMap<>();
        done.outputs().forEach((key, value) -> outputs.put(key, Json.tree(value)));
        return outputs;
    }

    /** The sentence of a deadline; what the step last said about itself tells what it was waiting for. */
    private String late(Row<?> row) {
        String limit = row.deadline().orElseThrow().toString().substring(2).toLowerCase(java.util.Locale.ROOT);
        return parts.progress
                .latest(fold.id)
                .filter(p -> p.stepId().equals(row.id()) && !p.text().isEmpty())
                .map(p -> "not done within " + limit + "; it last said: " + p.text())
                .orElse("not done within " + limit);
    }

    /** Writes unless somebody else wrote first; then the decision has to be made again. */
    private boolean write(List<JournalEvent> events) {
        try {
            parts.append(fold.id, OptionalLong.of(claim.epoch()), fold.lastSeq, events)
                    .forEach(fold::apply);
            return true;
        } catch (Journal.StaleException e) {
            return false;
        }
    }

    /**
     * Writes what has happened, whatever else was written meanwhile, and once: while the journal is away this waits, because
     * an outcome that is forgotten would let the step run again. Who has taken the operation over meanwhile has fenced it.
     */
    private void writeAnyway(JournalEvent event) {
        try {
            writeHoweverLong(event);
        } finally {
            if (interrupted) {
                // an action that wrote a note must hear of it
                Thread.currentThread().interrupt();
            }
        }
    }

    private void writeHoweverLong(JournalEvent event) {
        long pause = FIRST_PAUSE_MILLIS;
        boolean doubtful = false;
        while (true) {
            try {
                if ((doubtful && wroteAfterAll(event)) || write(List.of(event))) {
                    return;
                }
                if (!doubtful) {
                    readOn();
                }
            } catch (WorkflowException e) {
                if (e.code() != WorkflowException.Code.JOURNAL_UNAVAILABLE || closing.getAsBoolean()) {
                    throw e;
                }
                if (!doubtful) {
                    LOG.warn("event=outcome-waits operation={} reason=\"{}\"", fold.id, e.getMessage());
                }
                doubtful = true;
                pause(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    /** Whether a write whose answer was lost is there; reads on. */
    private boolean wroteAfterAll(JournalEvent event) {
        String text = Json.write(event);
        boolean found = false;
        for (JournalEntry entry : parts.journal.read(fold.id, fold.lastSeq)) {
            fold.apply(entry);
            found |= Json.write(entry.event()).equals(text);
        }
        return found;
    }

    private void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            interrupted = true;
        }
    }

    private void readOn() {
        parts.journal.read(fold.id, fold.lastSeq).forEach(fold::apply);
    }

    void note(StepFold step, String key, Object value) {
        writeAnyway(new JournalEvent.StepNoted(step.row.id(), key, Json.tree(value)));
    }

    void progress(String stepId, long done, long total, String unit, String text) {
        Progress progress = new Progress(stepId, done, total, unit, text, parts.now());
        if (parts.progress.report(fold.id, progress)) {
            parts.events.progressed(fold.id, progress);
        }
    }

    boolean cancelSeen() {
        return parts.cancels.seen(fold.id);
    }

    I input() {
        return input;
    }

    OperationFold fold() {
        return fold;
    }

    EngineParts parts() {
        return parts;
    }

    /** Latest wish, for the release: when the row that answered Again wants to be called. */
    Supplier<Optional<Instant>> wakeAt() {
        return () -> begunHere ? pollAt : Optional.empty();
    }
}
