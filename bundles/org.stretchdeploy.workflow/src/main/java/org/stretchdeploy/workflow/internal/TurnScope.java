package org.stretchdeploy.workflow.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.StepScope;

/** The scope of one call of one row. */
final class TurnScope<I> implements StepScope<I> {
    private final OperationTurn<I> turn;
    private final StepFold step;
    private final boolean undoing;

    TurnScope(OperationTurn<I> turn, StepFold step, boolean undoing) {
        this.turn = turn;
        this.step = step;
        this.undoing = undoing;
    }

    @Override
    public I input() {
        return turn.input();
    }

    @Override
    public OperationId operationId() {
        return turn.fold().id;
    }

    @Override
    public String stepId() {
        return step.row.id();
    }

    @Override
    public String tag() {
        return operationId() + "/" + stepId();
    }

    @Override
    public int attempt() {
        return Math.max(1, undoing ? step.undoAttempt : step.attempt);
    }

    @Override
    public boolean undoing() {
        return undoing;
    }

    @Override
    public boolean outcomeUnknown() {
        return step.outcomeUnknown;
    }

    @Override
    public boolean cancelled() {
        return turn.cancelSeen();
    }

    @Override
    public Clock clock() {
        return turn.parts().clock;
    }

    @Override
    public Instant since() {
        return (undoing ? step.undoSince : step.forwardSince).orElseGet(turn.parts()::now);
    }

    @Override
    public <T> Optional<T> output(String key, Class<T> type) {
        JsonNode found = null;
        for (StepFold each : turn.fold().steps.values()) {
            found = each.outputs.getOrDefault(key, found);
        }
        return Optional.ofNullable(found).map(json -> Json.value(json, type));
    }

    @Override
    public <T> Optional<T> output(String stepId, String key, Class<T> type) {
        return read(Optional.ofNullable(turn.fold().steps.get(stepId)).map(s -> s.outputs), key, type);
    }

    @Override
    public void note(String key, Object value) {
        turn.note(step, key, value);
    }

    @Override
    public <T> Optional<T> noted(String key, Class<T> type) {
        return read(Optional.of(step.notes), key, type);
    }

    @Override
    public <T> Optional<T> noted(String stepId, String key, Class<T> type) {
        return read(Optional.ofNullable(turn.fold().steps.get(stepId)).map(s -> s.notes), key, type);
    }

    @Override
    public <T> Optional<T> signal(String name, Class<T> type) {
        return read(Optional.of(turn.fold().signals), name, type);
    }

    @Override
    public void progress(long done, long total, String unit, String text) {
        turn.progress(stepId(), done, total, unit, text);
    }

    private static <T> Optional<T> read(Optional<Map<String, JsonNode>> values, String key, Class<T> type) {
        return values.map(map -> map.get(key)).map(json -> Json.value(json, type));
    }
}
