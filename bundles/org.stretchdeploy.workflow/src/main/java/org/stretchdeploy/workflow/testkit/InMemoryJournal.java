package org.stretchdeploy.workflow.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Progress;

/**
 * The journal without a database: the same answers, kept in this object. "Durable" means: as long as the object lives,
 * also after {@link #close}, so that a test can start a second engine on it.
 */
public final class InMemoryJournal implements Journal {
    private static final class Operation {
        private JournalEvent.OperationSubmitted submitted;
        private String digest;
        private final List<JournalEntry> entries = new ArrayList<>();
        private Phase phase = Phase.RUNNING;
        private long epoch;
        private Optional<String> node = Optional.empty();
        private Optional<String> life = Optional.empty();
        private boolean running;
        private Optional<Instant> wakeAt = Optional.empty();
        private long wakeSeq;
        private Optional<Progress> progress = Optional.empty();
    }

    private final Map<OperationId, Operation> operations = new LinkedHashMap<>();
    private final Map<String, OperationId> keys = new TreeMap<>();
    private final Map<String, OperationId> locks = new TreeMap<>();

    @Override
    public synchronized Created create(OperationId id, String inputDigest, JournalEntry entry) {
        JournalEvent.OperationSubmitted submitted = (JournalEvent.OperationSubmitted) entry.event();
        OperationId known = keys.get(submitted.idempotencyKey());
        if (known != null) {
            return new Created.KeyUsed(header(known).orElseThrow());
        }
        for (String lock : submitted.lockKeys()) {
            OperationId holder = locks.get(lock);
            if (holder != null) {
                return new Created.LockHeld(lock, holder);
            }
        }
        Operation operation = new Operation();
        operation.submitted = submitted;
        operation.digest = inputDigest;
        operation.entries.add(entry);
        operations.put(id, operation);
        keys.put(submitted.idempotencyKey(), id);
        submitted.lockKeys().forEach(lock -> locks.put(lock, id));
        return new Created.New();
    }

    @Override
    public synchronized Optional<Header> header(OperationId id) {
        return Optional.ofNullable(operations.get(id)).map(operation -> header(id, operation));
    }

    private static Header header(OperationId id, Operation operation) {
        return new Header(
                id,
                operation.submitted.workflow(),
                operation.submitted.version(),
                operation.submitted.idempotencyKey(),
                operation.digest,
                operation.submitted.lockKeys(),
                operation.phase,
                operation.entries.size(),
                operation.entries.get(0).at(),
                operation.entries.get(operation.entries.size() - 1).at());
    }

    @Override
    public synchronized Optional<Header> byIdempotencyKey(String idempotencyKey) {
        return Optional.ofNullable(keys.get(idempotencyKey)).flatMap(this::header);
    }

    @Override
    public synchronized List<Header> byIdempotencyPrefix(String prefix) {
        return list(Integer.MAX_VALUE).stream()
                .filter(header -> header.idempotencyKey().startsWith(prefix))
                .toList();
    }

    @Override
    public synchronized Map<String, OperationId> locks() {
        return Map.copyOf(locks);
    }

    @Override
    public synchronized List<Header> list(int limit) {
        return operations.entrySet().stream()
                .map(each -> header(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(Header::submittedAt)
                        .thenComparing(Header::id)
                        .reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Header> unfinished() {
        return operations.entrySet().stream()
                .filter(each -> !each.getValue().phase.isEnd())
                .map(each -> header(each.getKey(), each.getValue()))
                .toList();
    }

    @Override
    public synchronized List<JournalEntry> read(OperationId id, long afterSeq) {
        Operation operation = operations.get(id);
        if (operation == null || afterSeq >= operation.entries.size()) {
            return List.of();
        }
        return List.copyOf(operation.entries.subList((int) afterSeq, operation.entries.size()));
    }

    @Override
    public synchronized List<JournalEntry> append(
            OperationId id, OptionalLong epoch, long expectedLastSeq, Instant at, List<JournalEvent> events) {
        Operation operation = operations.get(id);
        if (epoch.isPresent() && operation.epoch != epoch.getAsLong()) {
            throw new FencedException(id, epoch.getAsLong());
        }
        if (operation.entries.size() != expectedLastSeq) {
            throw new StaleException(id, expectedLastSeq, operation.entries.size());
        }
        List<JournalEntry> added = new ArrayList<>();
        for (JournalEvent event : events) {
            JournalEntry entry = new JournalEntry(operation.entries.size() + 1L, at, event);
            operation.entries.add(entry);
            added.add(entry);
            operation.phase = Journal.phaseAfter(operation.phase, event, operation.entries);
            if (Journal.givesLocksBack(event)) {
                locks.values().removeIf(id::equals);
            }
        }
        return added;
    }

    @Override
    public synchronized Claim claim(OperationId id, Claimant who) {
        Operation operation = operations.get(id);
        Claim claim = new Claim(
                id,
                operation.epoch + 1,
                operation.running,
                operation.node,
                operation.life.equals(Optional.of(who.life())),
                operation.wakeSeq == operation.entries.size() ? operation.wakeAt : Optional.empty());
        operation.epoch++;
        operation.running = true;
        operation.node = Optional.of(who.node());
        operation.life = Optional.of(who.life());
        return claim;
    }

    @Override
    public synchronized void release(Claim claim, Optional<Instant> wakeAt) {
        Operation operation = operations.get(claim.id());
        if (operation.epoch == claim.epoch()) {
            operation.running = false;
            operation.wakeAt = wakeAt;
            operation.wakeSeq = operation.entries.size();
        }
    }

    @Override
    public synchronized void nodeStarted(String node) {
        operations.values().stream()
                .filter(operation -> !operation.phase.isEnd() && operation.node.equals(Optional.of(node)))
                .forEach(operation -> operation.running = true);
    }

    @Override
    public synchronized void nodeStopped(String node) {
        operations.values().stream()
                .filter(operation -> !operation.running && operation.node.equals(Optional.of(node)))
                .forEach(operation -> operation.node = Optional.empty());
    }

    @Override
    public synchronized void saveProgress(OperationId id, Progress progress) {
        operations.get(id).progress = Optional.of(progress);
    }

    @Override
    public synchronized Optional<Progress> progress(OperationId id) {
        return Optional.ofNullable(operations.get(id)).flatMap(operation -> operation.progress);
    }

    @Override
    public void probe() {
        // memory is always there
    }

    @Override
    public void close() {
        // what was written stays, as in a file
    }
}
