package org.stretchdeploy.workflow.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.JournalEvent.Cause;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.StepStatus;
import org.stretchdeploy.workflow.WorkflowException;
import org.stretchdeploy.workflow.internal.Lifecycle.PhaseMove;
import org.stretchdeploy.workflow.internal.Lifecycle.StepMove;

/** State of one operation: the fold of its events, nothing else. Not thread-safe. */
public final class OperationFold {
    /** Hears each transition as it is taken; for coverage tests. */
    public interface TransitionListener {
        void step(StepStatus from, StepMove move);

        void phase(Phase from, PhaseMove move);
    }

    private static volatile Optional<TransitionListener> coverage = Optional.empty();

    final OperationId id;
    JournalEvent.OperationSubmitted submitted;
    Phase phase = Phase.RUNNING;
    Optional<JournalEvent.CompensationStarted> compensation = Optional.empty();
    boolean cancelRequested;
    boolean pivotPassed;
    boolean abandoned;
    /** An interruption that no decision has answered yet. */
    boolean interruptionOpen;

    Optional<JournalEvent.Ended> ended = Optional.empty();
    Optional<Instant> endedAt = Optional.empty();
    Optional<Instant> stalledSince = Optional.empty();
    Instant submittedAt = Instant.EPOCH;
    Instant updatedAt = Instant.EPOCH;
    /** Time of the last event that means something moved. */
    Instant movedAt = Instant.EPOCH;

    long lastSeq;
    final Map<String, StepFold> steps = new LinkedHashMap<>();
    final Map<String, JsonNode> signals = new LinkedHashMap<>();
    private final List<String> recentEvents = new ArrayList<>();

    public OperationFold(OperationId id) {
        this.id = id;
    }

    public static OperationFold of(OperationId id, List<JournalEntry> entries) {
        OperationFold fold = new OperationFold(id);
        entries.forEach(fold::apply);
        return fold;
    }

    /** For tests that prove that every transition is taken. */
    public static void coverage(Optional<TransitionListener> listener) {
        coverage = listener;
    }

    public void apply(JournalEntry entry) {
        if (entry.seq() != lastSeq + 1) {
            throw corrupt("event " + entry.seq() + " follows event " + lastSeq);
        }
        recentEvents.add(entry.event().getClass().getSimpleName());
        if (recentEvents.size() > 30) {
            recentEvents.remove(0);
        }
        apply(entry.event(), entry.at());
        lastSeq = entry.seq();
        updatedAt = entry.at();
        if (moves(entry.event())) {
            movedAt = entry.at();
            stalledSince = Optional.empty();
        }
    }

    /** Whether an event is progress: beginning a failed step again, and failing again, is not. */
    private static boolean moves(JournalEvent event) {
        if (event instanceof JournalEvent.StepIntended intent) {
            return intent.attempt() == 1;
        } else if (event instanceof JournalEvent.UndoIntended intent) {
            return intent.attempt() == 1;
        }
        return !(event instanceof JournalEvent.Stalled
                || event instanceof JournalEvent.StepFailed
                || event instanceof JournalEvent.UndoFailed
                || event instanceof JournalEvent.StepNoted);
    }

    private void apply(JournalEvent event, Instant at) {
        if (submitted == null && !(event instanceof JournalEvent.OperationSubmitted)) {
            throw corrupt("the first event is not OperationSubmitted");
        }
        if (event instanceof JournalEvent.OperationSubmitted e) {
            applySubmitted(e, at);
        } else if (event instanceof JournalEvent.StepIntended e) {
            move(e.stepId(), StepMove.INTEND, at, (step, from) -> {
                step.attempt = e.attempt();
                step.ranOn(e.node());
                step.retryAt = Optional.empty();
                step.forwardSince = step.forwardSince.or(() -> Optional.of(at));
            });
        } else if (event instanceof JournalEvent.StepNoted e) {
            move(e.stepId(), StepMove.NOTE, at, (step, from) -> step.notes.put(e.key(), e.value()));
        } else if (event instanceof JournalEvent.StepDone e) {
            move(e.stepId(), StepMove.COMPLETE, at, (step, from) -> {
                step.outputs.putAll(e.outputs());
                step.ranOn(e.node());
                step.outcomeUnknown = false;
                step.code = Optional.empty();
                step.sentence = Optional.empty();
            });
        } else if (event instanceof JournalEvent.StepSkipped e) {
            move(e.stepId(), StepMove.SKIP, at, (step, from) -> {});
        } else if (event instanceof JournalEvent.StepFailed e) {
            StepMove move = e.retryAt().isPresent() ? StepMove.FAIL_FOR_NOW : StepMove.FAIL;
            move(e.stepId(), move, at, (step, from) -> {
                step.failures++;
                step.ranOn(e.node());
                step.failed(e.code(), e.sentence(), e.retryAt());
            });
        } else if (event instanceof JournalEvent.UndoIntended e) {
            move(e.stepId(), StepMove.INTEND_UNDO, at, (step, from) -> {
                step.undoAttempt = e.attempt();
                step.ranOn(e.node());
                step.retryAt = Optional.empty();
                step.undoSince = step.undoSince.or(() -> Optional.of(at));
                step.outcomeUnknown |= from == StepStatus.INTENDED;
            });
        } else if (event instanceof JournalEvent.StepUndone e) {
            move(e.stepId(), StepMove.UNDO, at, (step, from) -> step.ranOn(e.node()));
        } else if (event instanceof JournalEvent.UndoFailed e) {
            StepMove move = e.retryAt().isPresent() ? StepMove.FAIL_UNDO_FOR_NOW : StepMove.FAIL_UNDO;
            move(e.stepId(), move, at, (step, from) -> {
                step.undoFailures++;
                step.ranOn(e.node());
                step.failed(e.code(), e.sentence(), e.retryAt());
            });
        } else {
            applyToOperation(event, at);
        }
    }

    private void applyToOperation(JournalEvent event, Instant at) {
        if (event instanceof JournalEvent.PivotPassed) {
            pivotPassed = true;
        } else if (event instanceof JournalEvent.Interrupted) {
            interruptionOpen = true;
            steps.values().stream()
                    .filter(step -> step.status == StepStatus.INTENDED || step.status == StepStatus.UNDOING)
                    .forEach(step -> step.outcomeUnknown = true);
        } else if (event instanceof JournalEvent.CancelRequested) {
            cancelRequested = true;
        } else if (event instanceof JournalEvent.CompensationStarted e) {
            if (pivotPassed) {
                throw corrupt("compensation after the pivot");
            }
            move(PhaseMove.COMPENSATE);
            compensation = Optional.of(e);
            ended = Optional.empty();
            endedAt = Optional.empty();
        } else if (event instanceof JournalEvent.Stalled e) {
            stalledSince = Optional.of(e.since());
        } else if (event instanceof JournalEvent.Signalled e) {
            signals.put(e.name(), e.value());
        } else if (event instanceof JournalEvent.RetryRequested) {
            applyRetry(at);
        } else if (event instanceof JournalEvent.Abandoned) {
            abandoned = true;
        } else if (event instanceof JournalEvent.Ended e) {
            move(endMove(e.end()));
            ended = Optional.of(e);
            endedAt = Optional.of(at);
        } else if (!(event instanceof JournalEvent.ProgressResumed)) {
            throw corrupt("unknown event " + event.getClass().getSimpleName());
        }
    }

    private void applySubmitted(JournalEvent.OperationSubmitted e, Instant at) {
        if (submitted != null) {
            throw corrupt("submitted twice");
        }
        submitted = e;
        submittedAt = at;
        e.rows().forEach(row -> steps.put(row.id(), new StepFold(row)));
    }

    private void applyRetry(Instant at) {
        move(compensation.isPresent() ? PhaseMove.RETRY_BACK : PhaseMove.RETRY_FORWARD);
        ended = Optional.empty();
        endedAt = Optional.empty();
        for (StepFold step : steps.values()) {
            if (step.status == StepStatus.FAILED && compensation.isEmpty()) {
                move(step.row.id(), StepMove.RETRY, at, (s, from) -> {
                    s.failures = 0;
                    s.retryAt = Optional.of(at);
                    s.forwardSince = Optional.of(at);
                });
            } else if (step.status == StepStatus.UNDO_FAILED) {
                move(step.row.id(), StepMove.RETRY, at, (s, from) -> {
                    s.undoFailures = 0;
                    s.retryAt = Optional.of(at);
                    s.undoSince = Optional.of(at);
                });
            }
        }
    }

    private static PhaseMove endMove(Phase end) {
        return switch (end) {
            case SUCCEEDED -> PhaseMove.SUCCEED;
            case COMPENSATED -> PhaseMove.END_COMPENSATED;
            case CANCELLED -> PhaseMove.END_CANCELLED;
            default -> PhaseMove.ASK_OPERATOR;
        };
    }

    private void move(PhaseMove move) {
        Phase from = phase;
        phase = Lifecycle.next(from, move).orElseThrow(() -> corrupt("an operation in " + from + " cannot " + move));
        coverage.ifPresent(listener -> listener.phase(from, move));
    }

    private void move(String stepId, StepMove move, Instant at, BiConsumer<StepFold, StepStatus> effect) {
        StepFold step = steps.get(stepId);
        if (step == null) {
            throw corrupt("there is no row " + stepId);
        }
        StepStatus from = step.status;
        step.status = Lifecycle.next(from, move)
                .orElseThrow(() -> corrupt("row " + stepId + " in " + from + " cannot " + move));
        step.updatedAt = Optional.of(at);
        interruptionOpen = false;
        effect.accept(step, from);
        coverage.ifPresent(listener -> listener.step(from, move));
    }

    private WorkflowException corrupt(String what) {
        return new WorkflowException(
                WorkflowException.Code.JOURNAL_CORRUPT,
                "operation " + id + ": " + what + "; the last events were " + recentEvents);
    }

    public OperationState state(Optional<Progress> progress) {
        return new OperationState(
                id,
                submitted.workflow(),
                submitted.version(),
                submitted.input(),
                submitted.idempotencyKey(),
                submitted.lockKeys(),
                submitted.submittedBy(),
                phase,
                cancelRequested,
                pivotPassed,
                abandoned,
                currentStep(),
                ended.map(JournalEvent.Ended::code)
                        .or(() -> compensation.map(JournalEvent.CompensationStarted::code))
                        .filter(code -> !code.isEmpty()),
                ended.map(JournalEvent.Ended::sentence)
                        .or(() -> compensation.map(JournalEvent.CompensationStarted::sentence))
                        .filter(sentence -> !sentence.isEmpty()),
                steps.values().stream().map(StepFold::view).toList(),
                ended.map(JournalEvent.Ended::remaining).orElse(List.of()),
                progress,
                stalledSince,
                submittedAt,
                updatedAt,
                endedAt,
                Map.copyOf(signals),
                lastSeq);
    }

    Optional<String> currentStep() {
        Optional<String> current = Optional.empty();
        for (StepFold step : steps.values()) {
            boolean active =
                    switch (step.status) {
                        case INTENDED, RETRYING, UNDOING, UNDO_RETRYING, UNDO_FAILED -> true;
                        case FAILED -> compensation.isEmpty();
                        default -> false;
                    };
            boolean undoing = step.undoAttempt > 0;
            if (active && (compensation.isEmpty() || undoing)) {
                current = Optional.of(step.row.id());
            }
        }
        return current;
    }

    boolean cancelledCause() {
        return compensation.map(c -> c.cause() == Cause.CANCELLED).orElse(false);
    }
}
