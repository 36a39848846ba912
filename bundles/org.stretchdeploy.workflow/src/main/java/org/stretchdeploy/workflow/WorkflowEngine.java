package org.stretchdeploy.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.store.StoreException;

/**
 * Runs operations to one of their four ends. Thread-safe. Every refusal is a {@link WorkflowException}; every method
 * that changes something has made it durable when it returns.
 */
@ProviderType
public interface WorkflowEngine extends AutoCloseable {

    /** Starts to describe an engine on a given journal. */
    static EngineBuilder on(Journal journal) {
        return new EngineBuilder(journal);
    }

    /**
     * Starts to describe an engine whose journal is in a database; opens it and brings its schema up to date. On
     * PostgreSQL several nodes may share the work.
     *
     * @throws WorkflowException JOURNAL_UNAVAILABLE when the database cannot be used
     */
    static EngineBuilder on(DatabaseSettings settings) {
        Database database;
        try {
            database = Database.open(settings);
        } catch (StoreException e) {
            throw new WorkflowException(WorkflowException.Code.JOURNAL_UNAVAILABLE, e.getMessage(), e);
        }
        return new EngineBuilder(database, true);
    }

    /** The same on a database that others use, too; the engine does not close it. */
    static EngineBuilder on(Database database) {
        return new EngineBuilder(database, false);
    }

    /**
     * Makes a workflow known. Operations of it that wait since a restart go on at once. Several versions of one name
     * may be registered together: an operation stays with the version it was submitted to.
     *
     * @return takes the workflow away again when closed: its operations stop before their next step and stay where they
     *     are; close returns when none of its actions runs any more, at the latest after ten seconds
     * @throws WorkflowException INVALID when that name and version is already registered
     */
    Registration register(Workflow<?> workflow);

    /**
     * Accepts an operation and returns at once.
     *
     * @throws WorkflowException NOT_FOUND for an unknown workflow, INVALID for an input that its codec or its table
     *     refuses, CONFLICT when the idempotency key was used with another input or a lock key is held (the sentence
     *     names the holder)
     */
    OperationId submit(Submission submission);

    /** The same for an input in its Java form. */
    default <I> OperationId submit(Workflow<I> workflow, I input, String idempotencyKey, String... lockKeys) {
        return submit(Submission.of(workflow.name(), workflow.encode(input), idempotencyKey)
                .locking(lockKeys));
    }

    /** @throws WorkflowException JOURNAL_UNAVAILABLE when new operations cannot be taken in now */
    void probe();

    /** Answer to a wish to cancel. */
    enum CancelOutcome {
        /** It will go back, also if it was asked before. */
        REQUESTED,
        /** The pivot is passed: it can only go forward. */
        TOO_LATE,
        ALREADY_ENDED
    }

    /** Wishes that an operation goes back; also one that has stopped at a failure before the pivot. */
    CancelOutcome cancel(OperationId id, String by, String reason);

    /**
     * Lets an operation in NEEDS_OPERATOR go on where it stopped, in the same direction.
     *
     * @throws WorkflowException WRONG_PHASE when it is in another phase or was abandoned
     */
    void retry(OperationId id, String by);

    /**
     * Says that an operator has dealt with the remaining steps of a NEEDS_OPERATOR operation by hand: its locks are
     * given back. It keeps its end.
     *
     * @throws WorkflowException WRONG_PHASE when it is in another phase
     */
    void abandon(OperationId id, String by, String reason);

    /** Sends a value that steps can read with {@link StepScope#signal}; a waiting row is called at once. */
    void signal(OperationId id, String name, JsonNode value, String by);

    Optional<OperationState> find(OperationId id);

    /** Newest first, at most {@code limit}. Reads that many journals: for people, not for a look every few seconds. */
    List<OperationState> list(int limit);

    /** Operations whose idempotency key begins with this text, newest first; reads no other journals. */
    List<OperationState> withKeyPrefix(String prefix);

    /**
     * Lock keys that are held, with who holds them: operations that have not ended, and those that need an operator and
     * were not abandoned. Reads no journal.
     */
    Map<String, OperationId> locks();

    /** The events after the given sequence number (0 = all), in order. */
    List<JournalEntry> history(OperationId id, long afterSeq);

    default List<JournalEntry> history(OperationId id) {
        return history(id, 0);
    }

    /** Hears the events of every operation that this node writes from now on. */
    Registration subscribe(WorkflowListener listener);

    /** Hears the events of one operation from the given sequence number on (0 = from its first), past ones included. */
    Registration subscribe(OperationId id, long afterSeq, WorkflowListener listener);

    /** Completes with the state at the next end of the operation (at once if it has ended). Never fails by itself. */
    CompletableFuture<OperationState> whenEnded(OperationId id);

    /** Registered workflows, by name and version. */
    List<Workflow<?>> workflows();

    /** Stops in good order: running actions return, nothing new begins, unfinished operations go on after a restart. */
    @Override
    void close();

    /** Ends what it was returned by. Closing twice is fine. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
