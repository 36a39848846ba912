package org.stretchdeploy.workflow.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.WorkflowException;

/** Raises the alarm for operations that do not move, and ends it when they do. */
final class StallWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);

    private final EngineParts parts;
    private final Registry registry;
    private final Map<OperationId, OperationFold> folds = new ConcurrentHashMap<>();

    StallWatch(EngineParts parts, Registry registry) {
        this.parts = parts;
        this.registry = registry;
    }

    /** One look at every unfinished operation. Not to be called by two threads at a time. */
    void look(List<Journal.Header> unfinished) {
        folds.keySet().retainAll(unfinished.stream().map(Journal.Header::id).toList());
        for (Journal.Header header : unfinished) {
            try {
                look(folds.computeIfAbsent(header.id(), OperationFold::new));
            } catch (Journal.StaleException e) {
                LOG.debug("event=stall-look-again operation={}", header.id());
            } catch (WorkflowException e) {
                folds.remove(header.id());
                LOG.warn("event=stall-look-failed operation={} reason=\"{}\"", header.id(), e.getMessage());
            }
        }
    }

    private void look(OperationFold fold) {
        parts.journal.read(fold.id, fold.lastSeq).forEach(fold::apply);
        if (fold.phase.isEnd()) {
            return;
        }
        Instant progressAt = parts.progress.latest(fold.id).map(Progress::at).orElse(Instant.EPOCH);
        Instant moved = progressAt.isAfter(fold.movedAt) ? progressAt : fold.movedAt;
        Instant now = parts.now();
        if (fold.stalledSince.isPresent()) {
            if (progressAt.isAfter(fold.updatedAt)) {
                append(fold, new JournalEvent.ProgressResumed(fold.currentStep()));
            }
            return;
        }
        if (now.isAfter(moved.plus(heartbeat(fold)))) {
            LOG.warn(
                    "event=stalled workflow={} operation={} step={} since={}",
                    fold.submitted.workflow(),
                    fold.id,
                    fold.currentStep().orElse("-"),
                    moved);
            append(fold, new JournalEvent.Stalled(fold.currentStep(), moved));
        }
    }

    private Duration heartbeat(OperationFold fold) {
        return registry.find(fold.submitted.workflow(), fold.submitted.version())
                .flatMap(workflow -> fold.currentStep()
                        .flatMap(stepId -> Rows.find(workflow, fold, stepId))
                        .map(Row::heartbeat))
                .orElse(Row.STANDARD_HEARTBEAT);
    }

    private void append(OperationFold fold, JournalEvent event) {
        parts.append(fold.id, OptionalLong.empty(), fold.lastSeq, List.of(event))
                .forEach(fold::apply);
    }

    /** Finds a row of an operation's table without throwing. */
    private static final class Rows {
        static <I> Optional<Row<I>> find(
                org.stretchdeploy.workflow.Workflow<I> workflow, OperationFold fold, String id) {
            try {
                return workflow.rows(workflow.decode(fold.submitted.input())).stream()
                        .filter(row -> row.id().equals(id))
                        .findFirst();
            } catch (RuntimeException e) {
                return Optional.empty();
            }
        }
    }
}
