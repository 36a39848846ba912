package org.stretchdeploy.workflow;

import java.time.Instant;
import java.util.Optional;

/**
 * Decides when, and on which node and thread, an operation gets its next turn. Never two turns of one operation at a
 * time. A turn too many does no harm: the journal knows what is due.
 */
public interface Dispatcher extends AutoCloseable {

    /** One turn: runs every step that is due. */
    @FunctionalInterface
    interface Turn {
        /** When the next turn is due; empty when the operation has ended. */
        Optional<Instant> run(OperationId id);
    }

    /** Called once, before the first wake. */
    void start(Turn turn);

    /** Sees to a turn at the given time or earlier; if one is running, to another after it. */
    void wake(OperationId id, Instant at);

    /** Lets running turns end, starts no more, frees all threads. */
    @Override
    void close();
}
