package org.stretchdeploy.workflow.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowException;

/** The workflows that are known now. Thread-safe. */
final class Registry {
    private record Key(String name, int version) {}

    private final Map<Key, Workflow<?>> workflows = new ConcurrentHashMap<>();

    void add(Workflow<?> workflow) {
        if (workflows.putIfAbsent(new Key(workflow.name(), workflow.version()), workflow) != null) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID, "workflow " + workflow + " is already registered");
        }
    }

    void remove(Workflow<?> workflow) {
        workflows.remove(new Key(workflow.name(), workflow.version()), workflow);
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
                .sorted(Comparator.<Workflow<?>, String>comparing(Workflow::name).thenComparing(Workflow::version))
                .toList();
    }
}
