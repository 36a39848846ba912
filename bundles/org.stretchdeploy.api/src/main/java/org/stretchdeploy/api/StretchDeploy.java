package org.stretchdeploy.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Plans, starts, follows, cancels operations. All calls are safe from any thread. */
public interface StretchDeploy {
    /**
     * Looks at both clouds and says what a deploy would do. Writes nothing, also not when findings block it.
     *
     * @throws StretchException NOT_FOUND for an unknown cloud or vApp, EXTERNAL when a cloud does not answer
     */
    Plan plan(StretchRequest request);

    /** The same for the way home. */
    Plan plan(ReturnRequest request);

    /**
     * Plans and starts. Returns at once; nothing has been written when it throws.
     *
     * @param idempotencyKey the same key and request give the same operation again
     * @throws StretchException BLOCKED with findings, CONFLICT when the vApp is in another operation or the key was
     *     used for something else
     */
    OperationId deploy(StretchRequest request, Optional<String> idempotencyKey);

    OperationId bringBack(ReturnRequest request, Optional<String> idempotencyKey);

    /** Newest first, at most {@code limit} (1 to 1000). */
    List<Operation> operations(int limit);

    /** @throws StretchException NOT_FOUND */
    Operation operation(OperationId id);

    /**
     * Asks to stop and go back; returns at once.
     *
     * @throws StretchException CONFLICT after the pivot or when it has ended
     */
    void cancel(OperationId id);

    /**
     * Ends the trial of a deploy: the machines stay in the target. Doing it twice is fine.
     *
     * @param id the deploy; also while it still runs
     * @throws StretchException CONFLICT when it is not on trial or its machines are on their way home
     */
    void commit(OperationId id);

    /** Goes on with an operation that needs an operator. @throws StretchException CONFLICT in any other state */
    void retry(OperationId id);

    /**
     * Gives every event after {@code afterSequence}, the stored ones first, until closed. Events come one at a time.
     *
     * @throws StretchException NOT_FOUND
     */
    Subscription follow(OperationId id, long afterSequence, Consumer<OperationEvent> listener);

    /** What is stretched now, for menus and {@code status}. */
    List<StretchedVApp> stretched();

    /** The tunnels of everything that is stretched now. */
    List<Tunnel> tunnels();

    /** @throws StretchException NOT_FOUND */
    default Tunnel tunnel(String id) {
        return tunnels().stream()
                .filter(tunnel -> tunnel.id().equals(id))
                .findFirst()
                .orElseThrow(() -> StretchException.notFound(
                        "unknown-tunnel",
                        "There is no tunnel " + Quoted.quote(id) + "; list them to see what is there."));
    }

    /** What this controller has measured; while its database is away, only what it knows without. Never throws. */
    List<Metric> metrics();

    /** Whether this node can do its work now; looks, and takes some seconds when its database does not answer. */
    Health health();

    /**
     * @param tunnel      state word of the tunnel: {@code up}, {@code connecting}, {@code down}
     * @param alarms      what a person should look at now
     * @param trialEndsAt when the first of its trials ends
     */
    record StretchedVApp(
            CloudName source,
            CloudName target,
            String vApp,
            List<String> vms,
            String tunnel,
            List<Alarm> alarms,
            Optional<Instant> trialEndsAt) {}

    /** Ends a {@link #follow}. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
