package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.workflow.testkit.CrashingJournal;
import org.stretchdeploy.workflow.testkit.FakeClock;
import org.stretchdeploy.workflow.testkit.InMemoryJournal;
import org.stretchdeploy.workflow.testkit.SimulatedCrash;
import org.stretchdeploy.workflow.testkit.SimulatedNode;

/** Operations that stop at a failure before the pivot, instead of going back. */
class StopOnFailureTest {
    private static final ToyCloud.Plan PLAN = new ToyCloud.Plan(List.of("web", "db"), false);

    private final ToyCloud cloud = new ToyCloud();
    private final FakeClock clock = new FakeClock();
    private final InMemoryJournal journal = new InMemoryJournal();
    private final AtomicLong ids = new AtomicLong();
    private final Workflow<ToyCloud.Plan> toy = cloud.stopping();
    private SimulatedNode node = new SimulatedNode(journal, clock, "n1", ids, toy);

    private OperationId stopped() {
        cloud.failuresLeft.put("create copy-db", 5000);
        OperationId id = node.engine().submit(toy, PLAN, "key", "vapp:shop");
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.NEEDS_OPERATOR);
        return id;
    }

    @Test
    void nothingMoreIsDoneAndNothingIsTakenBack() {
        OperationState end = node.engine().find(stopped()).orElseThrow();
        assertThat(cloud.things).containsOnlyKeys("vapp", "copy-web");
        assertThat(cloud.log).endsWith("create copy-db 1").noneMatch(call -> call.startsWith("delete"));
        assertThat(end.pivotPassed()).isFalse();
        assertThat(end.code()).contains("broken");
        assertThat(end.remaining())
                .extracting(JournalEvent.RemainingStep::stepId)
                .containsExactly("2.db", "3.1", "3.2");
        assertThat(end.sentence().orElseThrow()).contains("retry").contains("cancel");
        assertThatThrownBy(() -> node.engine().submit(toy, PLAN, "other", "vapp:shop"))
                .isInstanceOf(WorkflowException.class);
    }

    @Test
    void aRetryGoesOnForward() {
        OperationId id = stopped();
        cloud.failuresLeft.clear();
        node.engine().retry(id, "admin");
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(cloud.log.stream().filter("create copy-web 1"::equals)).hasSize(1);
    }

    @Test
    void aCancelTakesEverythingBack() {
        OperationId id = stopped();
        assertThat(node.engine().cancel(id, "admin", "")).isEqualTo(WorkflowEngine.CancelOutcome.REQUESTED);
        OperationState end = node.runToEnd(id, 100);
        assertThat(end.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(cloud.things).isEmpty();
        assertThat(node.engine().cancel(id, "admin", "")).isEqualTo(WorkflowEngine.CancelOutcome.ALREADY_ENDED);
        node.engine().submit(toy, PLAN, "other", "vapp:shop");
    }

    @Test
    void whoHasAbandonedItCannotCancelIt() {
        OperationId id = stopped();
        node.engine().abandon(id, "admin", "by hand");
        assertThat(node.engine().cancel(id, "admin", "")).isEqualTo(WorkflowEngine.CancelOutcome.ALREADY_ENDED);
        assertThat(cloud.things).containsOnlyKeys("vapp", "copy-web");
    }

    /** A restart leaves it stopped; a kill between the failure and the end does not turn it round. */
    @Test
    void itStaysStoppedOverACrashAtAnyWriteFromTheFailureOn() {
        boolean atTheFailure = false;
        for (long write = 1; write < 60; write++) {
            for (CrashingJournal.Side side : CrashingJournal.Side.values()) {
                atTheFailure |= crashed(write, side);
            }
        }
        assertThat(atTheFailure).isTrue();
    }

    /** @return whether the failure was in the journal when the node died, and no end yet */
    private static boolean crashed(long write, CrashingJournal.Side side) {
        ToyCloud each = new ToyCloud();
        each.failuresLeft.put("create copy-db", 5000);
        var store = new InMemoryJournal();
        var clock = new FakeClock();
        var ids = new AtomicLong();
        Workflow<ToyCloud.Plan> workflow = each.stopping();
        try {
            var dying = new SimulatedNode(new CrashingJournal(store, write, side), clock, "n1", ids, workflow);
            dying.runToEnd(dying.engine().submit(workflow, PLAN, "key"), 100);
        } catch (SimulatedCrash e) {
            // it starts again below
        }
        var again = new SimulatedNode(store, clock, "n1", ids, workflow);
        OperationId id = again.engine().submit(workflow, PLAN, "key");
        List<JournalEntry> before = store.read(id, 0);
        boolean failed = before.stream().anyMatch(e -> e.event() instanceof JournalEvent.StepFailed);
        boolean ended = before.stream().anyMatch(e -> e.event() instanceof JournalEvent.Ended);
        OperationState end = again.runToEnd(id, 100);
        if (failed) {
            assertThat(end.phase()).isEqualTo(Phase.NEEDS_OPERATOR);
            assertThat(each.log).noneMatch(call -> call.startsWith("delete"));
        } else {
            // cut off before anything had failed: it goes back, or had not begun
            assertThat(end.phase()).isIn(Phase.COMPENSATED, Phase.NEEDS_OPERATOR);
            assertThat(each.things.isEmpty()).isEqualTo(end.phase() == Phase.COMPENSATED);
        }
        return failed && !ended;
    }
}
