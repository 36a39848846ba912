package org.stretchdeploy.catalog;

import java.time.Duration;

/** Lets time pass. Injected, so that the mover itself never sleeps. */
@FunctionalInterface
public interface Waiter {
    /**
     * Returns after about this time.
     *
     * @throws InterruptedException if the move is to stop
     */
    void await(Duration time) throws InterruptedException;
}
