package org.stretchdeploy.stretch.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.WorkflowEngine;

/** Who holds what: asked of the store's locks, so that it does not grow with the history. Thread-safe. */
final class OpenOperations {
    private final WorkflowEngine engine;

    OpenOperations(WorkflowEngine engine) {
        this.engine = engine;
    }

    Optional<String> holder(String lockKey) {
        return Optional.ofNullable(heldLocks().get(lockKey));
    }

    /** Lock keys that are held, with the operation that holds them. */
    Map<String, String> heldLocks() {
        Map<String, String> held = new HashMap<>();
        engine.locks().forEach((key, holder) -> held.put(key, holder.value()));
        return held;
    }

    /** Operations that hold a vApp: those that have not ended, and those that need an operator. */
    List<OperationState> open() {
        return engine.locks().values().stream()
                .distinct()
                .flatMap(id -> engine.find(id).stream())
                .toList();
    }

    /** Whether an operation is known, has ended and will not go on. */
    boolean isOver(String operation) {
        return operation.matches("[a-z0-9-]{1,40}")
                && engine.find(new OperationId(operation))
                        .filter(s -> s.ended() && (s.phase() != Phase.NEEDS_OPERATOR || s.abandoned()))
                        .isPresent();
    }
}
