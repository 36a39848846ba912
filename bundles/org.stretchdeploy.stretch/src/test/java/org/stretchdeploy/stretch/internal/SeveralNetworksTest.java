package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloudBuilder;
import org.stretchdeploy.spi.memory.ShopClouds;

/** A vApp whose machines are on several networks, some of them with several NICs: one plan, one pair of appliances. */
final class SeveralNetworksTest {
    private static final Subnet CLUSTER = new Subnet("172.16.0.1", 24, List.of(), "", List.of());

    private static final Subnet BACKEND =
            new Subnet("10.2.0.1", 24, List.of("10.2.0.1"), "", List.of("10.2.0.10-10.2.0.99"));

    @TempDir
    Path folder;

    /** The shop, and an office with mail on two networks and store on three. */
    private StretchWorld world() {
        MemoryCloudBuilder builder = ShopClouds.source("private");
        builder.vApp("private-vdc", "office");
        builder.routedVAppNetwork(
                "office",
                "front",
                "private-net",
                new Subnet("10.3.0.1", 24, List.of(), "", List.of("10.3.0.10-10.3.0.99")));
        builder.routedVAppNetwork("office", "backend", "private-net", BACKEND);
        builder.vAppNetwork(
                "office",
                new NetworkSpec(
                        "cluster", "heart beats", FenceMode.ISOLATED, Optional.empty(), Optional.of(CLUSTER), false),
                new EdgeServices(
                        new EdgeServices.Firewall(false, EdgeServices.Policy.DROP, false, List.of()),
                        new EdgeServices.Nat(false, "ipTranslation", false, List.of()),
                        List.of(),
                        List.of()));
        builder.vm(
                "office",
                "mail",
                1,
                512,
                List.of(builder.nic(0, "front", "10.3.0.11"), builder.nic(1, "backend", "10.2.0.11")),
                List.of(MemoryCloudBuilder.content("mail", 4096)),
                16);
        builder.vm(
                "office",
                "store",
                1,
                512,
                List.of(
                        builder.nic(0, "backend", "10.2.0.12"),
                        builder.nic(1, "cluster", "172.16.0.2"),
                        builder.nic(2, "front", "10.3.0.12")),
                List.of(MemoryCloudBuilder.content("store", 4096)),
                16);
        builder.vm("office", "witness", "cluster", "172.16.0.9");
        builder.running("office");
        return new StretchWorld(folder, builder, ShopClouds.target("public"));
    }

    private static StretchRequest office(String... vms) {
        return StretchRequest.of(new CloudName("private"), "office", List.of(vms), new CloudName("public"));
    }

    private static List<String> nics(VApp vApp, String vm) {
        return vApp.vm(vm).orElseThrow().nics().stream()
                .map(n -> n.index() + " " + n.network() + " " + n.mac() + " "
                        + n.address().orElse("-") + (n.primary() ? " primary" : ""))
                .toList();
    }

    @Test
    void theWholeVAppMovesAndReturnsWithEveryNic() {
        StretchWorld world = world();
        Map<String, String> before = world.states();
        VApp home = PrecheckTest.vApp(world.source, "office");
        Plan plan = world.service.plan(office());
        assertThat(plan.executable()).isTrue();
        assertThat(plan.changes())
                .filteredOn(c -> c.cloud().equals("public") && c.kind().equals("VApp") && !c.temporary())
                .singleElement()
                .satisfies(c -> assertThat(c.lines())
                        .extracting(l -> l.text().split(",")[0])
                        .contains("network cluster: isolated", "network front: routed", "network backend: routed"));

        Operation deployed = world.run(world.service.deploy(office(), Optional.empty()));
        assertThat(deployed.failure()).isEmpty();
        assertThat(deployed.steps()).hasSameSizeAs(plan.steps());
        VApp there = PrecheckTest.vApp(world.target, "office");
        for (String vm : List.of("mail", "store", "witness")) {
            assertThat(nics(there, vm)).isEqualTo(nics(home, vm));
            assertThat(there.vm(vm).orElseThrow().nics()).allMatch(Vm.Nic::connected);
        }
        assertThat(there.network("cluster").map(VAppNetwork::fenceMode)).contains(FenceMode.ISOLATED);
        for (String routed : List.of("front", "backend")) {
            EdgeServices edge = world.target
                    .edges()
                    .read(new Edges.VAppEdge(there.id(), routed))
                    .services();
            assertThat(edge.nat().enabled()).isFalse();
            assertThat(edge.firewall().defaultPolicy()).isEqualTo(EdgeServices.Policy.DROP);
        }
        Vm appliance = there.vms().stream()
                .filter(vm -> vm.name().startsWith("stretch-edge-"))
                .findFirst()
                .orElseThrow();
        assertThat(appliance.nics()).extracting(Vm.Nic::network).contains("front", "backend", "cluster");
        assertThat(deployed.continuity().orElseThrow().flows())
                .anyMatch(f -> f.name().contains("store (172.16.0.2) seen from the source side of cluster")
                        && f.answersAfter())
                .noneMatch(f -> f.name().contains("gateway (172.16.0.1)"));

        Operation returned = world.run(world.service.bringBack(
                new org.stretchdeploy.api.ReturnRequest(new CloudName("private"), "office", List.of(), List.of()),
                Optional.empty()));
        assertThat(returned.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(returned.notices()).isEmpty();
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.tunnels.isEmpty()).isTrue();
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aCancelAtTheLastMomentLeavesNothingOnAnyNetwork() {
        StretchWorld world = world();
        Map<String, String> before = world.states();
        OperationId id = world.service.deploy(office("store"), Optional.empty());
        while (world.service.operation(id).steps().stream()
                .noneMatch(s -> s.name().equals("start-target-vm") && s.state() == Operation.StepState.RUNNING)) {
            assertThat(world.node.dispatcher().runNext()).isTrue();
        }
        world.service.cancel(id);
        assertThat(world.run(id).state()).isEqualTo(Operation.State.CANCELLED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aMachineThatJoinsMayBeOnFewerNetworks() {
        StretchWorld world = world();
        Map<String, String> before = world.states();
        assertThat(world.run(world.service.deploy(office("store"), Optional.empty()))
                        .state())
                .isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.run(world.service.deploy(office("mail"), Optional.empty()))
                        .state())
                .isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.run(world.service.bringBack(
                                new org.stretchdeploy.api.ReturnRequest(
                                        new CloudName("private"), "office", List.of(), List.of()),
                                Optional.empty()))
                        .state())
                .isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }
}
