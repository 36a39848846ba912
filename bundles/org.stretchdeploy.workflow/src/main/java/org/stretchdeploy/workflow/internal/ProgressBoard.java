package org.stretchdeploy.workflow.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.WorkflowException;

/** The latest progress of what runs on this node, saved now and then for the other nodes. Thread-safe. */
final class ProgressBoard {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressBoard.class);
    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(2);

    private record Mark(Progress progress, Instant savedAt) {}

    private final Journal journal;
    private final Map<OperationId, Mark> marks = new ConcurrentHashMap<>();

    ProgressBoard(Journal journal) {
        this.journal = journal;
    }

    /** Whether the report tells anything new. */
    boolean report(OperationId id, Progress progress) {
        Mark before = marks.get(id);
        if (before != null && before.progress().sameAs(progress)) {
            return false;
        }
        boolean save = before == null
                || !before.progress().stepId().equals(progress.stepId())
                || !progress.at().isBefore(before.savedAt().plus(SAVE_INTERVAL));
        marks.put(id, new Mark(progress, save ? progress.at() : before.savedAt()));
        if (save) {
            save(id, progress);
        }
        return true;
    }

    private void save(OperationId id, Progress progress) {
        try {
            journal.saveProgress(id, progress);
        } catch (WorkflowException e) {
            LOG.warn("event=progress-not-saved operation={} reason=\"{}\"", id, e.getMessage());
        }
    }

    Optional<Progress> latest(OperationId id) {
        Optional<Progress> saved = journal.progress(id);
        return Optional.ofNullable(marks.get(id))
                .map(Mark::progress)
                .filter(here ->
                        saved.isEmpty() || !here.at().isBefore(saved.get().at()))
                .or(() -> saved);
    }

    void forget(OperationId id) {
        marks.remove(id);
    }
}
