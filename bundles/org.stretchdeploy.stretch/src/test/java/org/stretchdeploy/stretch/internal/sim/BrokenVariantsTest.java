package org.stretchdeploy.stretch.internal.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.stretch.internal.StretchWorld.Variant;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.run.Parts;
import org.stretchdeploy.stretch.internal.sim.Scenario.Outcome;
import org.stretchdeploy.stretch.internal.sim.Scenario.Stage;
import org.stretchdeploy.workflow.RetryPolicy;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.StepAction;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.testkit.CrashingJournal.Side;

/**
 * Engines, clouds and tables that are broken on purpose are caught: a test that never fails proves nothing. Each is met
 * with the troubles that could show it, one after the other, the same ones in every run.
 */
final class BrokenVariantsTest {
    private static final long SEED = 2;
    private static final int MOST = 400;

    private final Path appliance = Simulation.appliance();

    /** The first trouble, of the number from 1 on, that makes a deploy of the variant break a promise in these words. */
    private Optional<String> caught(Stage stage, String word, java.util.function.IntFunction<Trouble> troubles) {
        return caught(MOST, stage, word, troubles);
    }

    private Optional<String> caught(
            int most, Stage stage, String word, java.util.function.IntFunction<Trouble> troubles) {
        for (int number = 1; number <= most; number++) {
            Outcome outcome = new Scenario(SEED, appliance, stage).there(troubles.apply(number));
            Optional<String> found =
                    outcome.violations().stream().filter(v -> v.contains(word)).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Stage stage(Variant variant) {
        return new Stage(variant, true);
    }

    private static Variant deploy(UnaryOperator<List<Row<DeployPlan>>> change) {
        return Variant.SOUND.withDeploy(parts -> Changed.rows(DeployTable.with(parts), change));
    }

    @Test
    void theSoundOneIsNotCaughtByTheSameTroubles() {
        assertThat(caught(20, Stage.SOUND, "", n -> Trouble.strike(n, Strike.LOSE_REPLY)))
                .isEmpty();
        assertThat(caught(20, Stage.SOUND, "", n -> Trouble.takeover(n, 3))).isEmpty();
    }

    @Test
    void anUndoThatIsOwedOnlyAfterTheAct() {
        assertThat(caught(
                        stage(Variant.SOUND.withJournal(LateIntentJournal::new)),
                        "orphan",
                        n -> Trouble.strike(n, Strike.CRASH_AFTER)))
                .isPresent();
    }

    @Test
    void aCloudThatIsNeverAskedForTags() {
        assertThat(caught(new Stage(Variant.SOUND, false), "", n -> Trouble.strike(n, Strike.LOSE_REPLY)))
                .isPresent();
    }

    @Test
    void aLeaseThatIsNotChecked() {
        assertThat(caught(
                        stage(Variant.SOUND.withJournal(UncheckedLeaseJournal::new)), "", n -> Trouble.takeover(n, 3)))
                .isPresent();
    }

    @Test
    void aStopThatGoesBack() {
        RowTrouble failure = new RowTrouble("place-vm", RowTrouble.Kind.FAIL_AFTER);
        Variant deaf = Variant.SOUND.withDeploy(parts -> failure.in(Changed.neverStopping(DeployTable.with(parts))));
        Scenario scenario = new Scenario(SEED, appliance, stage(deaf));
        failure.on(scenario.life());
        assertThat(scenario.thereStopping(List.of("web"), Trouble.AT_A_ROW).violations())
                .anyMatch(v -> v.contains("although it was to stop"));
    }

    @Test
    void noFence() {
        Variant open = deploy(rows -> rows.stream().filter(r -> !fence(r)).toList());
        assertThat(caught(stage(open), "two live copies", BrokenVariantsTest::startedAtHome))
                .isPresent();
    }

    @Test
    void aStartBeforeTheFence() {
        Variant early = deploy(rows -> {
            List<Row<DeployPlan>> changed =
                    new ArrayList<>(rows.stream().filter(r -> !fence(r)).toList());
            int pivot = changed.indexOf(
                    changed.stream().filter(Row::pivot).findFirst().orElseThrow());
            changed.addAll(
                    pivot, rows.stream().filter(BrokenVariantsTest::fence).toList());
            return changed;
        });
        assertThat(caught(stage(early), "two live copies", BrokenVariantsTest::startedAtHome))
                .isPresent();
    }

    private static boolean fence(Row<DeployPlan> row) {
        return row.id().equals("3.4.1") || row.id().equals("3.4.2");
    }

    /** A cloud whose rule about fenced machines is never called for: somebody plugs in and starts what is fenced. */
    @Test
    void noMarkOnWhatIsFenced() {
        assertThat(caught(
                        stage(Variant.SOUND.withClouds(BrokenVariantsTest::withoutMarks)),
                        "two live copies",
                        n -> Trouble.between(n, Trouble.Kind.PLUG_AT_HOME)))
                .isPresent();
        assertThat(caught(150, Stage.SOUND, "", n -> Trouble.between(n, Trouble.Kind.PLUG_AT_HOME)))
                .isEmpty();
    }

    private static Cloud withoutMarks(Cloud cloud) {
        return AnyTag.proxy(Cloud.class, cloud, (method, answer) -> {
            if (!method.getName().equals("capabilities")) {
                return answer;
            }
            Set<Capability> less = EnumSet.copyOf(cloud.capabilities());
            less.remove(Capability.FENCE_MARK);
            return less;
        });
    }

    /** The copy is in its place, plugged in and not marked, and the source is not fenced yet: people start both. */
    @Test
    void noMarkOnTheCopyThatWaits() {
        Variant careless = Variant.SOUND.withDeploy(parts -> Changed.rows(DeployTable.with(parts), rows -> rows.stream()
                .map(r -> r.name().equals("place-vm")
                        ? Changed.row(r, withoutMark(parts, r.action()), r.undo(), r.pivot())
                        : r)
                .toList()));
        assertThat(caught(stage(careless), "two live copies", BrokenVariantsTest::startedInBoth))
                .isPresent();
        assertThat(caught(150, Stage.SOUND, "", BrokenVariantsTest::startedInBoth))
                .isEmpty();
    }

    private static Trouble startedInBoth(int turn) {
        return Trouble.between(turn, Trouble.Kind.PLUG_AT_TARGET, Trouble.Kind.START_AT_HOME);
    }

    private static StepAction<DeployPlan> withoutMark(Parts parts, StepAction<DeployPlan> sound) {
        return scope -> {
            StepResult result = sound.run(scope);
            if (result instanceof StepResult.Done done) {
                String copy = done.outputs().get("placed.1").toString();
                parts.cloud(scope.input().target()).vApps().unfence(new ObjectId(copy));
            }
            return result;
        };
    }

    /** Not broken, but strict: it refuses to start what somebody has just started. */
    @Test
    void aCloudThatRefusesToStartWhatRunsIsNoObstacle() {
        Variant strict = Variant.SOUND.withClouds(cloud -> AnyTag.proxy(
                Cloud.class,
                cloud,
                (method, answer) ->
                        method.getName().equals("vApps") ? strict((MemoryCloud) cloud, (VApps) answer) : answer));
        assertThat(new Scenario(SEED, appliance, stage(strict))
                        .there(Trouble.NONE)
                        .violations())
                .isEmpty();
    }

    /** Somebody starts web a moment before us, each time. */
    private static VApps strict(MemoryCloud cloud, VApps sound) {
        return (VApps) Proxy.newProxyInstance(
                VApps.class.getClassLoader(), new Class<?>[] {VApps.class}, (self, method, words) -> {
                    if (method.getName().equals("powerOn") && isWeb(cloud, words[0])) {
                        cloud.person().powerOn((ObjectId) words[0]);
                        throw new CloudException(
                                "BAD_REQUEST", CloudException.Category.USER, "\"web\" is powered on already.");
                    }
                    try {
                        return method.invoke(sound, words);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean isWeb(Cloud cloud, Object id) {
        return cloud.inventory().vApps().stream()
                .flatMap(v -> cloud.inventory().vApp(v.id()).vms().stream())
                .anyMatch(vm -> vm.id().equals(id) && vm.name().equals("web"));
    }

    /** Somebody starts the machine at home at a turn. */
    private static Trouble startedAtHome(int turn) {
        return Trouble.between(turn, Trouble.Kind.START_AT_HOME);
    }

    @Test
    void anUndoThatIsForgotten() {
        Variant forgetful = deploy(rows -> rows.stream()
                .map(r -> r.id().equals("1.4.4") || r.id().equals("1.3.2")
                        ? Changed.row(r, r.action(), Optional.empty(), r.pivot())
                        : r)
                .toList());
        assertThat(caught(stage(forgetful), "orphan", n -> Trouble.between(n, Trouble.Kind.CANCEL)))
                .isPresent();
    }

    /** The way back stays open after the machine has started at the target. */
    @Test
    void aPivotThatIsForgotten() {
        RetryPolicy patient = new RetryPolicy(12, RetryPolicy.FOREVER.firstWait(), RetryPolicy.FOREVER.maxWait());
        Variant open = deploy(rows -> rows.stream()
                .map(r -> Changed.row(r, r.action(), r.undo(), false))
                .map(r -> r.retry().forever() ? r.withRetry(patient) : r)
                .toList());
        assertThat(caught(stage(open), "", n -> Trouble.death(n, Side.AFTER))).isPresent();
    }

    /** On the way back the source is plugged in again while the target still runs, and somebody at home is quick. */
    @Test
    void anUnfenceBeforeTheTargetIsOff() {
        assertThat(liveTwiceOnTheWayBack(BrokenVariantsTest::unfencedFirst)).isTrue();
        assertThat(liveTwiceOnTheWayBack(UnaryOperator.identity())).isFalse();
    }

    /** The row fails when the target's machine has been started, and somebody starts the one at home at every turn. */
    private boolean liveTwiceOnTheWayBack(UnaryOperator<List<Row<DeployPlan>>> change) {
        for (int turn = 1; turn <= MOST / 2; turn++) {
            RowTrouble failure = new RowTrouble("start-target-vm", RowTrouble.Kind.FAIL_AFTER);
            Variant variant =
                    Variant.SOUND.withDeploy(parts -> failure.in(Changed.rows(DeployTable.with(parts), change)));
            Scenario scenario = new Scenario(SEED, appliance, stage(variant));
            failure.on(scenario.life());
            List<String> violations = scenario.there(startedAtHome(turn)).violations();
            if (violations.stream().anyMatch(v -> v.contains("two live copies"))) {
                return true;
            }
        }
        return false;
    }

    private static List<Row<DeployPlan>> unfencedFirst(List<Row<DeployPlan>> rows) {
        StepAction<DeployPlan> unfence = undo(rows, "fence-source");
        StepAction<DeployPlan> stop = undo(rows, "start-target-vm");
        return rows.stream()
                .map(r -> switch (r.name()) {
                    case "fence-source" -> r.withUndo(stop);
                    case "start-target-vm" -> r.withUndo(unfence);
                    default -> r;
                })
                .toList();
    }

    private static StepAction<DeployPlan> undo(List<Row<DeployPlan>> rows, String name) {
        return rows.stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .flatMap(Row::undo)
                .orElseThrow();
    }

    /** Whatever bears a tag of the operation is taken for what the step has made. */
    @Test
    void adoptingWithoutComparingTheTag() {
        assertThat(caught(
                        stage(Variant.SOUND.withClouds(AnyTag::cloud)),
                        "",
                        n -> n == 1 ? Trouble.NONE : Trouble.strike(n, Strike.LOSE_REPLY)))
                .isPresent();
    }
}
