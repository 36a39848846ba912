package org.stretchdeploy.vendor.vcd.internal;

import java.time.Duration;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;

/** Waits for tasks of seconds, where one call of the SPI needs several of them one after another. Thread-safe. */
final class ShortWaits {
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final Entities entities;
    private final VcdTasks tasks;

    ShortWaits(Entities entities, VcdTasks tasks) {
        this.entities = entities;
        this.tasks = tasks;
    }

    /**
     * Waits until the work behind an answer has succeeded.
     *
     * @throws CloudException its failure, or TRANSIENT when it takes longer than the limit
     */
    void finish(Reply reply, Duration limit) {
        Optional<Work> work = entities.work(reply);
        if (work.isEmpty()) {
            return;
        }
        long end = System.nanoTime() + limit.toNanos();
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2)) {
            TaskStatus status = tasks.status(work.get().running(Optional.empty()));
            if (status.state() == TaskStatus.State.SUCCEEDED) {
                return;
            }
            if (status.ended()) {
                throw status.failure()
                        .orElseGet(() -> new CloudException(
                                "task-cancelled", Category.EXTERNAL, "A task of the cloud was cancelled."));
            }
            if (System.nanoTime() > end) {
                throw new CloudException(
                        "edge-slow",
                        Category.TRANSIENT,
                        "The cloud is still working on a part of the change; it goes on where it stopped.",
                        Optional.of(Duration.ofSeconds(5)),
                        null);
            }
            pause(pause);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException(
                    "interrupted", Category.TRANSIENT, "Interrupted while waiting for the cloud.", Optional.empty(), e);
        }
    }
}
