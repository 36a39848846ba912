package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloudBuilder;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.GatePlan;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl;

/** Gates that ask machines for a service (ADR 0034); web has start order 1, app 2, db 3. */
final class ServiceGateTest {
    private static final CloudName PRIVATE = new CloudName("private");
    private static final String WEB = "10.1.0.11";

    @TempDir
    Path folder;

    private static Gate gate(String... words) {
        return Gate.of(Arrays.asList(words), Optional.of("40s"));
    }

    private static StretchRequest shop(String... words) {
        return StretchRequest.of(PRIVATE, "shop", List.of(), new CloudName("public"))
                .gate(gate(words));
    }

    private static ReturnRequest home(String... words) {
        return new ReturnRequest(PRIVATE, "shop", List.of(), List.of("*"), TargetWrites.KEEP, gate(words));
    }

    private static void until(StretchWorld world, OperationId id, Predicate<Operation.Step> there) {
        while (world.service.operation(id).steps().stream().noneMatch(there)) {
            assertThat(world.node.dispatcher().runNext()).isTrue();
        }
    }

    private static Predicate<Operation.Step> done(String row) {
        return s -> s.name().equals(row) && s.state() == Operation.StepState.DONE;
    }

    private static List<String> asked(StretchWorld world) {
        return world.tunnels.configured().stream()
                .flatMap(end -> end.probes().stream())
                .flatMap(p -> p.service().stream().map(s -> p.address() + " " + s.port() + " from " + s.from()))
                .toList();
    }

    @Test
    void theNextOrderStartsWhenTheServiceIsThere() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        OperationId id = world.service.deploy(shop("web=tcp:8080", "app=ping"), Optional.empty());
        until(world, id, done("tunnel-up"));
        until(world, id, s -> s.name().equals("segment-proven") && !asked(world).isEmpty());
        // the target's edge has 10.1.0.254, machines .11 to .13; the pool ends at .99
        String from = "[10.1.0.99, 10.1.0.98, 10.1.0.97, 10.1.0.96]";
        assertThat(asked(world)).containsExactly(WEB + " 8080 from " + from, "10.1.0.12 0 from " + from);
        until(world, id, done("fence-seen"));
        world.tunnels.shut.add(WEB + " tcp:8080");
        until(world, id, s -> s.number().equals("3.4.3.gate1") && s.progress().isPresent());
        assertThat(asked(world)).containsExactly(WEB + " 8080 from " + from);
        assertThat(world.service.operation(id).steps()).noneMatch(done("target-tier-up"));
        world.tunnels.shut.clear();
        Operation deployed = world.run(id);
        assertThat(deployed.failure()).isEmpty();
        assertThat(world.run(world.service.bringBack(home("ping", "app=tcp:22"), Optional.empty()))
                        .failure())
                .isEmpty();
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aServiceThatDoesNotComeUpTakesTheWholeBack() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        OperationId id = world.service.deploy(shop("tcp:8080"), Optional.empty());
        until(world, id, done("fence-seen"));
        world.tunnels.shut.add(WEB + " tcp:8080");
        Operation end = world.run(id);
        assertThat(end.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("gate-not-passed");
        assertThat(end.failure().orElseThrow().message())
                .contains("web", WEB, "internal", "tcp:8080", "refuses", "as it did before", "40 s");
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    /** Nothing was stopped: whoever is silent now would be waited for in vain. */
    @Test
    void whatDoesNotServeBeforeEndsTheDeployBeforeTheOutage() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.shut.add(WEB + " tcp:5433");
        Operation end = world.run(world.service.deploy(shop("web=tcp:5433"), Optional.empty()));
        assertThat(end.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("gate-silent");
        assertThat(end.failure().orElseThrow().message()).contains("web", WEB, "tcp:5433", "Nothing was moved");
        assertThat(end.steps())
                .filteredOn(s -> s.name().equals("stop-source-vm"))
                .isNotEmpty()
                .allMatch(s -> s.state() == Operation.StepState.WAITING);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.tunnels.isEmpty()).isTrue();
    }

    @Test
    void whoStopsMayStartTheServiceAndGoOn() {
        StretchWorld world = new StretchWorld(folder);
        world.tunnels.shut.add("10.1.0.12 ping");
        Operation end = world.run(world.service.deploy(shop("app=ping").onFailure(OnFailure.STOP), Optional.empty()));
        assertThat(end.state()).isEqualTo(Operation.State.NEEDS_OPERATOR);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("gate-silent");
        world.tunnels.shut.clear();
        world.service.retry(end.id());
        assertThat(world.run(end.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void agentsOfAnOlderReleaseAreNamed() {
        StretchWorld world = new StretchWorld(folder);
        world.tunnels.old = true;
        Operation end = world.run(world.service.deploy(shop("web=tcp:80"), Optional.empty()));
        assertThat(end.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("gate-not-asked");
        assertThat(end.failure().orElseThrow().message()).contains("web", "older release");
        assertThat(world.run(world.service.deploy(shop("network"), Optional.empty()))
                        .state())
                .isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void aReturnAsksAtTheTargetFirst() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> atHome = world.states();
        world.run(world.service.deploy(shop(), Optional.empty()));
        Map<String, String> before = world.states();
        world.tunnels.shut.add(WEB + " tcp:8080");
        Operation refused = world.run(world.service.bringBack(home("web=tcp:8080"), Optional.empty()));
        assertThat(refused.failure().orElseThrow().code()).isEqualTo("gate-silent");
        assertThat(refused.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(world.states()).isEqualTo(before);
        world.tunnels.shut.clear();
        OperationId id = world.service.bringBack(home("web=tcp:8080"), Optional.empty());
        until(world, id, done("fence-seen"));
        world.tunnels.shut.add(WEB + " tcp:8080");
        assertThat(world.run(id).failure().orElseThrow().code()).isEqualTo("gate-not-passed");
        world.tunnels.shut.clear();
        assertThat(world.run(world.service.bringBack(home("web=tcp:8080"), Optional.empty()))
                        .failure())
                .isEmpty();
        assertThat(world.states()).isEqualTo(atHome);
        assertThat(world.violations).isEmpty();
    }

    /** A machine that serves on one of its networks is asked there only; the others keep their own gates. */
    @Test
    void oneAddressIsEnough() {
        StretchWorld world = new StretchWorld(folder, ShopClouds.wideSource("private"), ShopClouds.target("public"));
        world.tunnels.shut.add("10.1.0.12 tcp:9000");
        OperationId id = world.service.deploy(shop("power", "app=tcp:9000"), Optional.empty());
        until(world, id, done("fence-seen"));
        world.tunnels.mute.add(WEB);
        until(
                world,
                id,
                s -> s.number().equals("3.4.3.gate2") && s.progress().isPresent()
                        || s.number().equals("3.4.3.gate2") && s.state() == Operation.StepState.DONE);
        assertThat(asked(world)).singleElement().asString().startsWith("10.2.0.12 9000");
        world.tunnels.mute.clear();
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void onlyMachinesThatMoveHaveGates() {
        StretchWorld world = new StretchWorld(folder);
        var web = StretchRequest.of(PRIVATE, "shop", List.of("web"), new CloudName("public"));
        for (StretchRequest wrong : List.of(shop("nobody=ping"), web.gate(gate("app=ping")))) {
            assertThatThrownBy(() -> world.service.plan(wrong)).satisfies(ServiceGateTest::invalid);
            assertThatThrownBy(() -> world.service.deploy(wrong, Optional.empty()))
                    .satisfies(ServiceGateTest::invalid);
        }
        PrecheckTest.nothingWritten(world);
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThatThrownBy(() -> world.service.plan(home("app=ping"))).satisfies(ServiceGateTest::invalid);
        assertThatThrownBy(() -> world.service.bringBack(home("app=ping"), Optional.empty()))
                .satisfies(ServiceGateTest::invalid);
    }

    private static void invalid(Throwable refusal) {
        assertThat(refusal).isInstanceOfSatisfying(StretchException.class, e -> assertThat(e.code())
                .isEqualTo("invalid-gate"));
    }

    private static Finding only(StretchWorld world, String id, StretchRequest request) {
        return world.service.plan(request).findings().stream()
                .filter(f -> f.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding " + id));
    }

    @Test
    void thePlanSaysWhatCannotBeAsked() {
        StretchWorld world = new StretchWorld(folder);
        assertThat(world.service.plan(shop("web=tcp:80", "ping")).findings())
                .extracting(Finding::id)
                .containsExactly("gate-may-lose-writes");
        assertThat(only(world, "gate-without-wait", shop("db=tcp:5432", "web=ping"))
                        .subject())
                .isEqualTo("db");
        StretchRequest one = StretchRequest.of(PRIVATE, "shop", List.of("web"), new CloudName("public"));
        assertThat(only(world, "gate-without-wait", one.gate(gate("tcp:80"))).subject())
                .isEqualTo("all machines");
        world.source
                .person()
                .powerOff(PrecheckTest.vApp(world.source, "shop")
                        .vm("web")
                        .orElseThrow()
                        .id());
        Vm web = PrecheckTest.vApp(world.source, "shop").vm("web").orElseThrow();
        world.source
                .vApps()
                .setNics(
                        web.id(),
                        web.nics().stream().map(n -> n.connected(false)).toList());
        world.source.tick();
        world.source.tick();
        world.source.person().powerOn(web.id());
        Finding blocked = only(world, "gate-no-address", shop("web=tcp:80"));
        assertThat(blocked.subject()).isEqualTo("web");
        assertThat(blocked.blocks()).isTrue();
    }

    @Test
    void aNetworkWithoutAFreeAddressBlocks() {
        MemoryCloudBuilder builder = ShopClouds.source("private");
        builder.vAppNetwork(
                "shop",
                new NetworkSpec(
                        "tiny",
                        "",
                        FenceMode.ISOLATED,
                        Optional.empty(),
                        Optional.of(new Subnet("10.9.0.1", 30, List.of(), "", List.of())),
                        false),
                new EdgeServices(
                        new EdgeServices.Firewall(false, EdgeServices.Policy.DROP, false, List.of()),
                        new EdgeServices.Nat(false, "ipTranslation", false, List.of()),
                        List.of(),
                        List.of()));
        builder.vm("shop", "mail", "tiny", "10.9.0.2")
                .vm("shop", "last", "internal", "10.1.0.19")
                .running("shop");
        StretchWorld world = new StretchWorld(folder, builder, ShopClouds.target("public"));
        Finding blocked = only(world, "gate-no-free-address", shop("mail=ping"));
        assertThat(blocked.subject()).isEqualTo("tiny");
        assertThat(blocked.remedy()).contains("mail");
        assertThat(blocked.blocks()).isTrue();
    }

    /** What an older release journalled is read as it was meant. */
    @Test
    void aGateOfOldIsRead() {
        StretchWorld world = new StretchWorld(folder);
        OperationId id = world.service.deploy(shop("web=tcp:80", "none"), Optional.empty());
        var table = DeployTable.with(world.parts);
        var input = (com.fasterxml.jackson.databind.node.ObjectNode) world.node
                .engine()
                .find(new org.stretchdeploy.workflow.OperationId(id.value()))
                .orElseThrow()
                .input()
                .deepCopy();
        GatePlan now = table.decode(input).gate().orElseThrow();
        assertThat(now.services()).extracting(ServiceQuestion::service).containsExactly("tcp:80");
        assertThat(now.network("web")).isTrue();
        assertThat(now.power("app")).isFalse();
        ((com.fasterxml.jackson.databind.node.ObjectNode) input.get("gate"))
                .put("kind", "NETWORK")
                .remove(List.of("machines", "services"));
        DeployPlan old = table.decode(input);
        assertThat(old.gate()).contains(GatePlan.of(Gate.of(List.of(), Optional.of("40s"))));
        assertThat(table.rows(old)).extracting(row -> row.id()).contains("3.4.3.gate1", "3.4.3.gate2");
        assertThat(new TunnelControl.Probe("p", "n", "10.0.0.1", true).service())
                .isEmpty();
    }
}
