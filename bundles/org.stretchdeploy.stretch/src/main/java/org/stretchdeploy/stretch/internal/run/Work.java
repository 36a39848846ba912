package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/**
 * Long work of a cloud inside one step: starts each piece once, remembers its task in the journal, and asks for its
 * state on every later call. A sequence of pieces reads top down:
 *
 * <pre>{@code
 * Work work = new Work(scope, cloud);
 * if (!work.done("power-off", () -> cloud.vApps().powerOff(vm)) || !work.done("delete", () -> ...)) {
 *     return work.pause();
 * }
 * }</pre>
 *
 * A task that the cloud no longer knows (it forgot it in a restart) is started again: every piece is idempotent.
 */
public final class Work {
    private static final Duration POLL = Duration.ofMillis(300);

    private final StepScope<?> scope;
    private final Cloud cloud;
    private final String prefix;

    public Work(StepScope<?> scope, Cloud cloud) {
        this.scope = scope;
        this.cloud = cloud;
        this.prefix = scope.undoing() ? "undo." : "do.";
    }

    /** Whether the piece is complete; starts it when that has not been done yet. */
    public boolean done(String piece, Supplier<CloudTask> start) {
        return owner(piece, start).isPresent();
    }

    /** Complete: the object that the piece was about, or an empty text; not complete: nothing. */
    public Optional<String> owner(String piece, Supplier<CloudTask> start) {
        String key = prefix + piece;
        String noted = scope.noted(key, String.class).orElse("");
        if (noted.startsWith("=")) {
            return Optional.of(noted.substring(1));
        }
        CloudTask task = noted.isEmpty() ? begin(key, start) : parse(noted);
        if (task.id().isEmpty()) {
            return finish(key, task.owner());
        }
        return poll(key, piece, task, start);
    }

    private Optional<String> poll(String key, String piece, CloudTask task, Supplier<CloudTask> start) {
        TaskStatus status;
        try {
            status = cloud.status(task);
        } catch (CloudException e) {
            if (e.category() == CloudException.Category.NOT_FOUND) {
                CloudTask again = begin(key, start);
                return again.id().isEmpty() ? finish(key, again.owner()) : Optional.empty();
            }
            throw e;
        }
        switch (status.state()) {
            case SUCCEEDED -> {
                return finish(key, status.owner().or(task::owner));
            }
            case FAILED, CANCELLED -> {
                scope.note(key, "");
                throw status.failure()
                        .orElseGet(() -> new CloudException(
                                "task-" + status.state().name().toLowerCase(java.util.Locale.ROOT),
                                CloudException.Category.EXTERNAL,
                                "The cloud's task ended as " + status.state() + ": " + status.text()));
            }
            default -> {
                scope.progress(status.percent(), 100, "percent", piece.replace('-', ' '));
                return Optional.empty();
            }
        }
    }

    private CloudTask begin(String key, Supplier<CloudTask> start) {
        CloudTask task = start.get();
        if (task.id().isPresent()) {
            scope.note(key, task.id().get() + "|" + task.owner().map(ObjectId::value).orElse(""));
        }
        return task;
    }

    private Optional<String> finish(String key, Optional<ObjectId> owner) {
        String value = owner.map(ObjectId::value).orElse("");
        scope.note(key, "=" + value);
        return Optional.of(value);
    }

    private static CloudTask parse(String noted) {
        int bar = noted.indexOf('|');
        String owner = noted.substring(bar + 1);
        return CloudTask.running(
                noted.substring(0, bar), owner.isEmpty() ? Optional.empty() : Optional.of(new ObjectId(owner)));
    }

    /** What a step answers while a piece is not complete. */
    public StepResult pause() {
        return StepResult.again(POLL);
    }
}
