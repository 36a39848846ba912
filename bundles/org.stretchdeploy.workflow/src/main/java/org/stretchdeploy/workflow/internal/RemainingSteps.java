package org.stretchdeploy.workflow.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.stretchdeploy.workflow.JournalEvent.RemainingStep;
import org.stretchdeploy.workflow.StepStatus;

/** What is still owed to an operation that cannot go on by itself, the next step first. */
final class RemainingSteps {
    private RemainingSteps() {}

    static List<RemainingStep> of(OperationFold fold) {
        boolean back = fold.compensation.isPresent();
        List<StepFold> steps = new ArrayList<>(fold.steps.values());
        if (back) {
            Collections.reverse(steps);
        }
        return steps.stream()
                .filter(step ->
                        back ? step.row.undo() && step.begun() && step.status != StepStatus.UNDONE : !step.passed())
                .map(step -> remaining(step, back))
                .toList();
    }

    private static RemainingStep remaining(StepFold step, boolean back) {
        boolean failed = step.status == (back ? StepStatus.UNDO_FAILED : StepStatus.FAILED);
        return new RemainingStep(
                step.row.id(),
                step.row.title(),
                failed ? step.code.orElse("failed") : "not-reached",
                failed ? step.sentence.orElse("") : back ? "not undone yet" : "not run yet");
    }
}
