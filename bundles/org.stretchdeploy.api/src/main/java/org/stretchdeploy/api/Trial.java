package org.stretchdeploy.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The trial of a deploy as it stands.
 *
 * @param endsAt when the machines return by themselves; empty while the deploy itself is not through
 */
public record Trial(State state, TargetWrites writes, Optional<Instant> endsAt) {
    /** Where it stands. */
    public enum State {
        /** The deploy is not through yet. */
        PENDING,
        /** The machines run in the target; they return at the end unless the deploy is committed. */
        RUNNING,
        /** It was committed: the machines stay. */
        COMMITTED,
        /** The time is over, the machines are on their way home. */
        RETURNING,
        /** The machines are home again. */
        RETURNED,
        /** The time is over, and the machines could not return yet; the operation has an alarm that says why. */
        OVERDUE
    }
}
