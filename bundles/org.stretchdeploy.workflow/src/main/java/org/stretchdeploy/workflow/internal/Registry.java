package org.stretchdeploy.workflow.internal;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowException;

/**
 * The workflows that are known now, and how many turns of each are running: the code of a workflow that is taken away
 * may be unloaded, so taking it away waits for its turns. One lock guards both.
 */
final class Registry {
    private record Key(String name, int version) {}

    private static final long LONGEST_WAIT_MILLIS = 10_000;

    private final Map<Key, Workflow<?>> workflows = new ConcurrentHashMap<>();
    private final Map<Workflow<?>, Integer> turns = new IdentityHashMap<>();

    /** @return false when it has been taken away */
    synchronized boolean beginTurn(Workflow<?> workflow) {
        if (!holds(workflow)) {
            return false;
        }
        turns.merge(workflow, 1, Integer::sum);
        return true;
    }

    synchronized void endTurn(Workflow<?> workflow) {
        turns.merge(workflow, -1, (a, b) -> a + b == 0 ? null : a + b);
        notifyAll();
    }

    boolean holds(Workflow<?> workflow) {
        return workflows.get(new Key(workflow.name(), workflow.version())) == workflow;
    }

    void add(Workflow<?> workflow) {
        if (workflows.putIfAbsent(new Key(workflow.name(), workflow.version()), workflow) != null) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID, "workflow " + workflow + " is already registered");
        }
    }

    /** Returns when no turn of it runs any more, or after ten seconds. */
    synchronized void remove(Workflow<?> workflow) {
        workflows.remove(new Key(workflow.name(), workflow.version()), workflow);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
        try {
            while (turns.containsKey(workflow)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Optional<Workflow<?>> find(String name, int version) {
        return Optional.ofNullable(workflows.get(new Key(name, version)));
    }

    Optional<Workflow<?>> newest(String name) {
        return workflows.values().stream()
                .filter(workflow -> workflow.name().equals(name))
                .<Workflow<?>>map(workflow -> workflow)
                .max(Comparator.comparingInt(Workflow::version));
    }

    List<Workflow<?>> all() {
        return workflows.values().stream()
                .<Workflow<?>>map(workflow -> workflow)
                .sorted(Comparator.<Workflow<?>, String>comparing(Workflow::name)
                        .thenComparing(Workflow::version))
                .toList();
    }
}
