package org.stretchdeploy.stretch.internal.sim;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Progress;

/** Passes everything on: what broken journals begin with. */
class JournalWrapper implements Journal {
    final Journal store;

    JournalWrapper(Journal store) {
        this.store = store;
    }

    @Override
    public Created create(OperationId id, String inputDigest, JournalEntry submitted) {
        return store.create(id, inputDigest, submitted);
    }

    @Override
    public Optional<Header> header(OperationId id) {
        return store.header(id);
    }

    @Override
    public Optional<Header> byIdempotencyKey(String idempotencyKey) {
        return store.byIdempotencyKey(idempotencyKey);
    }

    @Override
    public List<Header> byIdempotencyPrefix(String prefix) {
        return store.byIdempotencyPrefix(prefix);
    }

    @Override
    public Map<String, OperationId> locks() {
        return store.locks();
    }

    @Override
    public List<Header> list(int limit) {
        return store.list(limit);
    }

    @Override
    public void probe() {
        store.probe();
    }

    @Override
    public List<Header> unfinished() {
        return store.unfinished();
    }

    @Override
    public List<JournalEntry> read(OperationId id, long afterSeq) {
        return store.read(id, afterSeq);
    }

    @Override
    public List<JournalEntry> append(
            OperationId id, OptionalLong epoch, long expectedLastSeq, Instant at, List<JournalEvent> events) {
        return store.append(id, epoch, expectedLastSeq, at, events);
    }

    @Override
    public Claim claim(OperationId id, Claimant who) {
        return store.claim(id, who);
    }

    @Override
    public void release(Claim claim, Optional<Instant> wakeAt) {
        store.release(claim, wakeAt);
    }

    @Override
    public void nodeStarted(String node) {
        store.nodeStarted(node);
    }

    @Override
    public void nodeStopped(String node) {
        store.nodeStopped(node);
    }

    @Override
    public void saveProgress(OperationId id, Progress progress) {
        store.saveProgress(id, progress);
    }

    @Override
    public Optional<Progress> progress(OperationId id) {
        return store.progress(id);
    }

    @Override
    public void close() {
        store.close();
    }
}
