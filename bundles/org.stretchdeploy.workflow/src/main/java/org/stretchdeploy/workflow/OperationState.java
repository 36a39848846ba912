package org.stretchdeploy.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An operation as the fold of its journal.
 *
 * @param currentStep the row that runs, waits or failed; empty before the first and after the last
 * @param code why it goes back or ended as it did; empty while all is well
 * @param remaining what an operator has to deal with; only in NEEDS_OPERATOR
 * @param signals latest value of each signal by name, see {@link WorkflowEngine#signal}
 * @param lastSeq number of the last event folded in
 */
public record OperationState(
        OperationId id,
        String workflow,
        int version,
        JsonNode input,
        String idempotencyKey,
        Set<String> lockKeys,
        String submittedBy,
        Phase phase,
        boolean cancelRequested,
        boolean pivotPassed,
        boolean abandoned,
        Optional<String> currentStep,
        Optional<String> code,
        Optional<String> sentence,
        List<StepState> steps,
        List<JournalEvent.RemainingStep> remaining,
        Optional<Progress> progress,
        Optional<Instant> stalledSince,
        Instant submittedAt,
        Instant updatedAt,
        Optional<Instant> endedAt,
        Map<String, JsonNode> signals,
        long lastSeq) {

    public boolean ended() {
        return phase.isEnd();
    }

    public Optional<StepState> step(String stepId) {
        return steps.stream().filter(step -> step.id().equals(stepId)).findFirst();
    }

    /** The latest output of a key over all steps. */
    public Optional<JsonNode> output(String key) {
        return steps.stream()
                .map(step -> step.outputs().get(key))
                .filter(java.util.Objects::nonNull)
                .reduce((first, second) -> second);
    }
}
