package org.stretchdeploy.workflow.internal;

import static org.stretchdeploy.workflow.StepStatus.DONE;
import static org.stretchdeploy.workflow.StepStatus.FAILED;
import static org.stretchdeploy.workflow.StepStatus.INTENDED;
import static org.stretchdeploy.workflow.StepStatus.PENDING;
import static org.stretchdeploy.workflow.StepStatus.RETRYING;
import static org.stretchdeploy.workflow.StepStatus.SKIPPED;
import static org.stretchdeploy.workflow.StepStatus.UNDOING;
import static org.stretchdeploy.workflow.StepStatus.UNDONE;
import static org.stretchdeploy.workflow.StepStatus.UNDO_FAILED;
import static org.stretchdeploy.workflow.StepStatus.UNDO_RETRYING;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.StepStatus;

/**
 * Every transition that exists, of a step and of an operation. What is not in these tables is refused as a corrupt
 * journal, and a test fails when one of them was taken by no test.
 */
public final class Lifecycle {
    private Lifecycle() {}

    /** What can happen to a step. */
    public enum StepMove {
        INTEND,
        SKIP,
        NOTE,
        COMPLETE,
        FAIL_FOR_NOW,
        FAIL,
        INTEND_UNDO,
        UNDO,
        FAIL_UNDO_FOR_NOW,
        FAIL_UNDO,
        RETRY
    }

    /** What can happen to an operation. */
    public enum PhaseMove {
        COMPENSATE,
        SUCCEED,
        END_COMPENSATED,
        END_CANCELLED,
        ASK_OPERATOR,
        RETRY_FORWARD,
        RETRY_BACK
    }

    public record StepTransition(StepStatus from, StepMove move) {}

    public record PhaseTransition(Phase from, PhaseMove move) {}

    private static final Map<StepTransition, StepStatus> STEPS = new LinkedHashMap<>();
    private static final Map<PhaseTransition, Phase> PHASES = new LinkedHashMap<>();

    static {
        step(PENDING, StepMove.INTEND, INTENDED);
        step(PENDING, StepMove.SKIP, SKIPPED);
        step(INTENDED, StepMove.INTEND, INTENDED); // begun again after a crash
        step(INTENDED, StepMove.NOTE, INTENDED);
        step(INTENDED, StepMove.COMPLETE, DONE);
        step(INTENDED, StepMove.FAIL_FOR_NOW, RETRYING);
        step(INTENDED, StepMove.FAIL, FAILED);
        step(RETRYING, StepMove.INTEND, INTENDED);
        step(FAILED, StepMove.RETRY, RETRYING); // before the pivot only in operations that stop on a failure

        step(INTENDED, StepMove.INTEND_UNDO, UNDOING);
        step(RETRYING, StepMove.INTEND_UNDO, UNDOING);
        step(DONE, StepMove.INTEND_UNDO, UNDOING);
        step(FAILED, StepMove.INTEND_UNDO, UNDOING);
        step(UNDOING, StepMove.INTEND_UNDO, UNDOING); // begun again after a crash
        step(UNDOING, StepMove.NOTE, UNDOING);
        step(UNDOING, StepMove.UNDO, UNDONE);
        step(UNDOING, StepMove.FAIL_UNDO_FOR_NOW, UNDO_RETRYING);
        step(UNDOING, StepMove.FAIL_UNDO, UNDO_FAILED);
        step(UNDO_RETRYING, StepMove.INTEND_UNDO, UNDOING);
        step(UNDO_FAILED, StepMove.RETRY, UNDO_RETRYING);

        phase(Phase.RUNNING, PhaseMove.COMPENSATE, Phase.COMPENSATING);
        phase(Phase.RUNNING, PhaseMove.SUCCEED, Phase.SUCCEEDED);
        phase(Phase.RUNNING, PhaseMove.ASK_OPERATOR, Phase.NEEDS_OPERATOR);
        phase(Phase.COMPENSATING, PhaseMove.END_COMPENSATED, Phase.COMPENSATED);
        phase(Phase.COMPENSATING, PhaseMove.END_CANCELLED, Phase.CANCELLED);
        phase(Phase.COMPENSATING, PhaseMove.ASK_OPERATOR, Phase.NEEDS_OPERATOR);
        phase(Phase.NEEDS_OPERATOR, PhaseMove.COMPENSATE, Phase.COMPENSATING); // cancelled after it had stopped
        phase(Phase.NEEDS_OPERATOR, PhaseMove.RETRY_FORWARD, Phase.RUNNING);
        phase(Phase.NEEDS_OPERATOR, PhaseMove.RETRY_BACK, Phase.COMPENSATING);
    }

    private static void step(StepStatus from, StepMove move, StepStatus to) {
        if (STEPS.put(new StepTransition(from, move), to) != null) {
            throw new IllegalStateException("transition " + from + " " + move + " is defined twice");
        }
    }

    private static void phase(Phase from, PhaseMove move, Phase to) {
        if (PHASES.put(new PhaseTransition(from, move), to) != null) {
            throw new IllegalStateException("transition " + from + " " + move + " is defined twice");
        }
    }

    public static Optional<StepStatus> next(StepStatus from, StepMove move) {
        return Optional.ofNullable(STEPS.get(new StepTransition(from, move)));
    }

    public static Optional<Phase> next(Phase from, PhaseMove move) {
        return Optional.ofNullable(PHASES.get(new PhaseTransition(from, move)));
    }

    public static Map<StepTransition, StepStatus> stepTransitions() {
        return java.util.Collections.unmodifiableMap(STEPS);
    }

    public static Map<PhaseTransition, Phase> phaseTransitions() {
        return java.util.Collections.unmodifiableMap(PHASES);
    }
}
