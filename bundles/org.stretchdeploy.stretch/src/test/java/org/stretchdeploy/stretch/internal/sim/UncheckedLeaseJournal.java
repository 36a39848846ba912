package org.stretchdeploy.stretch.internal.sim;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;

/** A broken journal: nobody looks whether the writer's claim is still the last one. */
final class UncheckedLeaseJournal extends JournalWrapper {
    UncheckedLeaseJournal(Journal store) {
        super(store);
    }

    @Override
    public List<JournalEntry> append(
            OperationId id, OptionalLong epoch, long expectedLastSeq, Instant at, List<JournalEvent> events) {
        return store.append(id, OptionalLong.empty(), expectedLastSeq, at, events);
    }
}
