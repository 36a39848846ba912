package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.workflow.testkit.FakeClock;
import org.stretchdeploy.workflow.testkit.InMemoryJournal;
import org.stretchdeploy.workflow.testkit.SimulatedNode;

/** The database goes away and comes back while the controller lives: a delay, not a crash and not a failure. */
class JournalOutageTest {
    private static final Set<String> WRITES = Set.of("append", "claim", "release");

    /** Fails some writes in a row, from the given one on. */
    private static Journal failing(Journal store, int from, int count) {
        AtomicInteger writes = new AtomicInteger();
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    if (WRITES.contains(method.getName())) {
                        int write = writes.incrementAndGet();
                        if (write >= from && write < from + count) {
                            throw new WorkflowException(WorkflowException.Code.JOURNAL_UNAVAILABLE, "gone for now");
                        }
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void anOutageAtAnyWriteOnlyDelays() {
        for (int from = 1; from < 30; from++) {
            for (int count : new int[] {1, 2, 5}) {
                ToyCloud cloud = new ToyCloud();
                Workflow<ToyCloud.Plan> toy = cloud.workflow();
                Journal journal = failing(new InMemoryJournal(), from, count);
                SimulatedNode node = new SimulatedNode(journal, new FakeClock(), "n1", new AtomicLong(), toy);
                OperationId id = node.engine().submit(toy, new ToyCloud.Plan(List.of("web"), true), "key");
                OperationState end = node.runToEnd(id, 100);
                assertThat(end.phase())
                        .as("outage of %s writes from %s", count, from)
                        .isEqualTo(Phase.SUCCEEDED);
            }
        }
    }
}
