package org.stretchdeploy.spi;

import java.util.Optional;

/**
 * Where long work stands.
 *
 * @param percent 0 to 100
 * @param text    what is going on, for people
 * @param owner   the object it is about
 * @param failure present when it failed
 */
public record TaskStatus(
        State state, int percent, String text, Optional<ObjectId> owner, Optional<CloudException> failure) {
    /** Where a task stands; the last three are ends. */
    public enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    public boolean ended() {
        return state.compareTo(State.SUCCEEDED) >= 0;
    }

    public static TaskStatus succeeded(Optional<ObjectId> owner) {
        return new TaskStatus(State.SUCCEEDED, 100, "done", owner, Optional.empty());
    }
}
