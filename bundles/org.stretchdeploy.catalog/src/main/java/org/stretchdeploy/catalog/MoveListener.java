package org.stretchdeploy.catalog;

/** Hears about progress, in the thread of the move, at least once per chunk. Must return quickly. */
@FunctionalInterface
public interface MoveListener {
    /** Hears nothing. */
    MoveListener NONE = progress -> {};

    void progress(MoveProgress progress);
}
