package org.stretchdeploy.workflow.testkit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Progress;

/**
 * A journal that kills its process at one of its writes: {@link SimulatedCrash} is thrown before or after the write
 * reached the store, and from then on by every call. Start the next engine on the same store.
 */
public final class CrashingJournal implements Journal {
    /** Which side of the write. */
    public enum Side {
        BEFORE,
        AFTER
    }

    private final Journal store;
    private final long crashAtWrite;
    private final Side side;
    private long pauseAtWrite;
    private Runnable pause = () -> {};
    private long writes;
    private boolean dead;

    /** @param crashAtWrite counted from 1; 0 = never */
    public CrashingJournal(Journal store, long crashAtWrite, Side side) {
        this.store = store;
        this.crashAtWrite = crashAtWrite;
        this.side = side;
    }

    /**
     * Stops the writer before one of its writes, counted from 1, until the given work is done: a node that was halted so
     * long that another one took its operation over, and then goes on.
     */
    public void pauseAt(long write, Runnable work) {
        pauseAtWrite = write;
        pause = work;
    }

    /** The process dies now: every call from now on throws {@link SimulatedCrash}. */
    public void die() {
        dead = true;
    }

    /** How many writes there were. */
    public long writes() {
        return writes;
    }

    public boolean crashed() {
        return dead;
    }

    private <T> T write(Supplier<T> write) {
        requireAlive();
        writes++;
        if (writes == pauseAtWrite) {
            pause.run();
        }
        if (writes == crashAtWrite && side == Side.BEFORE) {
            dead = true;
            throw new SimulatedCrash("before write " + writes);
        }
        T answer = write.get();
        if (writes == crashAtWrite) {
            dead = true;
            throw new SimulatedCrash("after write " + writes);
        }
        return answer;
    }

    private void requireAlive() {
        if (dead) {
            throw new SimulatedCrash("already dead");
        }
    }

    private Journal alive() {
        requireAlive();
        return store;
    }

    @Override
    public Created create(OperationId id, String inputDigest, JournalEntry submitted) {
        return write(() -> store.create(id, inputDigest, submitted));
    }

    @Override
    public List<JournalEntry> append(
            OperationId id, OptionalLong epoch, long expectedLastSeq, Instant at, List<JournalEvent> events) {
        return write(() -> store.append(id, epoch, expectedLastSeq, at, events));
    }

    @Override
    public Claim claim(OperationId id, Claimant who) {
        return write(() -> store.claim(id, who));
    }

    @Override
    public void release(Claim claim, Optional<Instant> wakeAt) {
        write(() -> {
            store.release(claim, wakeAt);
            return true;
        });
    }

    @Override
    public void nodeStarted(String node) {
        alive().nodeStarted(node);
    }

    @Override
    public void nodeStopped(String node) {
        alive().nodeStopped(node);
    }

    @Override
    public void saveProgress(OperationId id, Progress progress) {
        alive().saveProgress(id, progress);
    }

    @Override
    public Optional<Progress> progress(OperationId id) {
        return alive().progress(id);
    }

    @Override
    public Optional<Header> header(OperationId id) {
        return alive().header(id);
    }

    @Override
    public Optional<Header> byIdempotencyKey(String idempotencyKey) {
        return alive().byIdempotencyKey(idempotencyKey);
    }

    @Override
    public List<Header> byIdempotencyPrefix(String prefix) {
        return alive().byIdempotencyPrefix(prefix);
    }

    @Override
    public Map<String, OperationId> locks() {
        return alive().locks();
    }

    @Override
    public List<Header> list(int limit) {
        return alive().list(limit);
    }

    @Override
    public List<Header> unfinished() {
        return alive().unfinished();
    }

    @Override
    public List<JournalEntry> read(OperationId id, long afterSeq) {
        return alive().read(id, afterSeq);
    }

    @Override
    public void probe() {
        store.probe();
    }

    @Override
    public void close() {
        if (!dead) {
            store.close();
        }
    }
}
