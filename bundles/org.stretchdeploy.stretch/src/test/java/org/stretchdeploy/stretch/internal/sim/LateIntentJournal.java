package org.stretchdeploy.stretch.internal.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;

/**
 * A broken engine: the intent of a step, and with it the debt of its undo, reaches the store only with the next
 * write to the journal, that is after the action was called.
 */
final class LateIntentJournal extends JournalWrapper {
    private record Held(OperationId id, OptionalLong epoch, long lastSeq, Instant at, List<JournalEvent> events) {}

    private Optional<Held> held = Optional.empty();

    LateIntentJournal(Journal store) {
        super(store);
    }

    private Journal flushed() {
        Optional<Held> late = held;
        held = Optional.empty();
        late.ifPresent(h -> store.append(h.id(), h.epoch(), h.lastSeq(), h.at(), h.events()));
        return store;
    }

    @Override
    public List<JournalEntry> append(
            OperationId id, OptionalLong epoch, long expectedLastSeq, Instant at, List<JournalEvent> events) {
        flushed();
        if (events.get(events.size() - 1) instanceof JournalEvent.StepIntended) {
            if (store.read(id, expectedLastSeq).isEmpty()) {
                held = Optional.of(new Held(id, epoch, expectedLastSeq, at, events));
                return pretended(held.get());
            }
        }
        return store.append(id, epoch, expectedLastSeq, at, events);
    }

    private static List<JournalEntry> pretended(Held h) {
        List<JournalEntry> entries = new ArrayList<>();
        h.events().forEach(e -> entries.add(new JournalEntry(h.lastSeq() + entries.size() + 1, h.at(), e)));
        return entries;
    }

    @Override
    public Created create(OperationId id, String inputDigest, JournalEntry submitted) {
        return flushed().create(id, inputDigest, submitted);
    }

    @Override
    public List<JournalEntry> read(OperationId id, long afterSeq) {
        List<JournalEntry> entries = new ArrayList<>(store.read(id, afterSeq));
        held.filter(h -> h.id().equals(id))
                .ifPresent(h ->
                        pretended(h).stream().filter(e -> e.seq() > afterSeq).forEach(entries::add));
        return entries;
    }

    @Override
    public Claim claim(OperationId id, Claimant who) {
        return flushed().claim(id, who);
    }

    @Override
    public void release(Claim claim, Optional<Instant> wakeAt) {
        flushed().release(claim, wakeAt);
    }

    @Override
    public void nodeStarted(String node) {
        flushed().nodeStarted(node);
    }

    @Override
    public void nodeStopped(String node) {
        flushed().nodeStopped(node);
    }

    @Override
    public void close() {
        flushed().close();
    }
}
