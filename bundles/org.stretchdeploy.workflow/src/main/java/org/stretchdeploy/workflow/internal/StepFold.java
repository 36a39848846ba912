package org.stretchdeploy.workflow.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.workflow.JournalEvent.RowSummary;
import org.stretchdeploy.workflow.StepState;
import org.stretchdeploy.workflow.StepStatus;

/** One row while its events are folded. */
final class StepFold {
    final RowSummary row;
    StepStatus status = StepStatus.PENDING;
    int attempt;
    int undoAttempt;
    int failures;
    int undoFailures;
    boolean outcomeUnknown;
    /** Where the deadline counts from: first begin, or the operator's retry. */
    Optional<Instant> forwardSince = Optional.empty();

    Optional<Instant> undoSince = Optional.empty();
    Optional<Instant> updatedAt = Optional.empty();
    Optional<String> code = Optional.empty();
    Optional<String> sentence = Optional.empty();
    Optional<Instant> retryAt = Optional.empty();
    /** The last that had a hand in it. */
    Optional<String> node = Optional.empty();

    final Map<String, JsonNode> outputs = new LinkedHashMap<>();
    final Map<String, JsonNode> notes = new LinkedHashMap<>();

    StepFold(RowSummary row) {
        this.row = row;
    }

    /** Whether the row was begun, so that its undo is owed if it has one. */
    boolean begun() {
        return attempt > 0;
    }

    boolean passed() {
        return status == StepStatus.DONE || status == StepStatus.SKIPPED;
    }

    void ranOn(Optional<String> newNode) {
        node = newNode.or(() -> node);
    }

    void failed(String newCode, String newSentence, Optional<Instant> newRetryAt) {
        code = Optional.of(newCode);
        sentence = Optional.of(newSentence);
        retryAt = newRetryAt;
    }

    StepState view() {
        boolean back = undoAttempt > 0;
        return new StepState(
                row.id(),
                row.name(),
                row.title(),
                row.await(),
                row.pivot(),
                status,
                back ? undoAttempt : attempt,
                forwardSince,
                updatedAt,
                code,
                sentence,
                retryAt,
                node,
                java.util.Collections.unmodifiableMap(new LinkedHashMap<>(outputs)),
                java.util.Collections.unmodifiableMap(new LinkedHashMap<>(notes)));
    }
}
