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
