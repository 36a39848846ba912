package org.stretchdeploy.spi;

import java.util.Objects;
import java.util.Optional;

/**
 * A handle on long work; its two texts survive in a journal.
 *
 * @param id    the cloud's task, empty when the work was done at once
 * @param owner the object that the work is about (the new one when something is made), when it is known
 */
public record CloudTask(Optional<String> id, Optional<ObjectId> owner) {
    public CloudTask {
        Objects.requireNonNull(id);
        Objects.requireNonNull(owner);
    }

    /** Work that is over already. */
    public static CloudTask done(ObjectId owner) {
        return new CloudTask(Optional.empty(), Optional.of(owner));
    }

    public static CloudTask done() {
        return new CloudTask(Optional.empty(), Optional.empty());
    }

    public static CloudTask running(String id, Optional<ObjectId> owner) {
        return new CloudTask(Optional.of(id), owner);
    }
}
