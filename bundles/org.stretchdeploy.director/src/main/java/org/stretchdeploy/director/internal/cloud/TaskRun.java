package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.internal.model.CloudState;

/** One run of a task's work: its progress, its wish to stop, and what to take back when it fails. */
public final class TaskRun {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRun.class);
    private final Deque<Runnable> undos = new ArrayDeque<>();
    private final Deque<Consumer<CloudState>> stateUndos = new ArrayDeque<>();
    private final Deque<Runnable> lasts = new ArrayDeque<>();
    private volatile int progress;
    private volatile boolean cancelled;

    /** The task was asked to stop. */
    static final class Cancelled extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** @param percent 0 to 100 */
    public void progress(int percent) {
        progress = percent;
        checkCancelled();
    }

    int progress() {
        return progress;
    }

    void cancel() {
        cancelled = true;
    }

    public void checkCancelled() {
        if (cancelled) {
            throw new Cancelled();
        }
    }

    /** Says how to take back what was just done on the host; last in, first out. */
    public void onFailure(Runnable undo) {
        undos.push(undo);
    }

    /** Says how to take back what was written to the state when the task began. */
    public void onFailureState(Consumer<CloudState> undo) {
        stateUndos.push(undo);
    }

    /** Runs after the task has ended in whatever way, outside the store's lock. */
    public void atEnd(Runnable last) {
        lasts.add(last);
    }

    /** What was made is on record now: from here on a failure leaves it. */
    void committed() {
        undos.clear();
        stateUndos.clear();
    }

    void undo() {
        undos.forEach(TaskRun::quietly);
    }

    void undo(CloudState s) {
        stateUndos.forEach(u -> u.accept(s));
    }

    void finish() {
        lasts.forEach(TaskRun::quietly);
    }

    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("event=cleanup-failed reason={}", e.getMessage());
        }
    }
}
