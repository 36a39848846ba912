package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.workflow.JournalEvent;

/** Whole vApps: machines by start order with gates between the orders, and what becomes of the whole when one fails. */
final class TiersTest {
    private static final CloudName PRIVATE = new CloudName("private");
    private static final String WEB = "10.1.0.11";

    @TempDir
    Path folder;

    private static StretchRequest shop() {
        return StretchRequest.of(PRIVATE, "shop", List.of(), new CloudName("public"));
    }

    private static Gate gate(Gate.Kind kind, int seconds) {
        return new Gate(kind, Duration.ofSeconds(seconds));
    }

    private static Operation deploy(StretchWorld world, StretchRequest request) {
        return world.run(world.service.deploy(request, Optional.empty()));
    }

    private static ReturnRequest home(Gate gate) {
        return new ReturnRequest(PRIVATE, "shop", List.of(), List.of("*"), TargetWrites.KEEP, gate);
    }

    private static Instant done(StretchWorld world, OperationId id, String row) {
        return world.store.read(new org.stretchdeploy.workflow.OperationId(id.value()), 0).stream()
                .filter(e -> e.event() instanceof JournalEvent.StepDone d
                        && d.stepId().equals(row))
                .findFirst()
                .orElseThrow(() -> new AssertionError("row " + row + " was not done"))
                .at();
    }

    /** web 1, app 2, db 3, with other words about web. */
    private static StretchWorld world(Path folder, int delay, boolean waitingForGuest, String startAction) {
        StretchWorld world = new StretchWorld(folder);
        VApp shop = PrecheckTest.vApp(world.source, "shop");
        world.source
                .vApps()
                .setStartup(
                        shop.id(),
                        shop.startup().stream()
                                .map(s -> s.vm().equals("web")
                                        ? new VApp.Startup("web", 1, startAction, delay, "powerOff", 0, waitingForGuest)
                                        : s)
                                .toList());
        world.source.tick();
        world.source.tick();
        assertThat(PrecheckTest.vApp(world.source, "shop").startup())
                .anyMatch(s -> s.startDelaySeconds() == delay && s.startAction().equals(startAction));
        return world;
    }

    @Test
    void theNextOrderStartsWhenTheOneBeforeIsUp() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        OperationId id = world.service.deploy(shop(), Optional.empty());
        Operation deployed = world.run(id);
        assertThat(deployed.failure()).isEmpty();
        assertThat(deployed.steps())
                .extracting(Operation.Step::number)
                .containsSubsequence("3.4.3.1", "3.4.3.gate1", "3.4.3.2", "3.4.3.gate2", "3.4.3.3", "3.4.4", "3.5.1");
        Operation returned = world.run(world.service.bringBack(home(Gate.STANDARD), Optional.empty()));
        assertThat(returned.steps())
                .extracting(Operation.Step::number)
                .containsSubsequence("3.4.4.1", "3.4.4.gate1", "3.4.4.2", "3.4.4.gate2", "3.4.4.3", "3.4.5");
        assertThat(returned.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void theStartOrderOfTheSourceIsTheTargetsToo() {
        StretchWorld world = world(folder, 40, true, "none");
        Map<String, String> before = world.states();
        assertThat(world.service.plan(shop()).changes())
                .filteredOn(c -> c.name().equals("shop/web") && c.cloud().equals("public"))
                .flatExtracting(Plan.ObjectChange::lines)
                .extracting(Plan.DiffLine::text)
                .contains("start order 1: none, then 40 s or the guest's answer; stop: powerOff, 0 s");
        assertThat(world.deploy("db").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(moved(world)).isEqualTo(atHome(world, "db"));
        assertThat(world.deploy("web", "app").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(moved(world)).isEqualTo(atHome(world, "web", "app", "db"));
        world.bringBack("app");
        assertThat(moved(world)).isEqualTo(atHome(world, "web", "db"));
        world.bringBack();
        assertThat(world.states()).isEqualTo(before);
    }

    private static Set<VApp.Startup> moved(StretchWorld world) {
        return startup(world.target, vm -> !vm.startsWith("stretch-edge-"));
    }

    private static Set<VApp.Startup> atHome(StretchWorld world, String... vms) {
        return startup(world.source, Set.of(vms)::contains);
    }

    private static Set<VApp.Startup> startup(MemoryCloud cloud, Predicate<String> which) {
        return PrecheckTest.vApp(cloud, "shop").startup().stream()
                .filter(s -> which.test(s.vm()))
                .collect(Collectors.toSet());
    }

    @Test
    void aMachineThatIsNotUpInTimeTakesTheWholeBack() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        OperationId id = world.service.deploy(shop(), Optional.empty());
        silentAtTheTarget(world, id);
        Operation end = world.run(id);
        assertThat(end.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("gate-not-passed");
        assertThat(end.failure().orElseThrow().message()).contains("web", WEB, "internal", "120 s", "order 1");
        assertThat(end.steps())
                .filteredOn(s -> s.number().equals("3.4.3.2"))
                .allMatch(s -> s.state() == Operation.StepState.WAITING);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    /** web stops answering when it was switched off at home. */
    private static void silentAtTheTarget(StretchWorld world, OperationId id) {
        until(world, id, "fence-seen");
        world.tunnels.mute.add(WEB);
    }

    private static void until(StretchWorld world, OperationId id, String row) {
        while (world.service.operation(id).steps().stream()
                .noneMatch(s -> s.name().equals(row) && s.state() == Operation.StepState.DONE)) {
            assertThat(world.node.dispatcher().runNext()).isTrue();
        }
    }

    @Test
    void aGateOfPowerLooksAtNothingElse() {
        StretchWorld world = new StretchWorld(folder);
        OperationId id = world.service.deploy(shop().gate(gate(Gate.Kind.POWER, 60)), Optional.empty());
        silentAtTheTarget(world, id);
        until(world, id, "target-runs");
        world.tunnels.mute.clear();
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void withoutGatesAllStartOneAfterTheOther() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = deploy(world, shop().gate(gate(Gate.Kind.NONE, 60)));
        assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(deployed.steps()).noneMatch(s -> s.name().contains("tier"));
        Operation returned = world.run(world.service.bringBack(home(gate(Gate.Kind.NONE, 60)), Optional.empty()));
        assertThat(returned.steps()).noneMatch(s -> s.name().contains("tier"));
    }

    @Test
    void theStartDelayIsKeptAlsoWithoutAGate() {
        StretchWorld world = world(folder, 90, false, "powerOn");
        OperationId id = deploy(world, shop().gate(gate(Gate.Kind.NONE, 1))).id();
        assertThat(Duration.between(done(world, id, "3.4.3.1"), done(world, id, "3.4.3.gate1")))
                .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(92));
    }

    @Test
    void theGuestsOwnWordEndsTheDelay() {
        StretchWorld world = world(folder, 90, true, "powerOn");
        OperationId id = deploy(world, shop()).id();
        assertThat(Duration.between(done(world, id, "3.4.3.1"), done(world, id, "3.4.3.gate1")))
                .isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void nobodyWaitsForAMachineThatTheVAppDoesNotStart() {
        StretchWorld world = world(folder, 90, false, "none");
        OperationId id = world.service.deploy(shop(), Optional.empty());
        silentAtTheTarget(world, id);
        until(world, id, "target-runs");
        world.tunnels.mute.clear();
        Operation end = world.run(id);
        assertThat(end.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(end.steps()).noneMatch(s -> s.number().equals("3.4.3.gate1"));
        assertThat(world.target.live()).anyMatch(nic -> nic.vm().equals("web"));
    }

    @Test
    void aGateOnTheWayHomeTakesTheWholeBackToTheTarget() {
        StretchWorld world = new StretchWorld(folder);
        deploy(world, shop());
        Map<String, String> before = world.states();
        OperationId id = world.service.bringBack(home(gate(Gate.Kind.NETWORK, 30)), Optional.empty());
        silentAtTheTarget(world, id);
        Operation end = world.run(id);
        assertThat(end.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(end.failure().orElseThrow().message()).contains("web", WEB, "30 s");
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.target.live()).anyMatch(nic -> nic.vm().equals("web"));
        assertThat(world.violations).isEmpty();
    }

    @Test
    void thePlanSaysWhatAGateMayCost() {
        StretchWorld world = new StretchWorld(folder);
        assertThat(world.service.plan(shop()).findings())
                .filteredOn(f -> f.id().equals("gate-may-lose-writes"))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.severity()).isEqualTo(Finding.Severity.INFO);
                    assertThat(f.subject()).isEqualTo("web, app");
                });
        assertThat(world.service.plan(shop().onFailure(OnFailure.STOP)).findings())
                .noneMatch(f -> f.id().equals("gate-may-lose-writes"));
        assertThat(world.service.plan(StretchWorld.web()).findings())
                .noneMatch(f -> f.id().equals("gate-may-lose-writes"));
    }

    /** The journal of a deploy that an older release accepted has no gates: its rows have to come out the same. */
    @Test
    void aPlanOfOldHasTheRowsOfOld() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = deploy(world, shop());
        var table = DeployTable.with(world.parts);
        var input = (com.fasterxml.jackson.databind.node.ObjectNode) world.node
                .engine()
                .find(new org.stretchdeploy.workflow.OperationId(deployed.id().value()))
                .orElseThrow()
                .input()
                .deepCopy();
        input.remove("gate");
        input.remove("stops");
        input.withArray("vms").forEach(vm -> ((com.fasterxml.jackson.databind.node.ObjectNode) vm).remove("start"));
        DeployPlan old = table.decode(input);
        assertThat(table.rows(old))
                .extracting(row -> row.id())
                .containsSubsequence("3.4.3.1", "3.4.3.2", "3.4.3.3")
                .noneMatch(row -> row.contains("gate"));
        assertThat(table.stopsOnFailure(old)).isFalse();
    }

    @Test
    void aReturnStopsToo() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        deploy(world, shop());
        ReturnRequest request = new ReturnRequest(
                PRIVATE,
                "shop",
                List.of(),
                List.of("*"),
                TargetWrites.KEEP,
                gate(Gate.Kind.NETWORK, 30),
                OnFailure.STOP);
        assertThat(world.service.plan(request).findings()).noneMatch(f -> f.id().equals("gate-may-lose-writes"));
        OperationId id = world.service.bringBack(request, Optional.empty());
        silentAtTheTarget(world, id);
        Operation end = world.run(id);
        assertThat(end.state()).isEqualTo(Operation.State.NEEDS_OPERATOR);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("gate-not-passed");
        assertThat(end.remaining().get(0)).contains("3.4.4.gate1", "web");
        assertThat(world.source.live())
                .extracting(nic -> nic.vm())
                .contains("web")
                .doesNotContain("app", "db");
        assertThat(world.target.live()).noneMatch(nic -> nic.vm().equals("web"));
        world.restart();
        world.tunnels.mute.clear();
        world.service.retry(id);
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    private static Operation stopped(StretchWorld world) {
        OperationId id = world.service.deploy(shop().onFailure(OnFailure.STOP), Optional.empty());
        silentAtTheTarget(world, id);
        return world.run(id);
    }

    @Test
    void whoAsksToStopKeepsWhatIsThere() {
        StretchWorld world = new StretchWorld(folder);
        Operation end = stopped(world);
        assertThat(end.state()).isEqualTo(Operation.State.NEEDS_OPERATOR);
        assertThat(end.pivotPassed()).isFalse();
        assertThat(end.failure().orElseThrow().code()).isEqualTo("gate-not-passed");
        assertThat(end.failure().orElseThrow().message()).contains("retry", "cancel");
        assertThat(end.remaining().get(0)).contains("3.4.3.gate1", "web");
        assertThat(end.remaining().get(1)).contains("3.4.3.2");
        assertThat(world.target.live())
                .extracting(nic -> nic.vm())
                .contains("web")
                .doesNotContain("app", "db");
        assertThat(world.source.live()).noneMatch(nic -> nic.vm().equals("web"));

        // a restart of the controller changes nothing
        world.restart();
        assertThat(world.run(end.id()).state()).isEqualTo(Operation.State.NEEDS_OPERATOR);

        world.tunnels.mute.clear();
        world.service.retry(end.id());
        assertThat(world.run(end.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aCancelAfterTheStopTakesEverythingBack() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        Operation end = stopped(world);
        world.service.cancel(end.id());
        assertThat(world.run(end.id()).state()).isEqualTo(Operation.State.CANCELLED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.tunnels.isEmpty()).isTrue();
        assertThat(world.violations).isEmpty();
    }

    /** Somebody loses patience while the operation is stopped and brings the machine up at home. */
    @Test
    void aRetryDoesNotStartASecondCopy() {
        StretchWorld world = new StretchWorld(folder);
        Operation end = stopped(world);
        var app = PrecheckTest.vApp(world.source, "shop").vm("app").orElseThrow();
        // the cloud's own rule would refuse this; not every cloud has one, and an admin may lift it
        world.source.vApps().unfence(app.id());
        world.source.tick();
        world.source.tick();
        world.source
                .vApps()
                .setNics(
                        app.id(),
                        app.nics().stream().map(n -> n.connected(true)).toList());
        world.source.tick();
        world.source.tick();
        world.source.person().powerOn(app.id());
        assertThat(world.source.live()).anyMatch(nic -> nic.vm().equals("app"));
        world.tunnels.mute.clear();
        world.service.retry(end.id());
        Operation again = world.run(end.id());
        assertThat(again.state()).isEqualTo(Operation.State.NEEDS_OPERATOR);
        assertThat(again.failure().orElseThrow().code()).isEqualTo("fence-broken");
        assertThat(world.violations).isEmpty();
        world.source.person().powerOff(app.id());
        world.service.retry(end.id());
        assertThat(world.run(end.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    }
}
