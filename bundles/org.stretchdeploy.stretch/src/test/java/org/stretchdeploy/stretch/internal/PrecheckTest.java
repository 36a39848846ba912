package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.StretchRequest.CopyMode;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.MemoryCloudBuilder;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.plan.Prechecks;
import org.stretchdeploy.stretch.internal.plan.Survey;
import org.stretchdeploy.stretch.internal.plan.Surveyor;

/** Every finding of a deploy's precheck is provoked; looking writes nothing. {@link CatalogueOfIdsTest} counts them. */
final class PrecheckTest {
    private static final UnaryOperator<MemoryCloudBuilder> PLAIN = b -> b;
    private static final Subnet OTHER = new Subnet("10.9.0.1", 24, List.of(), "", List.of("10.9.0.10-10.9.0.20"));

    @TempDir
    Path folder;

    private StretchWorld world(UnaryOperator<MemoryCloudBuilder> source, UnaryOperator<MemoryCloudBuilder> target) {
        return new StretchWorld(
                folder, source.apply(ShopClouds.source("private")), target.apply(ShopClouds.target("public")));
    }

    private StretchWorld world() {
        return world(PLAIN, PLAIN);
    }

    private static StretchRequest request(String vApp, String... vms) {
        return StretchRequest.of(new CloudName("private"), vApp, List.of(vms), new CloudName("public"));
    }

    private static StretchRequest request(
            Optional<String> targetVdc, Optional<String> sourceUplink, Optional<String> targetUplink, CopyMode mode) {
        return new StretchRequest(
                new CloudName("private"),
                Optional.empty(),
                "shop",
                List.of("web"),
                new CloudName("public"),
                targetVdc,
                sourceUplink,
                targetUplink,
                mode,
                List.of("*"));
    }

    static ObjectId vm(MemoryCloud cloud, String vApp, String name) {
        return vApp(cloud, vApp).vm(name).orElseThrow().id();
    }

    static VApp vApp(MemoryCloud cloud, String name) {
        return cloud.inventory().vApps().stream()
                .filter(v -> v.name().equals(name))
                .findFirst()
                .map(v -> cloud.inventory().vApp(v.id()))
                .orElseThrow();
    }

    static void blocks(String id, StretchWorld world, StretchRequest request) {
        Finding finding = found(id, world, request);
        assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKER);
        assertThatThrownBy(() -> world.service.deploy(request, Optional.empty()))
                .isInstanceOfSatisfying(StretchException.class, e -> {
                    assertThat(e.kind()).isEqualTo(StretchException.Kind.BLOCKED);
                    assertThat(e.findings()).anyMatch(f -> f.id().equals(id));
                });
        nothingWritten(world);
    }

    static void warns(String id, StretchWorld world, StretchRequest request) {
        assertThat(found(id, world, request).severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(world.service.plan(request).losses()).anyMatch(l -> l.id().equals(id));
        StretchRequest unaware = new StretchRequest(
                request.source(),
                request.sourceVdc(),
                request.vApp(),
                request.vms(),
                request.target(),
                request.targetVdc(),
                request.sourceUplink(),
                request.targetUplink(),
                request.copyMode(),
                List.of());
        assertThatThrownBy(() -> world.service.deploy(unaware, Optional.empty()))
                .isInstanceOfSatisfying(
                        StretchException.class,
                        e -> assertThat(e.findings()).extracting(Finding::id).contains("consent-needed"));
        nothingWritten(world);
    }

    static Finding found(String id, StretchWorld world, StretchRequest request) {
        world.source.clearCalls();
        world.target.clearCalls();
        Plan plan = world.service.plan(request);
        nothingWritten(world);
        Finding finding = plan.findings().stream()
                .filter(f -> f.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not found " + id + " in " + plan.findings()));
        saysWhatToDo(finding);
        return finding;
    }

    static void saysWhatToDo(Finding finding) {
        assertThat(finding.message()).as("message of " + finding.id()).matches("(?s)[A-Z].{10,}\\.");
        assertThat(finding.remedy()).as("remedy of " + finding.id()).matches("(?s)[A-Z].{7,}\\.");
        assertThat(finding.subject()).isNotBlank();
    }

    static void nothingWritten(StretchWorld world) {
        assertThat(world.source.calls()).isEmpty();
        assertThat(world.target.calls()).isEmpty();
        assertThat(world.packages.isEmpty()).isTrue();
    }

    @Test
    void aPlainShopHasNoFindingButWhatItsGatesMayCost() {
        assertThat(world().service.plan(request("shop")).findings())
                .extracting(Finding::id)
                .containsExactly("gate-may-lose-writes");
        assertThat(world().service.plan(StretchWorld.web()).findings()).isEmpty();
    }

    @Test
    void requests() {
        blocks("unknown-vm", world(), request("shop", "web", "nobody"));
        blocks("empty-vapp", world(b -> b.vApp("private-vdc", "bare"), PLAIN), request("bare"));
        blocks(
                "move-mode-unsupported",
                world(),
                request(Optional.empty(), Optional.empty(), Optional.empty(), CopyMode.MOVE));
    }

    @Test
    void otherWorkOnTheVApp() {
        StretchWorld busy = world();
        busy.source.person().hold(vApp(busy.source, "shop").id(), "backup");
        blocks("vapp-busy", busy, request("shop", "web"));

        StretchWorld running = world();
        running.service.deploy(request("shop", "web"), Optional.empty());
        blocks("operation-running", running, request("shop", "db"));
    }

    @Test
    void stretches() throws Exception {
        StretchWorld world = world();
        world.deploy("web");
        blocks("already-stretched", world, request("shop", "web"));
        var json = Json.mapper();
        var tree = (com.fasterxml.jackson.databind.node.ObjectNode)
                json.valueToTree(world.stretches.all().get(0));
        ((com.fasterxml.jackson.databind.node.ObjectNode) tree.get("deploy")).put("target", "elsewhere");
        world.stretches.put(json.treeToValue(tree, Stretch.class));
        blocks("stretched-elsewhere", world, request("shop", "db"));
    }

    @Test
    void aNetworkThatWasNotStretched() {
        StretchWorld world = world(
                b -> b.routedVAppNetwork("shop", "second", "private-net", OTHER)
                        .vm("shop", "mail", "second", "10.9.0.30"),
                PLAIN);
        assertThat(world.deploy("web").failure()).isEmpty();
        blocks("network-not-stretched", world, request("shop", "mail"));
    }

    @Test
    void capabilitiesAndClocks() {
        blocks("missing-capability", world(b -> b.without(Capability.COPY_VM), PLAIN), request("shop", "web"));
        blocks(
                "missing-capability",
                world(PLAIN, b -> b.without(Capability.ROUTED_VAPP_NETWORK)),
                request("shop", "web"));
        var late = new Cloud.Info("Memory cloud 1", "1", Duration.ofMinutes(-6), Set.of("everything"));
        blocks("clock-skew", world(PLAIN, b -> b.info(late)), request("shop", "web"));
        blocks("clock-skew", world(b -> b.info(late), PLAIN), request("shop", "web"));
    }

    @Test
    void statesOfMachines() {
        StretchWorld suspended = world();
        suspended.source.person().suspend(vm(suspended.source, "shop", "web"));
        blocks("vm-suspended", suspended, request("shop", "web"));

        Survey ruin = with(world(), PowerState.UNRESOLVED);
        assertThat(Prechecks.run(ruin)).extracting(Finding::id).containsExactly("vm-not-ready");
        Prechecks.run(ruin).forEach(PrecheckTest::saysWhatToDo);

        StretchWorld snapshot = world();
        snapshot.source.person().setSnapshot(vm(snapshot.source, "shop", "web"), true);
        warns("snapshot-lost", snapshot, request("shop", "web"));

        StretchWorld media = world();
        media.source.person().insertMedia(vm(media.source, "shop", "web"), List.of("setup.iso"));
        warns("media-ejected", media, request("shop", "web"));

        blocks(
                "hardware-version",
                world(PLAIN, b -> b.vdcDetails("public-vdc", true, Set.of("vmx-13"))),
                request("shop", "web"));
    }

    private static Survey with(StretchWorld world, PowerState state) {
        Survey s = new Surveyor(world.parts.clouds(), world.stretches, world.packages, Map::of, world.tunnels::settings)
                .survey(request("shop", "web"));
        List<Vm> vms = s.vms().stream()
                .map(v -> new Vm(
                        v.id(),
                        v.name(),
                        v.description(),
                        v.localId(),
                        state,
                        v.hardware(),
                        v.nics(),
                        v.disks(),
                        v.media(),
                        v.snapshot(),
                        v.properties(),
                        v.metadata()))
                .toList();
        return new Survey(
                s.request(),
                s.vApp(),
                vms,
                List.of(),
                s.source(),
                s.target(),
                s.stretch(),
                s.services(),
                s.stagingBytes(),
                s.runningOperation(),
                s.takenTunnels(),
                s.settings());
    }

    @Test
    void disks() {
        byte[] content = MemoryCloudBuilder.content("more", 64);
        blocks(
                "independent-disk",
                world(
                        b -> b.disk("shop", "web", new Vm.Disk("more", 1, "paravirtual", 1, true, false), content),
                        PLAIN),
                request("shop", "web"));
        blocks(
                "shared-disk",
                world(
                        b -> b.disk("shop", "web", new Vm.Disk("more", 1, "paravirtual", 1, false, true), content),
                        PLAIN),
                request("shop", "web"));
        blocks(
                "no-disk",
                world(
                        b -> b.vm("shop", "bare", 1, 512, List.of(b.nic(0, "internal", "10.1.0.40")), List.of(), 16),
                        PLAIN),
                request("shop", "bare"));
    }

    @Test
    void networks() {
        byte[] content = MemoryCloudBuilder.content("x", 64);
        blocks(
                "no-network",
                world(b -> b.vm("shop", "lonely", 1, 512, List.of(), List.of(content), 16), PLAIN),
                request("shop", "lonely"));
        blocks(
                "network-not-routed",
                world(
                        b -> b.vAppNetwork(
                                        "shop",
                                        new NetworkSpec(
                                                "private-net",
                                                "",
                                                FenceMode.BRIDGED,
                                                Optional.of("private-net"),
                                                Optional.empty(),
                                                false),
                                        none())
                                .vm("shop", "mail", "private-net", "192.168.1.30"),
                        PLAIN),
                request("shop", "mail"));
        blocks("too-many-networks", world(b -> island(b, 10), PLAIN), request("shop", "mail"));
        assertThat(world(b -> island(b, 9), PLAIN)
                        .service
                        .plan(request("shop", "mail"))
                        .findings())
                .isEmpty();
        Subnet full = new Subnet("10.9.0.1", 24, List.of(), "", List.of("10.9.0.2-10.9.0.254"));
        blocks(
                "no-free-gateway-address",
                world(
                        b -> b.routedVAppNetwork("shop", "full", "private-net", full)
                                .vm("shop", "mail", "full", "10.9.0.30"),
                        PLAIN),
                request("shop", "mail"));
    }

    /** A machine with a NIC on each of so many isolated networks. */
    private static MemoryCloudBuilder island(MemoryCloudBuilder builder, int networks) {
        List<Vm.Nic> nics = new ArrayList<>();
        for (int i = 0; i < networks; i++) {
            var spec =
                    new NetworkSpec("island-" + i, "", FenceMode.ISOLATED, Optional.empty(), Optional.of(OTHER), false);
            builder.vAppNetwork("shop", spec, none());
            nics.add(builder.nic(i, "island-" + i, "10.9.0.30"));
        }
        return builder.vm("shop", "mail", 1, 512, nics, List.of(MemoryCloudBuilder.content("mail", 64)), 16);
    }

    private static EdgeServices none() {
        return new EdgeServices(
                new EdgeServices.Firewall(false, EdgeServices.Policy.DROP, false, List.of()),
                new EdgeServices.Nat(false, "ipTranslation", false, List.of()),
                List.of(),
                List.of());
    }

    @Test
    void targetVdcs() {
        blocks("ambiguous-target-vdc", world(PLAIN, b -> b.vdc("second")), request("shop", "web"));
        blocks(
                "unknown-target-vdc",
                world(),
                request(Optional.of("nowhere"), Optional.empty(), Optional.empty(), CopyMode.COPY));
        blocks(
                "target-vdc-disabled",
                world(PLAIN, b -> b.vdcDetails("public-vdc", false, Set.of("vmx-19"))),
                request("shop", "web"));
        blocks("no-routed-vapp-networks", small(100_000, 64_000, 20, false), request("shop", "web"));
    }

    private StretchWorld small(long storageMb, long memoryMb, int quota, boolean routed) {
        MemoryCloudBuilder target = MemoryCloud.builder("public")
                .vdc("public-vdc", storageMb, memoryMb, quota, routed)
                .edgeGateway("public-vdc", "public-edge", "198.51.100.10")
                .routedNetwork(
                        "public-vdc",
                        "public-net",
                        "public-edge",
                        new Subnet("192.168.2.1", 24, List.of(), "", List.of("192.168.2.10-192.168.2.50")));
        return new StretchWorld(folder, ShopClouds.source("private"), target);
    }

    @Test
    void room() {
        blocks("no-target-storage", small(20, 64_000, 20, true), request("shop", "web"));
        blocks("no-target-memory", small(100_000, 100, 20, true), request("shop", "web"));
        blocks("no-target-quota", small(100_000, 64_000, 1, true), request("shop", "web"));
        MemoryCloudBuilder full = MemoryCloud.builder("private")
                .vdc("private-vdc", 20, 64_000, 20, true)
                .edgeGateway("private-vdc", "private-edge", "203.0.113.10")
                .routedNetwork(
                        "private-vdc",
                        "private-net",
                        "private-edge",
                        new Subnet("192.168.1.1", 24, List.of(), "", List.of("192.168.1.10-192.168.1.50")))
                .vApp("private-vdc", "shop")
                .routedVAppNetwork("shop", "internal", "private-net", OTHER)
                .vm("shop", "web", "internal", "10.9.0.30");
        blocks(
                "no-source-storage",
                new StretchWorld(folder, full, ShopClouds.target("public")),
                request("shop", "web"));
        StretchWorld staging = world();
        staging.packages.free = 1;
        blocks("no-staging-space", staging, request("shop", "web"));
    }

    @Test
    void uplinks() {
        blocks(
                "no-uplink",
                world(),
                request(Optional.empty(), Optional.empty(), Optional.of("nowhere"), CopyMode.COPY));
        blocks(
                "no-uplink",
                world(),
                request(Optional.empty(), Optional.of("nowhere"), Optional.empty(), CopyMode.COPY));
        Subnet noPool = new Subnet("192.168.7.1", 24, List.of(), "", List.of());
        blocks(
                "no-uplink-address",
                world(PLAIN, b -> b.routedNetwork("public-vdc", "tight", "public-edge", noPool)),
                request(Optional.empty(), Optional.empty(), Optional.of("tight"), CopyMode.COPY));
        UnaryOperator<MemoryCloudBuilder> hidden = b -> b.network(
                "public-vdc",
                "hidden",
                OrgVdcNetwork.Kind.DIRECT,
                Optional.empty(),
                new Subnet("192.168.8.1", 24, List.of(), "", List.of("192.168.8.10-192.168.8.20")));
        UnaryOperator<MemoryCloudBuilder> hiddenHome = b -> b.network(
                "private-vdc",
                "hidden",
                OrgVdcNetwork.Kind.DIRECT,
                Optional.empty(),
                new Subnet("192.168.8.1", 24, List.of(), "", List.of("192.168.8.10-192.168.8.20")));
        blocks(
                "no-tunnel-path",
                world(hiddenHome, hidden),
                request(Optional.empty(), Optional.of("hidden"), Optional.of("hidden"), CopyMode.COPY));
        blocks(
                "uplink-name-taken",
                world(
                        b -> b.vAppNetwork(
                                "shop",
                                new NetworkSpec(
                                        "private-net",
                                        "",
                                        FenceMode.ISOLATED,
                                        Optional.empty(),
                                        Optional.of(OTHER),
                                        false),
                                none()),
                        PLAIN),
                request("shop", "web"));
    }

    @Test
    void conflicts() {
        String mac = vApp(world().source, "shop")
                .vm("web")
                .orElseThrow()
                .nics()
                .get(0)
                .mac();
        UnaryOperator<MemoryCloudBuilder> twin = b -> {
            var nic = new Vm.Nic(
                    0, "internal", mac, Optional.of("10.9.0.30"), Vm.Allocation.MANUAL, true, true, "VMXNET3");
            return b.vApp("public-vdc", "old")
                    .routedVAppNetwork("old", "internal", "public-net", OTHER)
                    .vm("old", "copy", 1, 512, List.of(nic), List.of(MemoryCloudBuilder.content("x", 64)), 16);
        };
        blocks("duplicate-mac", world(PLAIN, twin), request("shop", "web"));
        Subnet same = new Subnet("10.1.0.1", 24, List.of(), "", List.of("10.1.0.100-10.1.0.120"));
        blocks(
                "overlapping-subnet",
                world(PLAIN, b -> b.routedNetwork("public-vdc", "clash", "public-edge", same)),
                request(Optional.empty(), Optional.empty(), Optional.of("clash"), CopyMode.COPY));
    }

    @Test
    void plansAreStableAndWriteNothing() {
        StretchWorld world = world();
        Map<String, String> before = world.states();
        Plan first = world.service.plan(request("shop", "web"));
        assertThat(world.service.plan(request("shop", "web")).digest())
                .isEqualTo(first.digest())
                .matches("[0-9a-f]{64}");
        assertThat(world.service.plan(request("shop", "db")).digest()).isNotEqualTo(first.digest());
        nothingWritten(world);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.service.operations(10)).isEmpty();
    }
}
