package org.stretchdeploy.spi.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.TaskStatus;

/** Long work: what runs, what it holds, what happens at its end. Used with the cloud's lock held. */
final class TaskBoard {
    private static final int SLOWNESS = 20;
    private final Map<String, Work> all = new LinkedHashMap<>();
    private final Map<String, Work> running = new LinkedHashMap<>();
    private final String prefix;
    private final Pace pace;
    private int counter;
    private long ends;

    /** Set by the gate for the call that is running. */
    Fault fault = Fault.NONE;

    TaskBoard(String prefix, Pace pace) {
        this.prefix = prefix;
        this.pace = pace;
    }

    private static final class Work {
        final String id;
        final String text;
        final Optional<ObjectId> owner;
        final Set<ObjectId> held;
        final Runnable finish;
        final Runnable abandon;
        final Fault fault;
        int polls;
        long due;
        TaskStatus.State state = TaskStatus.State.RUNNING;
        Optional<CloudException> failure = Optional.empty();
        final int allPolls;

        Work(
                String id,
                String text,
                Optional<ObjectId> owner,
                Set<ObjectId> held,
                Runnable finish,
                Runnable abandon,
                Fault fault,
                int polls) {
            this.id = id;
            this.text = text;
            this.owner = owner;
            this.held = held;
            this.finish = finish;
            this.abandon = abandon;
            this.fault = fault;
            this.polls = polls;
            this.allPolls = Math.max(1, polls);
        }

        TaskStatus view() {
            int percent = state == TaskStatus.State.SUCCEEDED ? 100 : Math.min(99, 100 * (allPolls - polls) / allPolls);
            return new TaskStatus(state, Math.max(0, percent), text, owner, failure);
        }
    }

    /**
     * Starts work.
     *
     * @param held    objects that are busy until it has ended
     * @param finish  its effect, at the end; may refuse
     * @param abandon what happens instead when it is cancelled
     */
    CloudTask start(String text, Optional<ObjectId> owner, Set<ObjectId> held, Runnable finish, Runnable abandon) {
        boolean fails = fault == Fault.FAIL_AFTER || fault == Fault.TASK_FAILS;
        if (pace.polls() == 0 && !fails && fault != Fault.SLOW) {
            finish.run();
            return new CloudTask(Optional.empty(), owner);
        }
        int factor = fault == Fault.SLOW ? SLOWNESS : 1;
        var work = new Work(
                prefix + "task-" + ++counter,
                text,
                owner,
                held,
                finish,
                abandon,
                fault,
                Math.max(1, pace.polls()) * factor);
        work.due = pace.timed() ? pace.clockMillis().getAsLong() + pace.durationMillis() * factor : Long.MAX_VALUE;
        all.put(work.id, work);
        running.put(work.id, work);
        return CloudTask.running(work.id, owner);
    }

    CloudTask start(String text, ObjectId object, Runnable finish) {
        return start(text, Optional.of(object), Set.of(object), finish, () -> {});
    }

    boolean busy(ObjectId object) {
        return running.values().stream().anyMatch(work -> work.held.contains(object));
    }

    /** The running work whose owner this is. */
    Optional<CloudTask> runningOn(ObjectId owner) {
        return running.values().stream()
                .filter(work -> work.owner.equals(Optional.of(owner)))
                .map(work -> CloudTask.running(work.id, work.owner))
                .findFirst();
    }

    /** Ends what is due by the clock. Returns whether anything ended. */
    boolean settle() {
        if (!pace.timed() || running.isEmpty()) {
            return false;
        }
        long now = pace.clockMillis().getAsLong();
        boolean any = false;
        for (Work work : List.copyOf(running.values())) {
            if (work.due <= now && work.state == TaskStatus.State.RUNNING) {
                end(work);
                any = true;
            }
        }
        return any;
    }

    /** One poll's worth of time for all work. */
    void tick() {
        for (Work work : List.copyOf(running.values())) {
            step(work);
        }
    }

    TaskStatus status(String id) {
        Work work = all.get(id);
        if (work == null) {
            throw Refusal.notFound("task", id);
        }
        if (work.state == TaskStatus.State.RUNNING) {
            step(work);
        }
        return work.view();
    }

    void cancel(String id) {
        Work work = running.remove(id);
        if (work != null) {
            work.state = TaskStatus.State.CANCELLED;
            work.abandon.run();
        } else if (!all.containsKey(id)) {
            throw Refusal.notFound("task", id);
        }
    }

    /** Time for the work about one object, as its reader polls. */
    void poll(ObjectId owner) {
        for (Work work : List.copyOf(running.values())) {
            if (work.owner.equals(Optional.of(owner))) {
                step(work);
            }
        }
    }

    int runningCount() {
        return running.size();
    }

    private void step(Work work) {
        if (!pace.timed() && --work.polls <= 0) {
            end(work);
        }
    }

    /** Grows with every end; as long as it does not, time has changed nothing. */
    long ends() {
        return ends;
    }

    private void end(Work work) {
        ends++;
        running.remove(work.id);
        try {
            if (work.fault != Fault.TASK_FAILS) {
                work.finish.run();
            }
            if (work.fault == Fault.TASK_FAILS || work.fault == Fault.FAIL_AFTER) {
                throw Refusal.external("task-failed", "The cloud failed at it: " + work.text + ".");
            }
            work.state = TaskStatus.State.SUCCEEDED;
        } catch (CloudException e) {
            work.state = TaskStatus.State.FAILED;
            work.failure = Optional.of(e);
        }
    }
}
