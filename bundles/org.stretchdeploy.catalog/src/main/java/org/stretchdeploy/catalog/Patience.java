package org.stretchdeploy.catalog;

import java.time.Duration;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;

/** Counts failures in a row and waits longer after each; any progress begins anew. Not thread-safe. */
final class Patience {
    private final MoveOptions options;
    private final Waiter waiter;
    private int failures;

    Patience(MoveOptions options, Waiter waiter) {
        this.options = options;
        this.waiter = waiter;
    }

    void progressed() {
        failures = 0;
    }

    /**
     * Notes a failure and waits; false when there were too many, without waiting.
     *
     * @param asked how long the cloud asks us to wait
     */
    boolean pause(Optional<Duration> asked) throws InterruptedException {
        failures++;
        if (failures >= options.attempts()) {
            return false;
        }
        Duration own = options.firstWait().multipliedBy(1L << Math.min(20, failures - 1));
        Duration longest = options.longestWait();
        Duration time = asked.filter(a -> a.compareTo(own) > 0).orElse(own);
        waiter.await(time.compareTo(longest) > 0 ? longest : time);
        return true;
    }

    /** Whether a call that changes nothing, or that is idempotent, may be made again. */
    static boolean worthRepeating(CloudException e) {
        return e.category() == CloudException.Category.TRANSIENT || e.category() == CloudException.Category.EXTERNAL;
    }

    static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the move was stopped");
        }
    }
}
