package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VApp;
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
 * A task that the cloud no longer knows (it forgot it in a restart) is started again: every piece is idempotent. For the
 * same reason a later attempt goes through all pieces again, but for a task that still runs: what a piece found in order
 * may have changed since.
 *
 * <p>An undo may meet a task of the row that it takes back, still running. {@link #settled} and {@link #idle} wait for
 * it, so that nothing of it happens after the undo has looked.
 */
public final class Work {
    private static final Duration POLL = Duration.ofMillis(300);
    private static final String RUNNING = "running";
    private static final String DO = "do.";
    private static final String UNDO = "undo.";

    private final StepScope<?> scope;
    private final Cloud cloud;
    private final String prefix;
    private boolean settled;

    public Work(StepScope<?> scope, Cloud cloud) {
        this.scope = scope;
        this.cloud = cloud;
        this.prefix = scope.undoing() ? UNDO : DO;
        this.settled = !scope.undoing();
    }

    /** Whether the piece is complete; starts it when that has not been done yet. */
    public boolean done(String piece, Supplier<CloudTask> start) {
        return owner(piece, start).isPresent();
    }

    /** Complete: the object that the piece was about, or an empty text; not complete: nothing. */
    public Optional<String> owner(String piece, Supplier<CloudTask> start) {
        if (!settled()) {
            return Optional.empty();
        }
        Optional<Running> running = running(prefix);
        if (running.filter(r -> r.piece().equals(piece)).isPresent()) {
            return poll(piece, running.get().task(), start);
        }
        Optional<Marker> marker =
                marker(prefix + piece).filter(m -> running.isPresent() || m.attempt() == scope.attempt());
        return marker.isPresent() ? Optional.of(marker.get().owner()) : begin(piece, start);
    }

    /** Says that a piece was complete, in which attempt, and by which task. */
    private record Marker(int attempt, String owner, String task) {}

    private Optional<Marker> marker(String key) {
        return scope.noted(key, String.class).map(n -> {
            String[] words = n.split("\\|", 3);
            return new Marker(Integer.parseInt(words[0]), words[1], words[2]);
        });
    }

    /** The task that was started last. */
    private record Running(String piece, CloudTask task) {}

    /** Empty when the task was seen to end. */
    private Optional<Running> running(String of) {
        return scope.noted(of + RUNNING, String.class)
                .filter(n -> !n.isEmpty())
                .map(n -> {
                    String[] words = n.split("\\|", 3);
                    Optional<ObjectId> owner =
                            words[1].isEmpty() ? Optional.empty() : Optional.of(new ObjectId(words[1]));
                    return new Running(words[0], CloudTask.running(words[2], owner));
                })
                .filter(r -> marker(of + r.piece())
                        .filter(m -> m.task().equals(r.task().id().orElse("")))
                        .isEmpty());
    }

    /** In an undo: whether what the row itself had started has ended, well or not. */
    public boolean settled() {
        if (settled) {
            return true;
        }
        Optional<Running> forward = running(DO);
        settled = forward.isEmpty() || ended(forward.get().task());
        if (settled && forward.isPresent()) {
            scope.note(DO + RUNNING, "");
        }
        return settled;
    }

    /** The same, for work that may take hours: it is asked to stop first. */
    public boolean stopped() {
        Optional<Running> forward = settled ? Optional.empty() : running(DO);
        if (forward.isPresent() && scope.noted("stopped", String.class).isEmpty()) {
            try {
                cloud.cancel(forward.get().task());
            } catch (CloudException e) {
                if (e.category() == CloudException.Category.TRANSIENT) {
                    throw e;
                }
                // a task that cannot be cancelled is waited for
            }
            scope.note("stopped", forward.get().piece());
        }
        return settled();
    }

    boolean undoing() {
        return scope.undoing();
    }

    private boolean ended(CloudTask task) {
        try {
            TaskStatus.State state = cloud.status(task).state();
            return state == TaskStatus.State.SUCCEEDED
                    || state == TaskStatus.State.FAILED
                    || state == TaskStatus.State.CANCELLED;
        } catch (CloudException e) {
            if (e.category() == CloudException.Category.NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    /**
     * In an undo: {@link #settled}, and no task holds these vApps either. A task whose reply was lost has left no handle,
     * but it holds what it works on.
     */
    public boolean idle(ObjectId... vApps) {
        if (!settled()) {
            return false;
        }
        for (ObjectId vApp : vApps) {
            if (scope.undoing()
                    && running(UNDO).isEmpty()
                    && cloud.inventory().findVApp(vApp).filter(VApp::busy).isPresent()) {
                scope.progress(0, 1, "count", "waiting for another task of the cloud");
                return false;
            }
        }
        return true;
    }

    private Optional<String> poll(String piece, CloudTask task, Supplier<CloudTask> start) {
        TaskStatus status;
        try {
            status = cloud.status(task);
        } catch (CloudException e) {
            if (e.category() == CloudException.Category.NOT_FOUND) {
                return begin(piece, start);
            }
            throw e;
        }
        switch (status.state()) {
            case SUCCEEDED -> {
                return finish(piece, status.owner().or(task::owner), task.id().orElse(""));
            }
            case FAILED, CANCELLED -> {
                scope.note(prefix + RUNNING, "");
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

    private Optional<String> begin(String piece, Supplier<CloudTask> start) {
        CloudTask task = start.get();
        if (task.id().isEmpty()) {
            return finish(piece, task.owner(), "");
        }
        String owner = task.owner().map(ObjectId::value).orElse("");
        scope.note(prefix + RUNNING, piece + "|" + owner + "|" + task.id().get());
        return poll(piece, task, start);
    }

    private Optional<String> finish(String piece, Optional<ObjectId> owner, String task) {
        String value = owner.map(ObjectId::value).orElse("");
        scope.note(prefix + piece, scope.attempt() + "|" + value + "|" + task);
        return Optional.of(value);
    }

    /** What a step answers while a piece is not complete. */
    public StepResult pause() {
        return StepResult.again(POLL);
    }
}
