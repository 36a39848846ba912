package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.MemoryCloudBuilder;
import org.stretchdeploy.spi.memory.ShopClouds;

/** Every finding of a return's precheck is provoked; looking writes nothing. */
final class ReturnPrecheckTest {
    @TempDir
    Path folder;

    private StretchWorld world;

    @BeforeEach
    void deployed() {
        world = new StretchWorld(folder);
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    private static ReturnRequest request(String... vms) {
        return new ReturnRequest(new CloudName("private"), "shop", List.of(vms), List.of("*"));
    }

    private void blocks(String id, ReturnRequest request) {
        assertThat(found(id, request).severity()).isEqualTo(Finding.Severity.BLOCKER);
        assertThatThrownBy(() -> world.service.bringBack(request, Optional.empty()))
                .isInstanceOfSatisfying(
                        StretchException.class,
                        e -> assertThat(e.findings()).extracting(Finding::id).contains(id));
        PrecheckTest.nothingWritten(world);
    }

    private void warns(String id) {
        assertThat(found(id, request()).severity()).isEqualTo(Finding.Severity.WARNING);
        assertThatThrownBy(() -> world.service.bringBack(
                        new ReturnRequest(new CloudName("private"), "shop", List.of(), List.of()), Optional.empty()))
                .isInstanceOfSatisfying(
                        StretchException.class,
                        e -> assertThat(e.findings()).extracting(Finding::id).contains("consent-needed"));
        PrecheckTest.nothingWritten(world);
    }

    private Finding found(String id, ReturnRequest request) {
        world.source.clearCalls();
        world.target.clearCalls();
        Plan plan = world.service.plan(request);
        PrecheckTest.nothingWritten(world);
        Finding finding = plan.findings().stream()
                .filter(f -> f.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not found " + id + " in " + plan.findings()));
        PrecheckTest.saysWhatToDo(finding);
        return finding;
    }

    @Test
    void nothingIsStretched() {
        assertThatThrownBy(() ->
                        world.service.plan(new ReturnRequest(new CloudName("private"), "other", List.of(), List.of())))
                .isInstanceOfSatisfying(StretchException.class, e -> {
                    assertThat(e.code()).isEqualTo("not-stretched");
                    assertThat(e.kind()).isEqualTo(StretchException.Kind.NOT_FOUND);
                });
    }

    @Test
    void machinesThatAreNotStretched() {
        blocks("vm-not-stretched", request("db"));
    }

    @Test
    void anotherOperation() {
        world.service.bringBack(request(), Optional.empty());
        blocks("operation-running", request());
    }

    @Test
    void theRemoteMachineIsGone() {
        var remote = PrecheckTest.vm(world.target, "shop", "web");
        world.target.person().powerOff(remote);
        world.target.person().deleteVm(remote);
        blocks("remote-vm-gone", request());
    }

    @Test
    void thePlaceholderRuns() {
        ObjectId placeholder = PrecheckTest.vm(world.source, "shop", "web");
        world.source.vApps().unfence(placeholder);
        world.source.person().powerOn(placeholder);
        blocks("placeholder-runs", request());
    }

    @Test
    void thePlaceholderIsGone() {
        world.source.person().deleteVm(PrecheckTest.vm(world.source, "shop", "web"));
        blocks("placeholder-gone", request());
    }

    @Test
    void thePlaceholderWasChanged() {
        world.source.vApps().describeVm(PrecheckTest.vm(world.source, "shop", "web"), "web", "the web server");
        world.source.tick();
        world.source.tick();
        warns("placeholder-changed");
    }

    private static final String EDITED = "edited by hand";

    private List<String> meanwhile() {
        return world.service.plan(request()).meanwhile().stream()
                .flatMap(c -> c.lines().stream()
                        .map(l -> c.action() + " " + c.kind() + " " + c.name() + " " + l.sign() + l.text()))
                .toList();
    }

    @Test
    void nothingWasChangedAtHomeByTheStretchItself() {
        assertThat(world.service.plan(request()).findings()).isEmpty();
        assertThat(meanwhile()).isEmpty();
        world.deploy("db");
        assertThat(meanwhile()).isEmpty();
        world.bringBack("web");
        assertThat(meanwhile()).isEmpty();
    }

    @Test
    void whatPeopleChangedAtHomeIsToldAndStays() {
        VApp shop = PrecheckTest.vApp(world.source, "shop");
        var edge = new org.stretchdeploy.spi.Edges.VAppEdge(shop.id(), "internal");
        world.source.person().changeNat(edge, rules -> List.of());
        world.source
                .person()
                .changeFirewall(
                        edge,
                        rules -> List.of(new org.stretchdeploy.api.edge.FirewallRule(
                                "",
                                EDITED,
                                true,
                                org.stretchdeploy.api.edge.EdgeServices.Policy.ALLOW,
                                List.of("TCP"),
                                "Any",
                                "Any",
                                "10.1.0.12",
                                "22",
                                false)));
        world.source.person().setMetadata(shop.id(), "owner", EDITED);
        world.source.person().renameVApp(shop.id(), "store");
        world.source.person().renameVm(shop.vm("db").orElseThrow().id(), "database");
        add("extra");
        Finding told = found("source-changed", request());
        assertThat(told.severity()).isEqualTo(Finding.Severity.INFO);
        assertThat(told.message()).contains("VApp shop", "VAppNetwork shop/internal", "Vm shop/extra");
        assertThat(meanwhile())
                .anyMatch(l -> l.startsWith("CHANGE VAppNetwork shop/internal -nat-rule"))
                .anyMatch(l -> l.startsWith("CHANGE VAppNetwork shop/internal -firewall-rule"))
                .anyMatch(l -> l.startsWith("CHANGE VAppNetwork shop/internal +firewall-rule") && l.contains(EDITED))
                .contains("CHANGE VApp shop +metadata owner: " + EDITED)
                .contains("CHANGE VApp shop ~name: shop  =>  store")
                .contains("CHANGE Vm shop/database ~name: db  =>  database")
                .anyMatch(l -> l.startsWith("CREATE Vm shop/extra +"))
                .noneMatch(l -> l.contains("shop/web"));
        // by its new name too, and all that people did is still there afterwards
        var byNewName = new ReturnRequest(new CloudName("private"), "store", List.of(), List.of());
        Operation home = world.run(world.service.bringBack(byNewName, Optional.empty()));
        assertThat(home.failure()).isEmpty();
        assertThat(home.notices()).anyMatch(n -> n.contains(EDITED)).anyMatch(n -> n.contains("store"));
        VApp after = PrecheckTest.vApp(world.source, "store");
        assertThat(after.metadata()).containsEntry("owner", EDITED);
        assertThat(after.vms()).extracting(vm -> vm.name()).contains("database", "extra", "web");
        assertThat(world.source.edges().read(edge).services().firewall().rules())
                .extracting(r -> r.name())
                .containsExactly(EDITED);
        assertThat(world.source.edges().read(edge).services().nat().rules()).isEmpty();
    }

    private void add(String name) {
        VApp any = world.source
                .inventory()
                .vApp(world.source.inventory().vApps().get(0).id());
        world.source
                .vApps()
                .addVm(
                        any.id(),
                        new VApps.VmSpec(
                                any.vm("web").orElseThrow().id(),
                                name,
                                VApps.Mode.COPY,
                                "",
                                List.of(),
                                Optional.empty()),
                        new Tag("somebody", name));
        world.source.tick();
        world.source.tick();
    }

    @Test
    void thePlaceholderHasAnotherName() {
        world.source.person().renameVm(PrecheckTest.vm(world.source, "shop", "web"), "old-web");
        blocks("placeholder-gone", request());
        assertThat(found("placeholder-gone", request()).message()).contains("old-web");
    }

    @Test
    void metadataOfThePlaceholderWasChanged() {
        world.source.person().setMetadata(PrecheckTest.vm(world.source, "shop", "web"), "owner", EDITED);
        warns("placeholder-changed");
        assertThat(found("placeholder-changed", request()).message()).contains("owner", EDITED);
    }

    @Test
    void aSnapshotAtTheTarget() {
        world.target.person().setSnapshot(PrecheckTest.vm(world.target, "shop", "web"), true);
        warns("snapshot-lost");
    }

    @Test
    void noRoomInTheStagingArea() {
        world.packages.free = 1;
        blocks("no-staging-space", request());
    }

    @Test
    void noRoomAtHome() {
        MemoryCloudBuilder tight = MemoryCloud.builder("private")
                .vdc("private-vdc", 80, 64_000, 20, true)
                .edgeGateway("private-vdc", "private-edge", "203.0.113.10")
                .routedNetwork(
                        "private-vdc",
                        "private-net",
                        "private-edge",
                        new Subnet("192.168.1.1", 24, List.of(), "", List.of("192.168.1.10-192.168.1.50")))
                .vApp("private-vdc", "shop")
                .routedVAppNetwork(
                        "shop",
                        "internal",
                        "private-net",
                        new Subnet("10.1.0.1", 24, List.of(), "", List.of("10.1.0.10-10.1.0.99")))
                .vm("shop", "web", "internal", "10.1.0.11");
        world = new StretchWorld(folder, tight, ShopClouds.target("public"));
        assertThat(world.deploy("web").failure()).isEmpty();
        VApp shop = PrecheckTest.vApp(world.source, "shop");
        for (int i = 0; i < 3; i++) {
            // somebody fills the VDC meanwhile
            world.source
                    .vApps()
                    .addVm(
                            shop.id(),
                            new VApps.VmSpec(
                                    shop.vm("web").orElseThrow().id(),
                                    "filler-" + i,
                                    VApps.Mode.COPY,
                                    "",
                                    List.of(),
                                    Optional.empty()),
                            new Tag("somebody", "filler-" + i));
            world.source.tick();
            world.source.tick();
        }
        blocks("no-source-storage", request());
    }

    @Test
    void discardingWhatWasWrittenNeedsConsentAndCopiesNothing() {
        var request =
                new ReturnRequest(new CloudName("private"), "shop", List.of("web"), List.of(), TargetWrites.DISCARD);
        assertThat(found("target-writes-lost", request).severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(world.service.plan(request).estimate().bytes()).isZero();
        assertThatThrownBy(() -> world.service.bringBack(request, Optional.empty()))
                .isInstanceOfSatisfying(
                        StretchException.class,
                        e -> assertThat(e.findings()).extracting(Finding::id).contains("consent-needed"));
        PrecheckTest.nothingWritten(world);
    }
}
