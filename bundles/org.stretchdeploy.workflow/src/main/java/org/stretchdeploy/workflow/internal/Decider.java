package org.stretchdeploy.workflow.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.workflow.InterruptionPolicy;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.JournalEvent.Cause;
import org.stretchdeploy.workflow.JournalEvent.RemainingStep;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.StepStatus;

/** The next decision as a pure function of the table, the folded journal and the time. */
final class Decider<I> {
    private final List<Row<I>> rows;
    private final InterruptionPolicy interruptionPolicy;
    private final boolean stopsOnFailure;

    /** @param stopsOnFailure before the pivot a failed row ends in NEEDS_OPERATOR instead of going back */
    Decider(List<Row<I>> rows, InterruptionPolicy interruptionPolicy, boolean stopsOnFailure) {
        this.rows = rows;
        this.interruptionPolicy = interruptionPolicy;
        this.stopsOnFailure = stopsOnFailure;
    }

    /**
     * @param begunHere the row whose intent this turn has written itself or taken over by a release in good order: its
     *     action is polled; any other row in INTENDED was cut off and is begun again
     * @param pollAt when the row that answered Again wants to be called
     */
    Decision<I> next(OperationFold fold, Instant now, boolean begunHere, Optional<Instant> pollAt) {
        return switch (fold.phase) {
            case RUNNING -> forward(fold, now, begunHere, pollAt);
            case COMPENSATING -> back(fold, now, begunHere, pollAt);
            default -> new Decision.Finished<>();
        };
    }

    private Decision<I> forward(OperationFold fold, Instant now, boolean begunHere, Optional<Instant> pollAt) {
        boolean wayBack = !fold.pivotPassed;
        boolean anythingBegun = fold.steps.values().stream().anyMatch(StepFold::begun);
        if (wayBack && fold.cancelRequested) {
            return compensate(Cause.CANCELLED, "cancelled", "cancelled on request");
        }
        boolean failed = fold.steps.values().stream().anyMatch(step -> step.status == StepStatus.FAILED);
        if (wayBack && stopsOnFailure && failed) {
            // also when the node went away just then: the failure was there first
            return askOperator(fold);
        }
        if (wayBack && fold.interruptionOpen && anythingBegun && interruptionPolicy == InterruptionPolicy.COMPENSATE) {
            return compensate(
                    Cause.INTERRUPTED,
                    "interrupted",
                    "the controller stopped in the middle, so everything that was begun is taken back");
        }
        for (Row<I> row : rows) {
            StepFold step = fold.steps.get(row.id());
            if (step.passed()) {
                continue;
            }
            return switch (step.status) {
                case FAILED ->
                    wayBack
                            ? compensate(
                                    Cause.FAILED,
                                    step.code.orElse("failed"),
                                    row.title() + ": " + step.sentence.orElse(""))
                            : askOperator(fold);
                case RETRYING ->
                    step.retryAt.filter(at -> at.isAfter(now)).isPresent()
                            ? new Decision.WaitUntil<>(step.retryAt.get())
                            : new Decision.Begin<>(row);
                case INTENDED ->
                    !begunHere ? new Decision.Begin<>(row) : waitOrElse(pollAt, now, new Decision.Poll<>(row));
                default -> new Decision.Begin<>(row);
            };
        }
        return new Decision.Write<>(List.of(new JournalEvent.Ended(Phase.SUCCEEDED, "", "", List.of())));
    }

    private Decision<I> back(OperationFold fold, Instant now, boolean begunHere, Optional<Instant> pollAt) {
        for (Row<I> row : reversed()) {
            StepFold step = fold.steps.get(row.id());
            if (row.undo().isEmpty() || !step.begun() || step.status == StepStatus.UNDONE) {
                continue;
            }
            return switch (step.status) {
                case UNDO_FAILED -> askOperator(fold);
                case UNDO_RETRYING ->
                    step.retryAt.filter(at -> at.isAfter(now)).isPresent()
                            ? new Decision.WaitUntil<>(step.retryAt.get())
                            : new Decision.BeginUndo<>(row);
                case UNDOING ->
                    !begunHere ? new Decision.BeginUndo<>(row) : waitOrElse(pollAt, now, new Decision.PollUndo<>(row));
                default -> new Decision.BeginUndo<>(row);
            };
        }
        JournalEvent.CompensationStarted why = fold.compensation.orElseThrow();
        Phase end = fold.cancelledCause() ? Phase.CANCELLED : Phase.COMPENSATED;
        return new Decision.Write<>(List.of(new JournalEvent.Ended(end, why.code(), why.sentence(), List.of())));
    }

    private Decision<I> waitOrElse(Optional<Instant> pollAt, Instant now, Decision<I> otherwise) {
        return pollAt.filter(at -> at.isAfter(now))
                .<Decision<I>>map(Decision.WaitUntil::new)
                .orElse(otherwise);
    }

    private static <I> Decision<I> compensate(Cause cause, String code, String sentence) {
        return new Decision.Write<>(List.of(new JournalEvent.CompensationStarted(cause, code, sentence)));
    }

    private Decision<I> askOperator(OperationFold fold) {
        List<RemainingStep> remaining = RemainingSteps.of(fold);
        String code = remaining.isEmpty() ? "failed" : remaining.get(0).code();
        String what = fold.compensation.isPresent() ? "undo" : "step";
        String sentence = remaining.isEmpty()
                ? "nothing is known to remain"
                : what + " " + remaining.get(0).stepId() + " ("
                        + remaining.get(0).title() + ") failed: "
                        + remaining.get(0).sentence() + "; " + remaining.size()
                        + " step(s) remain; mend the cause, then retry the operation"
                        + (stopped(fold) ? ", or cancel it, which takes everything back" : "");
        return new Decision.Write<>(List.of(new JournalEvent.Ended(Phase.NEEDS_OPERATOR, code, sentence, remaining)));
    }

    private static boolean stopped(OperationFold fold) {
        return fold.compensation.isEmpty() && !fold.pivotPassed;
    }

    private List<Row<I>> reversed() {
        List<Row<I>> reversed = new ArrayList<>(rows);
        Collections.reverse(reversed);
        return reversed;
    }
}
