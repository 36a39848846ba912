package org.stretchdeploy.stretch.internal.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.StepAction;
import org.stretchdeploy.workflow.Workflow;

/** The real tables with changes. */
final class Changed {
    private Changed() {}

    /** The same workflow with other rows. */
    static <I> Workflow<I> rows(Workflow<I> sound, UnaryOperator<List<Row<I>>> change) {
        return changed(sound, change, sound::stopsOnFailure);
    }

    /** The same workflow that does not listen when it is asked to stop. */
    static <I> Workflow<I> neverStopping(Workflow<I> sound) {
        return changed(sound, UnaryOperator.identity(), input -> false);
    }

    private static <I> Workflow<I> changed(Workflow<I> sound, UnaryOperator<List<Row<I>>> change, Predicate<I> stops) {
        return Workflow.define(sound.name(), Workflow.version(sound.version()))
                .input(new Workflow.InputCodec<I>() {
                    @Override
                    public JsonNode encode(I input) {
                        return sound.encode(input);
                    }

                    @Override
                    public I decode(JsonNode json) {
                        return sound.decode(json);
                    }
                })
                .onInterruption(sound.interruptionPolicy())
                .failures(sound::failureOf)
                .stopOnFailure(stops)
                .rows(input -> change.apply(sound.rows(input)))
                .build();
    }

    /** The same row with another action and another undo. */
    static <I> Row<I> row(Row<I> row, StepAction<I> action, Optional<StepAction<I>> undo, boolean pivot) {
        return new Row<>(
                row.id(),
                row.name(),
                row.title(),
                row.kind(),
                action,
                undo,
                row.condition(),
                row.retry(),
                row.undoRetry(),
                row.deadline(),
                row.heartbeat(),
                pivot);
    }
}
