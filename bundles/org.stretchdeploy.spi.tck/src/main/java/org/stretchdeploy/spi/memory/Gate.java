package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Tag;

/**
 * The one way into the cloud: takes its lock, lets time pass, records and spoils writing calls, tells the witness.
 *
 * <p>Lock: the gate's monitor is the only lock of the cloud.
 */
final class Gate {
    /** Writing calls that are over when they return, so that no task of theirs can fail. */
    private static final Set<String> WITHOUT_TASK = Set.of(
            "Catalogs.beginUpload",
            "Catalogs.putDescriptor",
            "Catalogs.putFile",
            "Catalogs.closeExport",
            "VApps.setMetadata",
            "VApps.fence",
            "VApps.unfence",
            "VApps.removeMetadata");

    private final String cloud;
    private final TaskBoard tasks;
    private final Runnable observe;
    private final List<RecordedCall> calls = new ArrayList<>();
    private FaultPlan faults = FaultPlan.NONE;
    private boolean reachable = true;

    Gate(String cloud, TaskBoard tasks, Runnable observe) {
        this.cloud = cloud;
        this.tasks = tasks;
        this.observe = observe;
    }

    synchronized <T> T read(Supplier<T> work) {
        enter();
        long ends = tasks.ends();
        try {
            return work.get();
        } finally {
            if (tasks.ends() != ends) {
                observe.run();
            }
        }
    }

    synchronized <T> T write(String operation, String target, Optional<Tag> tag, Supplier<T> work) {
        enter();
        var call = new RecordedCall(calls.size() + 1, cloud, operation, target, tag);
        calls.add(call);
        Fault planned = faults.at(call);
        Fault fault = planned == Fault.TASK_FAILS && WITHOUT_TASK.contains(operation) ? Fault.FAIL_BEFORE : planned;
        if (fault == Fault.FAIL_BEFORE) {
            throw new CloudException("unavailable", CloudException.Category.TRANSIENT, "The cloud is busy; try again.");
        }
        tasks.fault = fault == Fault.LOSE_REPLY || fault == Fault.DUPLICATE ? Fault.NONE : fault;
        T result;
        try {
            result = work.get();
            if (fault == Fault.DUPLICATE) {
                again(work);
            }
        } finally {
            tasks.fault = Fault.NONE;
            observe.run();
        }
        boolean task = result instanceof CloudTask handle && handle.id().isPresent();
        if (fault == Fault.LOSE_REPLY || fault == Fault.FAIL_AFTER && !task) {
            throw Refusal.external("reply-lost", "The connection broke before the reply to " + operation + ".");
        }
        return result;
    }

    /** Work on the cloud's inside: by its people, by time, by its observers. */
    synchronized <T> T inside(Supplier<T> work) {
        tasks.settle();
        try {
            return work.get();
        } finally {
            observe.run();
        }
    }

    synchronized void reachable(boolean now) {
        reachable = now;
    }

    synchronized void faults(FaultPlan plan) {
        faults = plan;
    }

    synchronized List<RecordedCall> calls() {
        return List.copyOf(calls);
    }

    synchronized void clearCalls() {
        calls.clear();
    }

    private void enter() {
        if (!reachable) {
            throw new CloudException(
                    "unreachable", CloudException.Category.TRANSIENT, "The cloud \"" + cloud + "\" cannot be reached.");
        }
        if (tasks.settle()) {
            observe.run();
        }
    }

    private static <T> void again(Supplier<T> work) {
        try {
            var unused = work.get();
        } catch (CloudException e) {
            // the second reply goes to nobody
        }
    }
}
