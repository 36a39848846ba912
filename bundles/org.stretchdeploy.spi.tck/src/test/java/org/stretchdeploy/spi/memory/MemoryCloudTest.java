package org.stretchdeploy.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.Mode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.VApps.VAppSpec;
import org.stretchdeploy.spi.VApps.VmSpec;
import org.stretchdeploy.spi.Vm;

class MemoryCloudTest {
    private final MemoryCloud source = ShopClouds.source("private").build();
    private final MemoryCloud target = ShopClouds.target("public").build();

    private static ObjectId done(MemoryCloud cloud, CloudTask task) {
        TaskStatus status = cloud.status(task);
        for (int polls = 0; !status.ended(); polls++) {
            assertThat(polls).isLessThan(1000);
            status = cloud.status(task);
        }
        status.failure().ifPresent(failure -> {
            throw failure;
        });
        return status.owner().orElse(new ObjectId("none"));
    }

    private static Tag tag(String purpose) {
        return new Tag("op-1", purpose);
    }

    private static VApp byName(MemoryCloud cloud, String name) {
        return cloud.inventory().vApps().stream()
                .filter(entry -> entry.name().equals(name))
                .map(entry -> cloud.inventory().vApp(entry.id()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aVmMovesToAnotherCloudWithItsBytesAndComesBackToTheSameState() throws IOException {
        String sourceBefore = source.canonicalState();
        String targetBefore = target.canonicalState();
        var live = new ArrayList<LiveNic>();
        source.witness((cloud, now) -> live.addAll(now));
        Vm web = byName(source, "shop").vm("web").orElseThrow();
        byte[] content = source.person().readDisk(web.id(), 0);

        ObjectId vdc = target.inventory().vdcs().get(0).id();
        var internal = new NetworkSpec(
                "internal",
                "",
                FenceMode.NAT_ROUTED,
                Optional.of("public-net"),
                Optional.of(new Subnet("10.1.0.250", 24, List.of(), "", List.of())),
                false);
        ObjectId home =
                done(target, target.vApps().create(vdc, new VAppSpec("shop-part", "", List.of(internal)), tag("home")));

        done(source, source.vApps().powerOff(web.id()));
        ObjectId sourceVdc = source.inventory().vdcs().get(0).id();
        ObjectId temporary =
                done(source, source.vApps().create(sourceVdc, new VAppSpec("temp", "", List.of()), tag("temp")));
        done(
                source,
                source.vApps()
                        .addVm(
                                temporary,
                                new VmSpec(web.id(), "web", Mode.COPY, "", List.of(), Optional.empty()),
                                tag("copy")));
        ObjectId catalog = source.inventory().vdcs().isEmpty() ? null : new ObjectId("private/catalog-1");
        ObjectId template = done(source, source.catalogs().capture(catalog, temporary, "package", tag("package")));
        done(source, source.catalogs().openExport(template));
        ObjectId uploaded = transfer(template);
        ObjectId imported = done(target, target.vApps().instantiate(vdc, "arrival", uploaded, tag("arrival")));
        Vm arrived = target.inventory().vApp(imported).vm("web").orElseThrow();
        assertThat(target.person().readDisk(arrived.id(), 0)).isEqualTo(content);

        done(
                target,
                target.vApps()
                        .addVm(
                                home,
                                new VmSpec(arrived.id(), "web", Mode.MOVE, "", web.nics(), Optional.empty()),
                                tag("move")));
        done(target, target.vApps().powerOn(arrived.id()));
        assertThat(target.live()).singleElement().satisfies(nic -> {
            assertThat(nic.mac()).isEqualTo(web.nics().get(0).mac());
            assertThat(nic.address()).contains("10.1.0.11");
        });
        assertThat(source.live()).extracting(LiveNic::vm).containsExactly("app", "db");
        assertThat(live).isNotEmpty();
        assertThat(source.inventory().tagged("op-1")).hasSize(3);

        for (ObjectId vApp : List.of(home, imported)) {
            done(target, target.vApps().delete(vApp));
        }
        done(target, target.catalogs().deleteTemplate(uploaded));
        done(source, source.vApps().delete(temporary));
        done(source, source.catalogs().deleteTemplate(template));
        done(source, source.vApps().powerOn(web.id()));
        assertThat(source.canonicalState()).isEqualTo(sourceBefore);
        assertThat(target.canonicalState()).isEqualTo(targetBefore);
        assertThat(target.inventory().tagged("op-1")).isEmpty();
    }

    private ObjectId transfer(ObjectId template) throws IOException {
        ObjectId catalog = new ObjectId("public/catalog-1");
        var export = source.catalogs().export(template);
        ObjectId uploaded = target.catalogs().beginUpload(catalog, "package", true, tag("upload"));
        target.catalogs().putDescriptor(uploaded, export.descriptor());
        for (Catalogs.UploadFile file : target.catalogs().upload(uploaded).files()) {
            byte[] bytes = file.name().endsWith(".mf")
                    ? export.manifest().orElseThrow()
                    : source.catalogs().read(template, file.name(), 0).readAllBytes();
            int half = bytes.length / 2;
            target.catalogs().putFile(uploaded, file.name(), 0, bytes, half, bytes.length);
            byte[] rest = java.util.Arrays.copyOfRange(bytes, half, bytes.length);
            target.catalogs().putFile(uploaded, file.name(), half, rest, rest.length, bytes.length);
        }
        for (int polls = 0; target.catalogs().upload(uploaded).state() == Catalogs.State.PENDING; polls++) {
            assertThat(polls).isLessThan(1000);
        }
        assertThat(target.catalogs().upload(uploaded).failure()).isEmpty();
        return uploaded;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFaultOfACreationEndsWithOneVAppAfterRetries(Fault fault) {
        ObjectId vdc = target.inventory().vdcs().get(0).id();
        target.faults(FaultPlan.at(1, fault));
        Optional<ObjectId> made = Optional.empty();
        for (int attempt = 0; made.isEmpty() && attempt < 5; attempt++) {
            try {
                made = Optional.of(
                        done(target, target.vApps().create(vdc, new VAppSpec("v", "", List.of()), tag("v"))));
            } catch (CloudException e) {
                assertThat(e.category()).isIn(CloudException.Category.TRANSIENT, CloudException.Category.EXTERNAL);
            }
        }
        assertThat(target.inventory().vApps()).hasSize(1);
        assertThat(target.inventory().vApp(made.orElseThrow()).state()).isEqualTo(PowerState.OFF);
        assertThat(target.runningTasks()).isZero();
    }

    @Test
    void aCloudThatLooksForNoTagsMakesTwo() {
        MemoryCloud broken = ShopClouds.target("public").withoutTagLookUp().build();
        ObjectId vdc = broken.inventory().vdcs().get(0).id();
        broken.vApps().create(vdc, new VAppSpec("v", "", List.of()), tag("v"));
        broken.vApps().create(vdc, new VAppSpec("v", "", List.of()), tag("v"));
        assertThat(broken.inventory().vApps()).hasSize(2);
    }

    @Test
    void tasksEndByTheClock() {
        var clock = new AtomicLong();
        MemoryCloud timed =
                ShopClouds.source("private").pace(Pace.clock(clock::get, 1000)).build();
        Vm web = byName(timed, "shop").vm("web").orElseThrow();
        CloudTask task = timed.vApps().powerOff(web.id());
        assertThat(timed.status(task).state()).isEqualTo(TaskStatus.State.RUNNING);
        assertThat(byName(timed, "shop").busy()).isTrue();
        clock.set(999);
        assertThat(timed.status(task).ended()).isFalse();
        clock.set(1000);
        timed.settle();
        assertThat(timed.live()).extracting(LiveNic::vm).containsExactly("app", "db");
        assertThat(timed.status(task).state()).isEqualTo(TaskStatus.State.SUCCEEDED);
    }

    @Test
    void readsAreNotRecordedAndWritesAre() {
        source.inventory().vApps();
        source.catalogs().template(new ObjectId("private/catalog-1"), "x");
        assertThat(source.calls()).isEmpty();
        source.vApps().powerOff(byName(source, "shop").vms().get(0).id());
        assertThat(source.calls()).singleElement().asString().contains("VApps.powerOff");
    }

    @Test
    void thePersonsEditsAreNotRecordedButSeen() {
        VApp shop = byName(source, "shop");
        String before = source.canonicalState();
        source.person().renameVApp(shop.id(), "store");
        source.person().powerOff(shop.vms().get(0).id());
        assertThat(source.calls()).isEmpty();
        assertThat(source.canonicalState()).isNotEqualTo(before);
    }

    @Test
    void anUnreachableCloudIsTransient() {
        source.reachable(false);
        assertThatThrownBy(() -> source.inventory().vApps())
                .isInstanceOfSatisfying(
                        CloudException.class, e -> assertThat(e.retryable()).isTrue());
        source.reachable(true);
        assertThat(source.inventory().vApps()).hasSize(1);
    }

    @Test
    void aHostileDescriptorIsRefused() {
        Map<String, String> hostile = new HashMap<>();
        hostile.put("doctype", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Envelope>&e;</Envelope>");
        hostile.put("traversal", "<Envelope xmlns=\"x\"><File href=\"../../etc/passwd\" id=\"f\"/></Envelope>");
        hostile.put("no-ovf", "hello");
        ObjectId catalog = new ObjectId("public/catalog-1");
        hostile.forEach((name, text) -> {
            ObjectId upload = target.catalogs().beginUpload(catalog, name, false, tag(name));
            assertThatThrownBy(() -> target.catalogs().putDescriptor(upload, text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(CloudException.class);
            assertThat(target.catalogs().upload(upload).state()).isEqualTo(Catalogs.State.FAILED);
        });
    }

    @Test
    void aTamperedFileFailsTheUpload() throws IOException {
        ObjectId shop = byName(source, "shop").id();
        done(source, source.vApps().undeployVApp(shop));
        ObjectId template =
                done(source, source.catalogs().capture(new ObjectId("private/catalog-1"), shop, "p", tag("p")));
        done(source, source.catalogs().openExport(template));
        var export = source.catalogs().export(template);
        ObjectId upload = target.catalogs().beginUpload(new ObjectId("public/catalog-1"), "p", true, tag("u"));
        target.catalogs().putDescriptor(upload, export.descriptor());
        for (Catalogs.UploadFile file : target.catalogs().upload(upload).files()) {
            byte[] bytes = content(file, export, template);
            bytes[0] ^= file.name().equals("disk2.vmdk") ? 1 : 0;
            target.catalogs().putFile(upload, file.name(), 0, bytes, bytes.length, bytes.length);
        }
        target.tick();
        target.tick();
        assertThat(target.catalogs().upload(upload).state()).isEqualTo(Catalogs.State.FAILED);
        assertThat(target.catalogs().upload(upload).failure()).get().asString().contains("disk2.vmdk");
    }

    private byte[] content(Catalogs.UploadFile file, Catalogs.Export export, ObjectId template) {
        try {
            return file.name().endsWith(".mf")
                    ? export.manifest().orElseThrow()
                    : source.catalogs().read(template, file.name(), 0).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
