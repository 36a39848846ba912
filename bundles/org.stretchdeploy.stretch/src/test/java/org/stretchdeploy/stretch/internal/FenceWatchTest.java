package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.RecordedCall;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.register.FenceBreaches;
import org.stretchdeploy.workflow.testkit.CrashingJournal;

/** Somebody starts what is fenced, in clouds that have no rule against it. */
class FenceWatchTest {
    @TempDir
    private Path folder;

    private StretchWorld world() {
        return new StretchWorld(
                folder,
                ShopClouds.source("private").without(Capability.FENCE_MARK),
                ShopClouds.target("public").without(Capability.FENCE_MARK));
    }

    private static Vm vm(MemoryCloud cloud, String vApp, String name) {
        ObjectId id = cloud.inventory().vApps().stream()
                .filter(v -> v.name().startsWith(vApp))
                .findFirst()
                .orElseThrow()
                .id();
        return cloud.inventory().vApp(id).vm(name).orElseThrow();
    }

    private static Vm web(StretchWorld world) {
        return vm(world.source, "shop", "web");
    }

    /** The quickest somebody: starts it, and plugs it in. */
    private static void startAndPlug(StretchWorld world) {
        Vm web = web(world);
        world.source.person().powerOn(web.id());
        world.source
                .person()
                .setNics(
                        web.id(),
                        web.nics().stream().map(n -> n.connected(true)).toList());
    }

    private static void looks(StretchWorld world, int times) {
        for (int i = 0; i < times; i++) {
            world.service.lookAtFences();
            world.source.tick();
            world.source.tick();
            world.clock.advance(Duration.ofSeconds(3));
        }
    }

    private static List<Alarm> alarms(StretchWorld world) {
        return world.service.stretched().get(0).alarms();
    }

    private static double metric(StretchWorld world, String name) {
        return world.service.metrics().stream()
                .filter(m -> m.name().equals(name))
                .flatMap(m -> m.samples().stream())
                .filter(s -> s.labels().isEmpty() || s.labels().containsValue(Alarm.FENCE_BROKEN))
                .mapToDouble(s -> s.value())
                .sum();
    }

    private static void runUntil(StretchWorld world, OperationId id, Predicate<Operation> reached) {
        for (int turn = 0; turn < 20_000 && !reached.test(world.service.operation(id)); turn++) {
            assertThat(world.node.dispatcher().runNext())
                    .as("the operation goes on")
                    .isTrue();
        }
    }

    private static Predicate<Operation> begun(String row) {
        return o -> o.steps().stream().anyMatch(s -> s.name().equals(row) && s.state() != Operation.StepState.WAITING);
    }

    private static OperationId discard(StretchWorld world) {
        var request =
                new ReturnRequest(new CloudName("private"), "shop", List.of("web"), List.of("*"), TargetWrites.DISCARD);
        return world.service.bringBack(request, Optional.empty());
    }

    @Test
    void whatSomebodyStartedIsSwitchedOffAndUnpluggedWithAnAlarm() {
        StretchWorld world = world();
        world.deploy("web");
        looks(world, 2);
        assertThat(alarms(world)).isEmpty();
        startAndPlug(world);
        looks(world, 1);
        assertThat(alarms(world)).extracting(Alarm::code).containsExactly(Alarm.FENCE_BROKEN);
        assertThat(metric(world, "stretch_alarms")).isEqualTo(1);
        looks(world, 3);
        assertThat(web(world).state()).isEqualTo(PowerState.OFF);
        assertThat(web(world).nics()).noneMatch(Vm.Nic::connected);
        assertThat(alarms(world).get(0).message()).contains("web", "private", "switched off again");
        world.clock.advance(Duration.ofMinutes(1));
        looks(world, 1);
        assertThat(alarms(world)).isEmpty();
        assertThat(world.breaches.all()).isEmpty();
        assertThat(metric(world, "stretch_fences_broken_total")).isEqualTo(1);
        assertThat(world.bringBack("web").state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void aLookAtWhatIsInOrderIsOneReadAndNoWrite() {
        StretchWorld world = world();
        world.deploy("web");
        world.source.clearCalls();
        looks(world, 5);
        assertThat(world.source.calls()).isEmpty();
        assertThat(world.breaches.all()).isEmpty();
    }

    @Test
    void machinesThatAreNotOursAndThoseThatMovedAreNotTouched() {
        StretchWorld world = world();
        world.deploy("web");
        world.source.clearCalls();
        world.target.clearCalls();
        world.source.person().powerOff(vm(world.source, "shop", "db").id());
        world.source.person().powerOn(vm(world.source, "shop", "db").id());
        looks(world, 3);
        assertThat(world.source.calls()).isEmpty();
        assertThat(world.target.calls()).isEmpty();
    }

    @Test
    void aCloudThatCannotBeReachedIsLookedAtWhenItIsBack() {
        StretchWorld world = world();
        world.deploy("web");
        startAndPlug(world);
        world.source.reachable(false);
        looks(world, 3);
        assertThat(alarms(world)).isEmpty();
        world.source.reachable(true);
        looks(world, 4);
        assertThat(web(world).state()).isEqualTo(PowerState.OFF);
        assertThat(alarms(world)).hasSize(1);
    }

    @Test
    void theFenceIsWatchedFromTheMomentItStands() {
        StretchWorld world = world();
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.empty());
        runUntil(world, id, begun("start-target-vm"));
        world.source.person().powerOn(web(world).id());
        looks(world, 4);
        assertThat(web(world).state()).isEqualTo(PowerState.OFF);
        assertThat(world.service.operation(id).alarms()).extracting(Alarm::code).contains(Alarm.FENCE_BROKEN);
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void theCopyThatWaitsInTheTargetIsWatchedToo() {
        StretchWorld world = world();
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.empty());
        runUntil(world, id, begun("delete-arrival-vapp"));
        Vm waiting = vm(world.target, "shop", "web");
        assertThat(waiting.nics()).noneMatch(Vm.Nic::connected);
        world.target.person().powerOn(waiting.id());
        for (int i = 0; i < 3; i++) {
            world.service.lookAtFences();
            world.target.tick();
            world.target.tick();
        }
        assertThat(vm(world.target, "shop", "web").state()).isEqualTo(PowerState.OFF);
        assertThat(world.service.operation(id).alarms())
                .filteredOn(a -> a.code().equals(Alarm.FENCE_BROKEN))
                .extracting(Alarm::message)
                .first()
                .asString()
                .contains("web", "public");
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(vm(world.target, "shop", "web").state()).isEqualTo(PowerState.ON);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aMachineThatWasOffMayBeStartedInTheTargetWhenTheDeployIsThroughAndNotBefore() {
        var world = new StretchWorld(folder);
        world.source.person().powerOff(web(world).id());
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.empty());
        runUntil(world, id, begun("fence-source"));
        world.target.tick();
        world.target.tick();
        ObjectId copy = vm(world.target, "shop", "web").id();
        assertThatThrownBy(() -> world.target.person().powerOn(copy)).hasMessageContaining("fenced");
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(vm(world.target, "shop", "web").nics()).allMatch(Vm.Nic::connected);
        world.target.person().powerOn(copy);
        looks(world, 3);
        assertThat(vm(world.target, "shop", "web").state()).isEqualTo(PowerState.ON);
        assertThat(world.breaches.all()).isEmpty();
    }

    @Test
    void theCopyThatAReturnFencesInTheTargetIsWatchedToo() {
        StretchWorld world = world();
        world.deploy("web");
        OperationId id = discard(world);
        runUntil(world, id, begun("open-home"));
        Vm remote = vm(world.target, "shop", "web");
        world.target.person().powerOn(remote.id());
        world.service.lookAtFences();
        world.target.tick();
        world.target.tick();
        assertThat(vm(world.target, "shop", "web").state()).isEqualTo(PowerState.OFF);
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aReturnThatOpensTheFenceWinsOverAWatchThatHasSeenTheMachineRun() {
        StretchWorld world = world();
        world.deploy("web");
        OperationId id = discard(world);
        runUntil(world, id, begun("fence-seen"));
        world.source.tick();
        world.source.tick();
        world.source.person().powerOn(web(world).id());
        // between the look at the cloud and the claim the return goes on until its machine runs
        world.breaches.beforeNextUpdate(() -> runUntil(world, id, begun("source-runs")));
        world.source.clearCalls();
        world.service.lookAtFences();
        assertThat(world.source.calls()).extracting(RecordedCall::operation).doesNotContain("VApps.powerOff");
        assertThat(alarms(world)).isEmpty();
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(web(world).state()).isEqualTo(PowerState.ON);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aReturnWaitsForAWatchThatHasItsHandsOnTheMachine() {
        StretchWorld world = world();
        world.deploy("web");
        OperationId id = discard(world);
        runUntil(world, id, begun("fence-seen"));
        Vm web = web(world);
        Instant now = world.clock.instant();
        var claim = new FenceBreaches.Claim("another node", now.plus(Duration.ofDays(1)));
        world.breaches.update(
                "private",
                web.id(),
                b -> Optional.of(FenceBreaches.Breach.of("private", web.id(), "web", "st-1", now)
                        .claimedBy(Optional.of(claim))));
        for (int turn = 0; turn < 30; turn++) {
            assertThat(world.node.dispatcher().runNext()).isTrue();
        }
        assertThat(begun("open-home").test(world.service.operation(id))).isTrue();
        assertThat(web(world).nics()).noneMatch(Vm.Nic::connected);
        world.breaches.update("private", web.id(), b -> Optional.empty());
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void ofTwoWatchesOneActs() {
        StretchWorld world = world();
        world.deploy("web");
        startAndPlug(world);
        world.source.clearCalls();
        StretchService first = world.service;
        world.restart("another", 0, CrashingJournal.Side.BEFORE);
        world.breaches.afterNextUpdate(world.service::lookAtFences);
        first.lookAtFences();
        assertThat(world.source.calls().stream().filter(c -> c.operation().equals("VApps.powerOff")))
                .hasSize(1);
        looks(world, 4);
        assertThat(web(world).state()).isEqualTo(PowerState.OFF);
    }
}
