package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloudBuilder;
import org.stretchdeploy.spi.memory.ShopClouds;

/** Deploy and return of what is not the plain shop: names, networks, states. */
final class OddWorldsTest {
    private static final Subnet OTHER = new Subnet("10.9.0.1", 24, List.of(), "", List.of("10.9.0.10-10.9.0.20"));

    @TempDir
    Path folder;

    private static void thereAndBack(StretchWorld world, String vApp, String... vms) {
        Map<String, String> before = world.states();
        Operation deployed = world.run(world.service.deploy(
                StretchRequest.of(new CloudName("private"), vApp, List.of(vms), new CloudName("public")),
                Optional.empty()));
        assertThat(deployed.failure()).isEmpty();
        assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        Operation returned = world.run(world.service.bringBack(
                new ReturnRequest(new CloudName("private"), vApp, List.of(), List.of("*")), Optional.empty()));
        assertThat(returned.failure()).isEmpty();
        assertThat(returned.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(returned.notices()).isEmpty();
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.tunnels.isEmpty()).isTrue();
        assertThat(world.violations).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with some spaces",
                "Äpfel & Öl <ß>",
                "it's \"quoted\" \\ back",
                "a/b:c|d=e%20+",
                "日本語のサーバー",
                "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456x"
            })
    void namesAreOnlyNames(String name) {
        MemoryCloudBuilder source = ShopClouds.source("private").vApp("private-vdc", name);
        source.routedVAppNetwork(name, "net " + name.substring(0, 1), "private-net", OTHER)
                .vm(name, name, "net " + name.substring(0, 1), "10.9.0.30")
                .running(name);
        thereAndBack(new StretchWorld(folder, source, ShopClouds.target("public")), name, name);
    }

    @Test
    void twoVAppsAtOnceGetTunnelsOfTheirOwn() {
        MemoryCloudBuilder source = ShopClouds.source("private").vApp("private-vdc", "other");
        source.routedVAppNetwork("other", "net", "private-net", OTHER)
                .vm("other", "one", "net", "10.9.0.30")
                .running("other");
        var world = new StretchWorld(folder, source, ShopClouds.target("public"));
        Map<String, String> before = world.states();
        // both are planned before the first one has made its NAT rule
        OperationId shop = world.service.deploy(StretchWorld.web(), Optional.empty());
        OperationId other = world.service.deploy(
                StretchRequest.of(new CloudName("private"), "other", List.of("one"), new CloudName("public")),
                Optional.empty());
        for (OperationId id : List.of(shop, other)) {
            Operation deployed = world.run(id);
            assertThat(deployed.failure()).isEmpty();
            assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        }
        assertThat(world.stretches.all())
                .extracting(s -> s.deploy().tunnel().externalAddress() + ":"
                        + s.deploy().tunnel().externalPort())
                .hasSize(2)
                .doesNotHaveDuplicates();
        for (String vApp : List.of("shop", "other")) {
            assertThat(world.run(world.service.bringBack(
                                    new ReturnRequest(new CloudName("private"), vApp, List.of(), List.of("*")),
                                    Optional.empty()))
                            .state())
                    .isEqualTo(Operation.State.SUCCEEDED);
        }
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void severalNetworks() {
        MemoryCloudBuilder source =
                ShopClouds.source("private").routedVAppNetwork("shop", "second", "private-net", OTHER);
        source.vm(
                "shop",
                "mail",
                1,
                512,
                List.of(source.nic(0, "internal", "10.1.0.20"), source.nic(1, "second", "10.9.0.30")),
                List.of(MemoryCloudBuilder.content("a", 512), MemoryCloudBuilder.content("b", 700)),
                8);
        thereAndBack(new StretchWorld(folder, source, ShopClouds.target("public")), "shop", "mail", "web");
    }

    @Test
    void aMachineThatIsOffStaysOff() {
        MemoryCloudBuilder source = ShopClouds.source("private");
        source.vm("shop", "spare", "internal", "10.1.0.40");
        StretchWorld world = new StretchWorld(folder, source, ShopClouds.target("public"));
        thereAndBack(world, "shop", "spare");
        assertThat(world.source.live()).noneMatch(n -> n.vm().equals("spare"));
    }

    @Test
    void aMachineWithoutFixedAddress() {
        MemoryCloudBuilder source = ShopClouds.source("private");
        Vm.Nic fixed = source.nic(0, "internal", "10.1.0.40");
        Vm.Nic dhcp = new Vm.Nic(0, "internal", fixed.mac(), Optional.empty(), Vm.Allocation.DHCP, true, true, "E1000");
        source.vm("shop", "phone", 1, 256, List.of(dhcp), List.of(MemoryCloudBuilder.content("p", 99)), 4)
                .running("shop");
        thereAndBack(new StretchWorld(folder, source, ShopClouds.target("public")), "shop", "phone");
    }

    @Test
    void detailsOfAMachineTravel() {
        MemoryCloudBuilder source = ShopClouds.source("private")
                .vmDetails(
                        "shop", "web", "The web server, v2", Map.of("guest.key", "value"), Map.of("owner", "Ops & Co"));
        thereAndBack(new StretchWorld(folder, source, ShopClouds.target("public")), "shop", "web");
    }

    @Test
    void aVAppOfThatNameIsAtTheTargetAlready() {
        StretchWorld world = new StretchWorld(
                folder,
                ShopClouds.source("private"),
                ShopClouds.target("public").vApp("public-vdc", "shop"));
        Plan plan = world.service.plan(StretchWorld.web());
        assertThat(plan.changes())
                .anyMatch(c -> c.kind().equals("VApp") && c.name().equals("shop-2"));
        thereAndBack(world, "shop", "web");
    }
}
