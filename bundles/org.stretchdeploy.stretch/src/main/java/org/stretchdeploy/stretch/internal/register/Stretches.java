package org.stretchdeploy.stretch.internal.register;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.stretchdeploy.stretch.internal.model.Stretch;

/** The stretches that exist now. Writes are durable when they return. Thread-safe. */
public interface Stretches {
    Optional<Stretch> find(String id);

    List<Stretch> all();

    /** Adds or replaces. */
    void put(Stretch stretch);

    /**
     * Changes a stretch that is there; nothing happens when it is not. No change of another caller is lost: an
     * implementation that others may write to meanwhile holds them off.
     */
    default void update(String id, UnaryOperator<Stretch> change) {
        find(id).map(change).ifPresent(this::put);
    }

    /** Absent is done. */
    void remove(String id);

    default Optional<Stretch> of(String sourceCloud, String vAppName) {
        return all().stream()
                .filter(s -> s.deploy().source().equals(sourceCloud)
                        && s.deploy().vApp().equals(vAppName))
                .findFirst();
    }
}
