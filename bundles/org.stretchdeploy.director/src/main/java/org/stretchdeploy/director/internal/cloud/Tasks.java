package org.stretchdeploy.director.internal.cloud;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Ref;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.store.Store;

/**
 * Long-running operations. A task is part of the state from the update that starts it; its work runs afterwards on a
 * thread of its own without the store's lock, and hands back the change that completes it. That change and the task's
 * end are one update, so a client never sees the one without the other.
 */
public final class Tasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);
    private static final int KEPT = 2000;
    private static final int MAX_RUNNING = 256;

    private final Store store;
    private final Map<String, TaskRun> runs = new ConcurrentHashMap<>();
    private final ExecutorService executor;

    public Tasks(Store store) {
        this.store = store;
        AtomicInteger number = new AtomicInteger();
        this.executor = Executors.newFixedThreadPool(8, work -> {
            Thread thread = new Thread(work, "director-task-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * What a task is.
     *
     * @param running text in progressive tense, {@code done} the same in past tense
     * @param locks   entities that nobody else may change meanwhile
     */
    public record Spec(String operationName, String running, String done, Ref owner, List<String> locks) {

        /** A spec with the texts {@code verb-ing noun name(id)} and {@code verb-ed noun name(id)}. */
        public static Spec of(
                String operationName, String running, String done, String noun, Ref owner, List<String> locks) {
            String rest = " " + noun + " " + owner.name() + "(" + owner.id() + ")";
            return new Spec(operationName, running + rest, done + rest, owner, locks);
        }
    }

    /** The part of a task that may take long. */
    public interface Work {
        /** @return the change of the state that completes the task */
        Consumer<CloudState> run(TaskRun run) throws Exception;
    }

    /** Starts a task; called inside an update. The locks must have been checked with {@link Locks}. */
    public Task start(CloudState s, Principal by, Spec spec, Work work) {
        if (s.tasks.values().stream().filter(Task::running).count() >= MAX_RUNNING) {
            throw new ApiException(400, "OPERATION_LIMITS_EXCEEDED", "Too many operations are running; try again.");
        }
        Task task = create(s, by, spec);
        schedule(task.id, work);
        return task;
    }

    /** A task that waits for a client's uploads; no thread works on it yet. */
    public Task create(CloudState s, Principal by, Spec spec) {
        Task task = new Task();
        task.name = "task";
        task.operationName = spec.operationName();
        task.operation = spec.running();
        task.operationDone = spec.done();
        task.owner = spec.owner();
        task.locks.addAll(spec.locks());
        task.userId = by.userId();
        task.userName = by.userName();
        task.orgId = by.isProvider() && !by.tenantOrgId().isEmpty() ? by.tenantOrgId() : by.orgId();
        s.tasks.put(task.id, task);
        prune(s);
        return task;
    }

    /** Gives a task that waited its thread. */
    public void schedule(String taskId, Work work) {
        runs.put(taskId, new TaskRun());
        executor.execute(() -> execute(taskId, work));
    }

    public int progress(Task task) {
        TaskRun run = runs.get(task.id);
        return task.status == Task.Status.SUCCESS ? 100 : run == null ? task.progress : run.progress();
    }

    /** Asks a task to stop; inside an update. */
    public void cancel(CloudState s, Task task) {
        if (!task.running()) {
            throw ApiException.badRequest("The task has ended already.");
        }
        task.cancelRequested = true;
        TaskRun run = runs.get(task.id);
        if (run != null) {
            run.cancel();
        }
    }

    /** Ends a task that has no thread; inside an update. */
    public static void end(Task task, Task.Status status, int major, String minor, String message) {
        task.status = status;
        task.operation = status == Task.Status.SUCCESS ? task.operationDone : task.operation;
        task.ended = System.currentTimeMillis();
        task.errorMajor = major;
        task.errorMinor = minor;
        task.errorMessage = message == null ? "" : message;
        task.locks.clear();
        task.waitsForClient = false;
    }

    private void execute(String taskId, Work work) {
        TaskRun run = runs.get(taskId);
        // Waits for the update that started the task; when that was rolled back there is no task.
        if (!store.read(s -> s.tasks.containsKey(taskId))) {
            runs.remove(taskId);
            return;
        }
        try {
            Consumer<CloudState> completion = work.run(run);
            run.checkCancelled();
            store.change(s -> {
                completion.accept(s);
                end(s.tasks.get(taskId), Task.Status.SUCCESS, 0, "", "");
            });
        } catch (TaskRun.Cancelled e) {
            fail(taskId, run, Task.Status.ABORTED, 400, "TASK_CANCELED", "The task was canceled.");
        } catch (ApiException e) {
            fail(taskId, run, Task.Status.ERROR, e.status(), e.minorCode(), e.getMessage());
        } catch (IllegalArgumentException e) {
            fail(taskId, run, Task.Status.ERROR, 400, "BAD_REQUEST", e.getMessage());
        } catch (HostException e) {
            LOG.warn("event=task-failed task={} reason={}", taskId, e.getMessage());
            fail(taskId, run, Task.Status.ERROR, 500, "INTERNAL_SERVER_ERROR", e.getMessage());
        } catch (Throwable e) {
            // An Error too (no memory, a class that is missing): nobody else would ever end the task and free its
            // locks.
            LOG.error("event=task-failed task={}", taskId, e);
            fail(taskId, run, Task.Status.ERROR, 500, "INTERNAL_SERVER_ERROR", "The operation failed.");
        } finally {
            runs.remove(taskId);
            run.finish();
        }
    }

    private void fail(String taskId, TaskRun run, Task.Status status, int major, String minor, String message) {
        run.undo();
        store.change(s -> {
            run.undo(s);
            Task task = s.tasks.get(taskId);
            if (task != null) {
                end(task, status, major, minor, message);
            }
        });
    }

    private static void prune(CloudState s) {
        if (s.tasks.size() > KEPT) {
            List<String> old = s.tasks.values().stream()
                    .filter(t -> !t.running())
                    .limit(s.tasks.size() - KEPT)
                    .map(t -> t.id)
                    .toList();
            old.forEach(s.tasks::remove);
        }
    }

    /** Lets running work go: it is ended by the recovery at the next start. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(5, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
