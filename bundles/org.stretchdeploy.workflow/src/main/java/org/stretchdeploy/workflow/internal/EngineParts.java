package org.stretchdeploy.workflow.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;

/** The way every event takes: to the journal first, then to the listeners, in one order per operation. */
final class EngineParts {
    private static final int STRIPES = 32;

    final Journal journal;
    final Clock clock;
    final EventStream events;
    final ProgressBoard progress;
    final CancelBoard cancels;
    /** Name of this node, for the events of the steps that it runs. */
    final Optional<String> here;

    private final Object[] stripes = new Object[STRIPES];

    EngineParts(Journal journal, Clock clock, EventStream events, ProgressBoard progress, String node) {
        this.journal = journal;
        this.clock = clock;
        this.events = events;
        this.progress = progress;
        this.here = Optional.of(node);
        this.cancels = new CancelBoard(journal, clock);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    /** Milliseconds are what every store keeps. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** The stripe lock makes listeners hear events in journal order; no other lock is taken inside but the stream's. */
    List<JournalEntry> append(OperationId id, OptionalLong epoch, long expectedLastSeq, List<JournalEvent> events) {
        synchronized (stripes[Math.floorMod(id.hashCode(), STRIPES)]) {
            List<JournalEntry> entries = journal.append(id, epoch, expectedLastSeq, now(), events);
            this.events.appended(id, entries);
            return entries;
        }
    }
}
