package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.vendor.vcd.internal.http.Failures;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads Task documents. Pure functions. */
public final class Tasks {
    private static final Set<String> UNFINISHED = Set.of("queued", "preRunning", "running");

    private Tasks() {}

    public static boolean unfinished(Elem task) {
        return UNFINISHED.contains(task.attribute("status"));
    }

    /** The task that holds an entity now. */
    public static Optional<Elem> unfinishedOf(Elem entity) {
        return entity.at("Tasks").flatMap(tasks -> tasks.children("Task").stream()
                .filter(Tasks::unfinished)
                .findFirst());
    }

    /** The task that an answer stands for: the answer itself, or the one in the entity, unfinished before finished. */
    public static Optional<Elem> in(Elem answer) {
        if (answer.is("Task")) {
            return Optional.of(answer);
        }
        return unfinishedOf(answer).or(() -> answer.at("Tasks", "Task"));
    }

    /** Failure of the newest failed task that the entity shows. */
    public static Optional<CloudException> failureOf(Elem entity) {
        return entity.at("Tasks").flatMap(tasks -> tasks.children("Task").stream()
                .flatMap(task -> failure(task).stream())
                .findFirst());
    }

    public static TaskStatus.State state(Elem task) {
        return switch (task.attribute("status")) {
            case "queued", "preRunning" -> TaskStatus.State.QUEUED;
            case "success" -> TaskStatus.State.SUCCEEDED;
            case "error" -> TaskStatus.State.FAILED;
            case "aborted", "canceled" -> TaskStatus.State.CANCELLED;
            default -> TaskStatus.State.RUNNING;
        };
    }

    public static int percent(Elem task) {
        return state(task) == TaskStatus.State.SUCCEEDED
                ? 100
                : (int) Math.max(0, Math.min(100, task.number(0, "Progress")));
    }

    public static String text(Elem task) {
        return task.attribute("operation");
    }

    public static Optional<String> ownerHref(Elem task) {
        return task.at("Owner").map(owner -> owner.attribute("href")).filter(href -> !href.isEmpty());
    }

    public static Optional<CloudException> failure(Elem task) {
        if (state(task) != TaskStatus.State.FAILED) {
            return Optional.empty();
        }
        return Optional.of(task.at("Error")
                .map(error -> Failures.ofTask(error, task.attribute("operationName")))
                .orElseGet(() -> new CloudException(
                        "task-failed",
                        CloudException.Category.EXTERNAL,
                        "A task of the cloud failed without a reason.")));
    }
}
