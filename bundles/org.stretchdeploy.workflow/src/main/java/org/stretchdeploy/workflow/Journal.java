package org.stretchdeploy.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Where operations are kept. Every method is atomic and, when it changes something, durable when it returns. All may be
 * called from any thread. Each throws {@link WorkflowException} with JOURNAL_UNAVAILABLE when the store cannot be
 * reached; then nothing was changed, or at worst the outcome of that one write is unknown.
 */
public interface Journal extends AutoCloseable {

    /** What can be known of an operation without reading its events. */
    record Header(
            OperationId id,
            String workflow,
            int version,
            String idempotencyKey,
            String inputDigest,
            Set<String> lockKeys,
            Phase phase,
            long lastSeq,
            Instant submittedAt,
            Instant updatedAt) {}

    /**
     * Who claims an operation.
     *
     * @param node its name, the same after a restart
     * @param life differs after a restart: at most 40 characters that no other process has
     */
    record Claimant(String node, String life) {}

    /**
     * The right of one node to write step events of one operation.
     *
     * @param epoch fencing token: larger than that of every claim before
     * @param interrupted the claim before was never released
     * @param previousNode who had that claim; empty for the first claim
     * @param own whether the claim before was made by the same process, which therefore has not crashed: it could not
     *     write its release, or not read the answer to a claim
     * @param wakeAt what the last release said, if no event was appended since
     */
    record Claim(
            OperationId id,
            long epoch,
            boolean interrupted,
            Optional<String> previousNode,
            boolean own,
            Optional<Instant> wakeAt) {

        /** Whether who had the claim before was interrupted: it was never released, and its process is another one. */
        public boolean crashed() {
            return interrupted && !own;
        }
    }

    /** The expected sequence number was not the last one: somebody else appended. Read on and decide again. */
    final class StaleException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public StaleException(OperationId id, long expected, long actual) {
            super("operation " + id + ": expected last event " + expected + ", found " + actual, null, false, false);
        }
    }

    /** Another node has claimed the operation since. The caller must stop working on it at once. */
    final class FencedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public FencedException(OperationId id, long epoch) {
            super("operation " + id + ": claim " + epoch + " is no longer the last one", null, false, false);
        }
    }

    /** Answer of {@link #create}. */
    sealed interface Created {
        record New() implements Created {}

        /** The idempotency key is known; nothing was written. */
        record KeyUsed(Header existing) implements Created {}

        /** The lock key is held; nothing was written. */
        record LockHeld(String lockKey, OperationId holder) implements Created {}
    }

    /** Writes a new operation with its first event and takes its locks, or nothing. */
    Created create(OperationId id, String inputDigest, JournalEntry submitted);

    Optional<Header> header(OperationId id);

    Optional<Header> byIdempotencyKey(String idempotencyKey);

    /** Operations whose idempotency key begins with this text, newest first. */
    List<Header> byIdempotencyPrefix(String prefix);

    /** Lock keys that are held, with who holds them. */
    Map<String, OperationId> locks();

    /** All operations, newest first. */
    List<Header> list(int limit);

    /** Operations whose phase is not an end. */
    List<Header> unfinished();

    /** Events with a sequence number above the given one, in order. */
    List<JournalEntry> read(OperationId id, long afterSeq);

    /**
     * Appends events, numbered from {@code expectedLastSeq + 1}. An {@link JournalEvent.Ended} other than
     * NEEDS_OPERATOR, and {@link JournalEvent.Abandoned}, give the locks back in the same transaction.
     *
     * @param epoch of the writer's claim; empty for what anybody may write (cancel, signal, retry, stall)
     * @throws StaleException when another event came first
     * @throws FencedException when the claim is not the last one
     */
    List<JournalEntry> append(
            OperationId id, OptionalLong epoch, long expectedLastSeq, Instant at, List<JournalEvent> events);

    /** Takes the operation over, fencing off whoever had it. Who may do so when is the dispatcher's business. */
    Claim claim(OperationId id, Claimant who);

    /** Hands the operation back; ignored when fenced. */
    void release(Claim claim, Optional<Instant> wakeAt);

    /**
     * To be called when a node starts: what it claimed last and did not hand back for good, it lost in a crash. The
     * next claims of those operations say interrupted.
     */
    void nodeStarted(String node);

    /** To be called after the last turn of a node that stops in good order. */
    void nodeStopped(String node);

    /** Keeps the latest progress of an operation; not an event. */
    void saveProgress(OperationId id, Progress progress);

    Optional<Progress> progress(OperationId id);

    /** Throws JOURNAL_UNAVAILABLE when new operations cannot be taken in now. */
    void probe();

    /** The phase column after an event; the full state is the fold, this is what stores need to find work. */
    static Phase phaseAfter(Phase before, JournalEvent event, Iterable<JournalEntry> all) {
        if (event instanceof JournalEvent.Ended ended) {
            return ended.end();
        } else if (event instanceof JournalEvent.CompensationStarted) {
            return Phase.COMPENSATING;
        } else if (event instanceof JournalEvent.RetryRequested) {
            for (JournalEntry entry : all) {
                if (entry.event() instanceof JournalEvent.CompensationStarted) {
                    return Phase.COMPENSATING;
                }
            }
            return Phase.RUNNING;
        }
        return before;
    }

    /** Whether the locks of the operation are given back with this event. */
    static boolean givesLocksBack(JournalEvent event) {
        return event instanceof JournalEvent.Abandoned
                || event instanceof JournalEvent.Ended ended && ended.end() != Phase.NEEDS_OPERATOR;
    }

    @Override
    void close();
}
