package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stretchdeploy.workflow.testkit.FakeClock;
import org.stretchdeploy.workflow.testkit.InMemoryJournal;
import org.stretchdeploy.workflow.testkit.SimulatedNode;

/** The database goes away and comes back while the controller lives: a delay, not a crash and not a failure. */
class JournalOutageTest {
    private static final Set<String> WRITES = Set.of("append", "claim", "release");

    /** Whether a write that fails has been done all the same. */
    private enum Side {
        BEFORE,
        AFTER
    }

    /** Fails some writes in a row, from the given one on. */
    private static Journal failing(Journal store, int from, int count, Side side) {
        AtomicInteger writes = new AtomicInteger();
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    if (WRITES.contains(method.getName())) {
                        int write = writes.incrementAndGet();
                        if (write >= from && write < from + count) {
                            if (side == Side.AFTER) {
                                invoke(store, method, arguments);
                            }
                            throw new WorkflowException(WorkflowException.Code.JOURNAL_UNAVAILABLE, "gone for now");
                        }
                    }
                    return invoke(store, method, arguments);
                });
    }

    private static Object invoke(Journal store, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private record Run(OperationState end, List<String> calls) {}

    private static Run run(int from, int count, Side side) {
        ToyCloud cloud = new ToyCloud();
        Workflow<ToyCloud.Plan> toy = cloud.workflow();
        Journal journal = failing(new InMemoryJournal(), from, count, side);
        SimulatedNode node = new SimulatedNode(journal, new FakeClock(), "n1", new AtomicLong(), toy);
        OperationId id = node.engine().submit(toy, new ToyCloud.Plan(List.of("web"), true), "key");
        return new Run(node.runToEnd(id, 100), cloud.log);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void anOutageAtAnyWriteOnlyDelaysAndNoStepRunsTwice(Side side) {
        List<String> undisturbed = run(1, 0, side).calls();
        for (int from = 1; from < 30; from++) {
            for (int count : new int[] {1, 2, 5}) {
                Run run = run(from, count, side);
                String what = "outage of " + count + " writes from " + from + ", " + side + " they are done";
                assertThat(run.end().phase()).as(what).isEqualTo(Phase.SUCCEEDED);
                assertThat(run.calls()).as(what).isEqualTo(undisturbed);
            }
        }
    }
}
