package org.stretchdeploy.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Something that happened to an operation, in the past tense. The list of them is the operation; nothing else is kept.
 * The JSON form is persisted for years: fields are only ever added, with a meaning when absent, and a golden journal in
 * the tests holds every form that a release has written.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonSubTypes({
    @JsonSubTypes.Type(JournalEvent.OperationSubmitted.class),
    @JsonSubTypes.Type(JournalEvent.StepIntended.class),
    @JsonSubTypes.Type(JournalEvent.StepNoted.class),
    @JsonSubTypes.Type(JournalEvent.StepDone.class),
    @JsonSubTypes.Type(JournalEvent.StepSkipped.class),
    @JsonSubTypes.Type(JournalEvent.StepFailed.class),
    @JsonSubTypes.Type(JournalEvent.PivotPassed.class),
    @JsonSubTypes.Type(JournalEvent.Interrupted.class),
    @JsonSubTypes.Type(JournalEvent.CancelRequested.class),
    @JsonSubTypes.Type(JournalEvent.CompensationStarted.class),
    @JsonSubTypes.Type(JournalEvent.UndoIntended.class),
    @JsonSubTypes.Type(JournalEvent.StepUndone.class),
    @JsonSubTypes.Type(JournalEvent.UndoFailed.class),
    @JsonSubTypes.Type(JournalEvent.Stalled.class),
    @JsonSubTypes.Type(JournalEvent.ProgressResumed.class),
    @JsonSubTypes.Type(JournalEvent.Signalled.class),
    @JsonSubTypes.Type(JournalEvent.RetryRequested.class),
    @JsonSubTypes.Type(JournalEvent.Abandoned.class),
    @JsonSubTypes.Type(JournalEvent.Ended.class)
})
public sealed interface JournalEvent {

    /** A row as it was when the operation was submitted: enough to show the table without the code that made it. */
    record RowSummary(String id, String name, String title, boolean await, boolean undo, boolean pivot) {}

    /** A step that an operator has to deal with, and what was said about it last. */
    record RemainingStep(String stepId, String title, String code, String sentence) {}

    /** Always the first event. */
    @JsonTypeName("OperationSubmitted")
    record OperationSubmitted(
            String workflow,
            int version,
            JsonNode input,
            String idempotencyKey,
            Set<String> lockKeys,
            String submittedBy,
            List<RowSummary> rows)
            implements JournalEvent {}

    /**
     * About to call the action: from here on the undo of the row is owed.
     *
     * @param node that calls it, as in every event of a step; absent in journals of releases that had one node
     */
    @JsonTypeName("StepIntended")
    record StepIntended(String stepId, int attempt, Optional<String> node) implements JournalEvent {}

    @JsonTypeName("StepNoted")
    record StepNoted(String stepId, String key, JsonNode value) implements JournalEvent {}

    @JsonTypeName("StepDone")
    record StepDone(String stepId, Map<String, JsonNode> outputs, Optional<String> node) implements JournalEvent {}

    @JsonTypeName("StepSkipped")
    record StepSkipped(String stepId, String condition) implements JournalEvent {}

    /** @param retryAt when the step is begun again; absent when the failure is final */
    @JsonTypeName("StepFailed")
    record StepFailed(
            String stepId, int attempt, String code, String sentence, Optional<Instant> retryAt, Optional<String> node)
            implements JournalEvent {}

    /** No way back from here. Written together with the intent of the pivot row. */
    @JsonTypeName("PivotPassed")
    record PivotPassed(String stepId) implements JournalEvent {}

    /** The node that had the operation went away without handing it back. */
    @JsonTypeName("Interrupted")
    record Interrupted(String node) implements JournalEvent {}

    @JsonTypeName("CancelRequested")
    record CancelRequested(String by, String reason) implements JournalEvent {}

    /** Why the operation goes back. */
    enum Cause {
        FAILED,
        CANCELLED,
        INTERRUPTED
    }

    @JsonTypeName("CompensationStarted")
    record CompensationStarted(Cause cause, String code, String sentence) implements JournalEvent {}

    @JsonTypeName("UndoIntended")
    record UndoIntended(String stepId, int attempt, Optional<String> node) implements JournalEvent {}

    @JsonTypeName("StepUndone")
    record StepUndone(String stepId, Optional<String> node) implements JournalEvent {}

    /** @param retryAt when the undo is begun again; absent when the failure is final */
    @JsonTypeName("UndoFailed")
    record UndoFailed(
            String stepId, int attempt, String code, String sentence, Optional<Instant> retryAt, Optional<String> node)
            implements JournalEvent {}

    /** The alarm: nothing moved since then. */
    @JsonTypeName("Stalled")
    record Stalled(Optional<String> stepId, Instant since) implements JournalEvent {}

    /** The alarm is over because the step reported progress. Any event of a step ends it too. */
    @JsonTypeName("ProgressResumed")
    record ProgressResumed(Optional<String> stepId) implements JournalEvent {}

    /** A message from outside, for instance "commit" to an operation on trial. */
    @JsonTypeName("Signalled")
    record Signalled(String name, JsonNode value, String by) implements JournalEvent {}

    /** An operator asks a NEEDS_OPERATOR operation to go on. */
    @JsonTypeName("RetryRequested")
    record RetryRequested(String by) implements JournalEvent {}

    /** An operator has dealt with the rest by hand: the locks are given back, the end stays NEEDS_OPERATOR. */
    @JsonTypeName("Abandoned")
    record Abandoned(String by, String reason) implements JournalEvent {}

    /** @param end one of the four ends */
    @JsonTypeName("Ended")
    record Ended(Phase end, String code, String sentence, List<RemainingStep> remaining) implements JournalEvent {
        public Ended {
            if (!end.isEnd()) {
                throw new IllegalArgumentException(end + " is not an end");
            }
        }
    }
}
