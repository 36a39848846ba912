package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.stretchdeploy.workflow.internal.Lifecycle;
import org.stretchdeploy.workflow.internal.OperationFold;
import org.stretchdeploy.workflow.testkit.CrashingJournal;
import org.stretchdeploy.workflow.testkit.FakeClock;
import org.stretchdeploy.workflow.testkit.InMemoryJournal;
import org.stretchdeploy.workflow.testkit.SimulatedCrash;
import org.stretchdeploy.workflow.testkit.SimulatedNode;

/** Whatever fails, is lost, is cancelled or crashes: one of the four ends, and nothing of a compensated one remains. */
class CrashTest {
    private static final ToyCloud.Plan PLAN = new ToyCloud.Plan(List.of("web", "db"), true);
    private static final String[] CREATES = {"vapp", "extra", "copy-web", "copy-db", "target", "retired"};
    private static final Set<Lifecycle.StepTransition> STEPS_TAKEN = new HashSet<>();
    private static final Set<Lifecycle.PhaseTransition> PHASES_TAKEN = new HashSet<>();

    /** One life of an operation, over as many restarts as it takes. */
    private static final class Life {
        private final ToyCloud cloud = new ToyCloud();
        private final FakeClock clock = new FakeClock();
        private final InMemoryJournal store = new InMemoryJournal();
        private final AtomicLong ids = new AtomicLong();
        private final Workflow<ToyCloud.Plan> toy;
        private long writes;

        Life(InterruptionPolicy policy) {
            this.toy = cloud.workflow(policy);
        }

        /** Runs until the end or until the process dies at a write. */
        boolean run(long crashAtWrite, CrashingJournal.Side side, int cancelAtTurn) {
            CrashingJournal journal = new CrashingJournal(store, crashAtWrite, side);
            try {
                SimulatedNode node = new SimulatedNode(journal, clock, "n1", ids, toy);
                OperationId id = node.engine().submit(toy, PLAN, "key", "vapp:shop");
                for (int turn = 1; turn < 500; turn++) {
                    if (turn == cancelAtTurn) {
                        node.engine().cancel(id, "test", "");
                    }
                    if (!node.dispatcher().runNext()) {
                        writes = journal.writes();
                        return true;
                    }
                }
                throw new AssertionError("no end in 500 turns: " + node.engine().find(id));
            } catch (SimulatedCrash e) {
                return false;
            }
        }

        OperationState end() {
            OperationId id = store.list(1).get(0).id();
            return OperationFold.of(id, store.read(id, 0)).state(Optional.empty());
        }

        void check() {
            assertThat(store.list(10))
                    .as("submitted again after the crash with the same key")
                    .hasSize(1);
            OperationState end = end();
            List<JournalEntry> history = store.read(end.id(), 0);
            switch (end.phase()) {
                case SUCCEEDED ->
                    assertThat(cloud.things)
                            .as("%s", history)
                            .containsOnlyKeys(CREATES)
                            .allSatisfy((thing, tag) -> assertThat(tag).startsWith(end.id() + "/"));
                case COMPENSATED, CANCELLED -> {
                    assertThat(cloud.things).as("%s", history).isEmpty();
                    assertThat(end.pivotPassed()).isFalse();
                }
                case NEEDS_OPERATOR -> assertThat(end.remaining()).isNotEmpty();
                default -> throw new AssertionError("not an end: " + history);
            }
            undoIsOwedBeforeTheAct(history);
        }

        /** No thing was made before the intent of its step was in the journal: the tag's step has a StepIntended. */
        private void undoIsOwedBeforeTheAct(List<JournalEntry> history) {
            Set<String> intended = new HashSet<>();
            history.forEach(entry -> {
                if (entry.event() instanceof JournalEvent.StepIntended intent) {
                    intended.add(intent.stepId());
                }
            });
            cloud.things.values().forEach(tag -> assertThat(intended).contains(tag.substring(tag.indexOf('/') + 1)));
        }
    }

    @BeforeContainer
    static void recordTransitions() {
        OperationFold.coverage(Optional.of(new OperationFold.TransitionListener() {
            @Override
            public void step(StepStatus from, Lifecycle.StepMove move) {
                synchronized (STEPS_TAKEN) {
                    STEPS_TAKEN.add(new Lifecycle.StepTransition(from, move));
                }
            }

            @Override
            public void phase(Phase from, Lifecycle.PhaseMove move) {
                synchronized (STEPS_TAKEN) {
                    PHASES_TAKEN.add(new Lifecycle.PhaseTransition(from, move));
                }
            }
        }));
    }

    @AfterContainer
    static void everyTransitionWasTaken() {
        OperationFold.coverage(Optional.empty());
        Set<Lifecycle.StepTransition> steps =
                new HashSet<>(Lifecycle.stepTransitions().keySet());
        steps.removeAll(STEPS_TAKEN);
        assertThat(steps).as("step transitions that no test took").isEmpty();
        Set<Lifecycle.PhaseTransition> phases =
                new HashSet<>(Lifecycle.phaseTransitions().keySet());
        phases.removeAll(PHASES_TAKEN);
        assertThat(phases).as("phase transitions that no test took").isEmpty();
    }

    @Example
    void crashBeforeAndAfterEveryWriteOfAGoodRun() {
        Life calm = new Life(InterruptionPolicy.COMPENSATE);
        calm.run(0, CrashingJournal.Side.BEFORE, 0);
        calm.check();
        assertThat(calm.writes).isGreaterThan(15);
        Map<Phase, Integer> ends = new HashMap<>();
        for (InterruptionPolicy policy : InterruptionPolicy.values()) {
            for (CrashingJournal.Side side : CrashingJournal.Side.values()) {
                for (long write = 1; write <= calm.writes; write++) {
                    Life life = new Life(policy);
                    life.run(write, side, 0);
                    assertThat(life.run(0, side, 0)).isTrue();
                    life.check();
                    OperationState end = life.end();
                    assertThat(end.phase()).isIn(Phase.SUCCEEDED, Phase.COMPENSATED);
                    if (policy == InterruptionPolicy.RESUME) {
                        assertThat(end.phase()).isEqualTo(Phase.SUCCEEDED);
                    }
                    ends.merge(end.phase(), 1, Integer::sum);
                }
            }
        }
        assertThat(ends).containsKeys(Phase.SUCCEEDED, Phase.COMPENSATED);
    }

    @Example
    void crashAtEveryWriteOfACompensation() {
        for (CrashingJournal.Side side : CrashingJournal.Side.values()) {
            for (long write = 1; write <= 40; write++) {
                Life life = new Life(InterruptionPolicy.RESUME);
                life.cloud.failuresLeft.put("create copy-db", 5000);
                life.cloud.failuresLeft.put("delete copy-web", 2);
                life.run(write, side, 0);
                assertThat(life.run(0, side, 0)).isTrue();
                life.check();
                assertThat(life.end().phase()).isEqualTo(Phase.COMPENSATED);
            }
        }
    }

    @Example
    void cancelAtEveryTurn() {
        Set<Phase> ends = new HashSet<>();
        for (int turn = 1; turn < 12; turn++) {
            Life life = new Life(InterruptionPolicy.COMPENSATE);
            life.cloud.failuresLeft.put("create copy-web", 2);
            life.cloud.failuresLeft.put("create retired", 2);
            life.run(0, CrashingJournal.Side.BEFORE, turn);
            life.check();
            ends.add(life.end().phase());
        }
        assertThat(ends).containsExactlyInAnyOrder(Phase.CANCELLED, Phase.SUCCEEDED);
    }

    @Property(tries = 600)
    void anyMixOfTrouble(@ForAll long seed, @ForAll @IntRange(min = 0, max = 4) int crashes) {
        Random random = new Random(seed);
        Life life = new Life(InterruptionPolicy.values()[random.nextInt(2)]);
        life.cloud.pollsUntilUp = random.nextInt(5);
        for (int i = 0; i < random.nextInt(4); i++) {
            String thing = CREATES[random.nextInt(CREATES.length)];
            String call = (random.nextBoolean() ? "create " : "delete ") + thing;
            boolean forGood = random.nextInt(4) == 0 && !thing.equals("retired");
            life.cloud.failuresLeft.put(call, forGood ? 5000 : random.nextInt(7));
            life.cloud.lostReplies.put("create " + thing, random.nextInt(3));
        }
        int cancelAtTurn = random.nextInt(3) == 0 ? 1 + random.nextInt(12) : 0;
        for (int i = 0; i < crashes; i++) {
            CrashingJournal.Side side = CrashingJournal.Side.values()[random.nextInt(2)];
            life.run(1 + random.nextInt(25), side, cancelAtTurn);
        }
        life.run(0, CrashingJournal.Side.BEFORE, cancelAtTurn);
        life.check();
        repair(life);
    }

    /** An operator mends what is broken and retries until it ends well. */
    private static void repair(Life life) {
        if (life.end().phase() != Phase.NEEDS_OPERATOR) {
            return;
        }
        life.cloud.failuresLeft.clear();
        SimulatedNode node = new SimulatedNode(life.store, life.clock, "n1", life.ids, life.toy);
        OperationId id = life.end().id();
        node.engine().retry(id, "admin");
        OperationState end = node.runToEnd(id, 500);
        assertThat(end.phase()).isIn(Phase.SUCCEEDED, Phase.COMPENSATED, Phase.CANCELLED);
        life.check();
    }

    @Example
    void theRestOfTheTransitions() {
        AtomicReference<Boolean> broken = new AtomicReference<>(true);
        Workflow<String> changed = Workflow.define("toy", Workflow.version(1))
                .input(String.class)
                .step("0", "never", "Never", scope -> StepResult.done())
                .when("never", scope -> false)
                .step("1", "note", "Note", scope -> {
                    scope.note("k", "v");
                    return broken.get() ? StepResult.failed("broken", "broken") : StepResult.done();
                })
                .undo(scope -> {
                    scope.note("undo", scope.noted("k", String.class).orElseThrow());
                    return StepResult.done();
                })
                .build();
        SimulatedNode node = new SimulatedNode(new InMemoryJournal(), new FakeClock(), "n1", new AtomicLong(), changed);
        OperationId id = node.engine().submit(changed, "x", "key");
        OperationState end = node.runToEnd(id, 10);
        assertThat(end.phase()).isEqualTo(Phase.COMPENSATED);
        assertThat(end.step("1").orElseThrow().notes()).containsKeys("k", "undo");
        cancelledAfterItHadStopped();
    }

    private static void cancelledAfterItHadStopped() {
        ToyCloud cloud = new ToyCloud();
        cloud.failuresLeft.put("create copy-db", 5000);
        Workflow<ToyCloud.Plan> toy = cloud.stopping();
        SimulatedNode node = new SimulatedNode(new InMemoryJournal(), new FakeClock(), "n1", new AtomicLong(), toy);
        OperationId id = node.engine().submit(toy, PLAN, "key");
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.NEEDS_OPERATOR);
        node.engine().cancel(id, "admin", "");
        assertThat(node.runToEnd(id, 100).phase()).isEqualTo(Phase.CANCELLED);
    }
}
