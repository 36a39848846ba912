package org.stretchdeploy.workflow.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;

/**
 * Answers a running action that asks whether it is cancelled: at once for a cancel on this node, within a second for
 * one on another. Thread-safe; cheap enough to be asked for every chunk of a copy.
 */
final class CancelBoard {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final Journal journal;
    private final Clock clock;
    private final Set<OperationId> cancelled = ConcurrentHashMap.newKeySet();
    private final Map<OperationId, Instant> looked = new ConcurrentHashMap<>();

    CancelBoard(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    void requested(OperationId id) {
        cancelled.add(id);
    }

    boolean seen(OperationId id) {
        if (cancelled.contains(id)) {
            return true;
        }
        Instant now = clock.instant();
        Instant last = looked.get(id);
        if (last == null || !now.isBefore(last.plus(LOOK_INTERVAL))) {
            looked.put(id, now);
            if (journal.read(id, 0).stream().anyMatch(e -> e.event() instanceof JournalEvent.CancelRequested)) {
                cancelled.add(id);
                return true;
            }
        }
        return false;
    }

    void forget(OperationId id) {
        cancelled.remove(id);
        looked.remove(id);
    }
}
