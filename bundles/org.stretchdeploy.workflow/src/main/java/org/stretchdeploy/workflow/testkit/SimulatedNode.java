package org.stretchdeploy.workflow.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowEngine;
import org.stretchdeploy.workflow.internal.DefaultWorkflowEngine;

/**
 * A real engine on a given journal with a fake clock, on the caller's thread: what a seeded simulation drives. After a
 * {@link SimulatedCrash} drop it and make another one on the same store. Not thread-safe.
 */
public final class SimulatedNode {
    private final ManualDispatcher dispatcher;
    private final WorkflowEngine engine;

    /**
     * @param ids counts on, so that ids differ over restarts: share one over all nodes of a simulation
     * @param workflows registered at once
     */
    public SimulatedNode(Journal journal, FakeClock clock, String node, AtomicLong ids, Workflow<?>... workflows) {
        this.dispatcher = new ManualDispatcher(clock);
        this.engine = WorkflowEngine.on(journal)
                .clock(clock)
                .dispatcher(dispatcher)
                .node(node)
                .ids(() -> new OperationId("op-" + ids.incrementAndGet()))
                .watchInterval(Duration.ZERO)
                .eventExecutor(Runnable::run)
                .start();
        for (Workflow<?> workflow : workflows) {
            engine.register(workflow);
        }
    }

    public WorkflowEngine engine() {
        return engine;
    }

    public ManualDispatcher dispatcher() {
        return dispatcher;
    }

    /** One look for stalls, as the watch thread does it every few seconds. */
    public void watch() {
        ((DefaultWorkflowEngine) engine).watch();
    }

    /** Runs until nothing is left to do; fails after the given number of turns. */
    public OperationState runToEnd(OperationId id, int maxTurns) {
        dispatcher.runAll(maxTurns);
        return engine.find(id).orElseThrow();
    }
}
