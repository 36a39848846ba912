package org.stretchdeploy.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for conditions, never for time. */
final class Wait {
    private static final long STEP_MILLIS = 50;

    private Wait() {}

    static void until(Duration limit, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new LabException("gave up waiting for " + what + " after " + limit.toSeconds() + " s");
            }
            pause();
        }
    }

    static void pause() {
        Ending.pass();
        try {
            Thread.sleep(STEP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
