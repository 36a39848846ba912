package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.workflow.testkit.FakeClock;
import org.stretchdeploy.workflow.testkit.InMemoryJournal;
import org.stretchdeploy.workflow.testkit.SimulatedNode;

class EngineTest {
    private static final ToyCloud.Plan PLAN = new ToyCloud.Plan(List.of("web", "db"), false);

    private final ToyCloud cloud = new ToyCloud();
    private final FakeClock clock = new FakeClock();
    private final InMemoryJournal journal = new InMemoryJournal();
    private final Workflow<ToyCloud.Plan> toy = cloud.workflow();
    private final SimulatedNode node = new SimulatedNode(journal, clock, "n1", new AtomicLong(), toy);
    private final WorkflowEngine engine = node.engine();

    private OperationId submit() {
        return engine.submit(toy, PLAN, "key");
    }

    @Test
    void succeedsAndKeepsWhatItMade() {
        OperationState end = node.runToEnd(submit(), 100);
        assertThat(end.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(cloud.things).containsOnlyKeys("vapp", "copy-web", "copy-db", "target", "retired");
        assertThat(end.step("1.3").orElseThrow().status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(end.output("id-copy-db").orElseThrow().asText()).isEqualTo("id of copy-db");
        assertThat(end.stalledSince()).isEmpty();
    }

    @Test
    void aFinalFailureBeforeThePivotIsCompensatedInReverseOrder() {
        cloud.failuresLeft.put("create copy-db", 5000);
        OperationState end = node.runToEnd(submit(), 100);
        assertThat(end.phase()).isEqualTo(Phase.COMPENSATED);
        assertThat(end.code()).contains("broken");
        assertThat(cloud.things).isEmpty();
        assertThat(cloud.log).endsWith("create copy-db 1", "delete copy-db 1", "delete copy-web 1", "delete vapp 1");
    }

    @Test
    void aRetryableFailureIsRetriedWithTheRowsPolicy() {
        cloud.failuresLeft.put("create vapp", 4);
        assertThat(node.runToEnd(submit(), 100).phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(clock.instant()).isAfter(new FakeClock().instant().plusSeconds(1 + 2 + 4 + 8));
    }

    @Test
    void anUndoThatFailsForGoodIsKeptAndRetriedOnRequest() {
        cloud.failuresLeft.put("create copy-db", 5000);
        cloud.failuresLeft.put("delete copy-web", 5);
        OperationId id = submit();
        OperationState end = node.runToEnd(id, 100);
        assertThat(end.phase()).isEqualTo(Phase.NEEDS_OPERATOR);
        assertThat(end.remaining())
                .extracting(JournalEvent.RemainingStep::stepId)
                .containsExactly("2.web", "1.1");
        assertThat(end.remaining().get(0).sentence()).contains("busy");
        assertThat(end.sentence().orElseThrow()).contains("2.web").contains("retry");

        engine.retry(id, "admin");
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.COMPENSATED);
        assertThat(cloud.things).isEmpty();
    }

    @Test
    void afterThePivotAFailureNeedsAnOperatorAndGoesOnForward() {
        cloud.failuresLeft.put("create target", 5);
        OperationId id = submit();
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.NEEDS_OPERATOR);
        assertThat(cloud.things).containsKey("vapp");
        engine.retry(id, "admin");
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void cancelBeforeThePivotEndsCancelled() {
        OperationId id = submit();
        node.dispatcher().runNext();
        assertThat(engine.find(id).orElseThrow().currentStep()).contains("1.2");
        assertThat(engine.cancel(id, "admin", "changed my mind")).isEqualTo(WorkflowEngine.CancelOutcome.REQUESTED);
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.CANCELLED);
        assertThat(cloud.things).isEmpty();
        assertThat(engine.cancel(id, "admin", "")).isEqualTo(WorkflowEngine.CancelOutcome.ALREADY_ENDED);
    }

    @Test
    void cancelInsideEveryActionEndsCancelledOrIsTooLate() {
        for (int call = 1; call <= 5; call++) {
            ToyCloud each = new ToyCloud();
            Workflow<ToyCloud.Plan> workflow = each.workflow();
            SimulatedNode other =
                    new SimulatedNode(new InMemoryJournal(), new FakeClock(), "n1", new AtomicLong(), workflow);
            OperationId id = other.engine().submit(workflow, PLAN, "key");
            int cancelAt = call;
            List<WorkflowEngine.CancelOutcome> outcome = new ArrayList<>();
            each.onCall = number -> {
                if (number == cancelAt) {
                    outcome.add(other.engine().cancel(id, "admin", ""));
                }
            };
            OperationState end = other.runToEnd(id, 100);
            boolean late = outcome.equals(List.of(WorkflowEngine.CancelOutcome.TOO_LATE));
            assertThat(end.phase()).isEqualTo(late ? Phase.SUCCEEDED : Phase.CANCELLED);
            assertThat(each.things.isEmpty()).isEqualTo(!late);
            assertThat(late).isEqualTo(call >= 4);
        }
    }

    @Test
    void whatAnActionThrowsOrForgetsIsAFailureOfTheStep() {
        List<StepAction<String>> bad = List.of(
                scope -> {
                    throw new IllegalStateException("no");
                },
                scope -> {
                    throw new NoClassDefFoundError("gone");
                },
                scope -> null,
                scope -> StepResult.done("self", new Object()),
                scope -> StepResult.done("big", "x".repeat(5 << 20)),
                scope -> {
                    scope.require("missing", String.class);
                    return StepResult.done();
                });
        for (int i = 0; i < bad.size(); i++) {
            Workflow<String> workflow = Workflow.define("bad-" + i, Workflow.version(1))
                    .input(String.class)
                    .step("1", "bad", "Bad", bad.get(i))
                    .build();
            engine.register(workflow);
            OperationState end = node.runToEnd(engine.submit(workflow, "x", "bad-" + i), 10);
            assertThat(end.phase()).isEqualTo(Phase.COMPENSATED);
            assertThat(end.code()).contains("unexpected");
        }
    }

    @Test
    void aChangedTableNeedsTheOldVersionAndGoesOnWithIt() {
        OperationId id = submit();
        node.dispatcher().runNext();
        Workflow<ToyCloud.Plan> changed = Workflow.define("toy", Workflow.version(1))
                .input(ToyCloud.Plan.class)
                .step("9", "other", "Other", scope -> StepResult.done())
                .build();
        SimulatedNode other = new SimulatedNode(journal, clock, "n1", new AtomicLong(), changed);
        OperationState stopped = other.runToEnd(id, 10);
        assertThat(stopped.phase()).isEqualTo(Phase.NEEDS_OPERATOR);
        assertThat(stopped.code()).contains("workflow-changed");
        SimulatedNode again = new SimulatedNode(journal, clock, "n1", new AtomicLong(), toy);
        again.engine().retry(id, "admin");
        assertThat(again.runToEnd(id, 100).phase()).isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void aSignalEndsAWait() {
        Workflow<String> trial = Workflow.define("trial", Workflow.version(1))
                .input(String.class)
                .await(
                        "1",
                        "committed",
                        "Wait for the commit",
                        scope -> scope.signal("commit", Boolean.class).orElse(false)
                                ? StepResult.done()
                                : StepResult.again(Duration.ofMinutes(10)),
                        Duration.ofMinutes(30))
                .build();
        engine.register(trial);
        OperationId committed = engine.submit(trial, "x", "a");
        OperationId expired = engine.submit(trial, "x", "b");
        node.dispatcher().runFor(Duration.ofSeconds(1));
        engine.signal(committed, "commit", com.fasterxml.jackson.databind.node.BooleanNode.TRUE, "admin");
        node.dispatcher().runFor(Duration.ofSeconds(1));
        assertThat(engine.find(committed).orElseThrow().phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(node.runToEnd(expired, 100).phase()).isEqualTo(Phase.COMPENSATED);
    }

    @Test
    void cancelAfterThePivotIsTooLate() {
        cloud.failuresLeft.put("create retired", 3);
        OperationId id = submit();
        while (!engine.find(id).orElseThrow().pivotPassed()) {
            node.dispatcher().runNext();
        }
        assertThat(engine.cancel(id, "admin", "")).isEqualTo(WorkflowEngine.CancelOutcome.TOO_LATE);
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void theSameKeyGivesTheSameOperationOrAConflict() {
        OperationId id = submit();
        assertThat(submit()).isEqualTo(id);
        assertThatThrownBy(() -> engine.submit(toy, new ToyCloud.Plan(List.of(), false), "key"))
                .isInstanceOfSatisfying(
                        WorkflowException.class, e -> assertThat(e.code()).isEqualTo(WorkflowException.Code.CONFLICT))
                .hasMessageContaining(id.value());
    }

    @Test
    void aHeldLockIsRefusedNamingTheHolderAndFreeAfterTheEnd() {
        OperationId first = engine.submit(toy, PLAN, "a", "vapp:shop");
        assertThatThrownBy(() -> engine.submit(toy, PLAN, "b", "vapp:shop"))
                .hasMessageContaining(first.value())
                .hasMessageContaining("vapp:shop");
        node.runToEnd(first, 100);
        cloud.things.clear();
        assertThat(engine.submit(toy, PLAN, "b", "vapp:shop")).isNotEqualTo(first);
    }

    @Test
    void anAwaitPastItsDeadlineFails() {
        cloud.pollsUntilUp = 1000;
        OperationState end = node.runToEnd(submit(), 100);
        assertThat(end.phase()).isEqualTo(Phase.COMPENSATED);
        assertThat(end.code()).contains("deadline");
    }

    @Test
    void listenersHearEveryEventOnceInOrderAlsoWhenTheyComeLate() {
        OperationId id = submit();
        List<Long> live = new ArrayList<>();
        engine.subscribe((operation, entry) -> live.add(entry.seq()));
        OperationState end = node.runToEnd(id, 100);
        List<Long> late = new ArrayList<>();
        engine.subscribe(id, 3, (operation, entry) -> late.add(entry.seq()));
        assertThat(live).hasSize((int) end.lastSeq() - 1).isSorted().doesNotHaveDuplicates();
        assertThat(late).first().isEqualTo(4L);
        assertThat(late).hasSize((int) end.lastSeq() - 3).isSorted();
    }

    @Test
    void realThreadsRunItToo() throws Exception {
        WorkflowEngine real = WorkflowEngine.on(new InMemoryJournal()).start();
        cloud.pollsUntilUp = 0;
        real.register(toy);
        OperationId id = real.submit(toy, PLAN, "key");
        assertThat(real.whenEnded(id).get(10, TimeUnit.SECONDS).phase()).isEqualTo(Phase.SUCCEEDED);
        real.close();
        // an executor counts as ended a moment before its last thread does
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("stretch-workflow-")));
    }

    @Test
    void aStepThatOnlyFailsAgainAndAgainIsAStallUntilItMoves() {
        cloud.failuresLeft.put("create retired", 9);
        OperationId id = submit();
        node.dispatcher().runFor(Duration.ofSeconds(60));
        node.watch();
        assertThat(engine.find(id).orElseThrow().stalledSince()).isPresent();
        OperationState end = node.runToEnd(id, 100);
        assertThat(end.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(end.stalledSince()).isEmpty();
    }

    @Test
    void aStallIsAlarmedOnceAndEndsWithProgress() {
        Workflow<String> slow = Workflow.define("slow", Workflow.version(1))
                .input(String.class)
                .await("1", "hang", "Hang", scope -> StepResult.again(Duration.ofSeconds(5)), Duration.ofMinutes(5))
                .build();
        engine.register(slow);
        OperationId id = engine.submit(slow, "x", "slow");
        node.dispatcher().runFor(Duration.ofSeconds(30));
        node.watch();
        assertThat(engine.find(id).orElseThrow().stalledSince()).isEmpty();
        node.dispatcher().runFor(Duration.ofSeconds(20));
        node.watch();
        node.watch();
        assertThat(engine.find(id).orElseThrow().stalledSince()).isPresent();
        assertThat(engine.history(id))
                .filteredOn(e -> e.event() instanceof JournalEvent.Stalled)
                .hasSize(1);
    }
}
