package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.stretchdeploy.director.linux.internal.Routed.OPEN;
import static org.stretchdeploy.director.linux.internal.Routed.nat;
import static org.stretchdeploy.director.linux.internal.Routed.oneToOne;
import static org.stretchdeploy.director.linux.internal.Routed.router;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.Host.StopMode;
import org.stretchdeploy.director.host.Host.VmState;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

/** Real guests: the lab's guest lab.image under QEMU, asked over the network what it is. */
class GuestLabIT {

    @TempDir
    Path folder;

    private GuestLab lab;

    @BeforeEach
    void open() {
        lab = new GuestLab(folder);
        lab.host().applyNetwork(Routed.outside(lab.outside));
        lab.host().applyNetwork(Routed.inside());
        lab.host().applyRouter(router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN));
    }

    @AfterEach
    void close() {
        lab.close();
        assertThat(lab.namespaces.list()).noneMatch(name -> name.startsWith(lab.names.prefix()));
    }

    @Test
    void guestsAnswerThroughTheRouterAndMoveWithTheirDisks() throws IOException {
        lab.host().importDisk("web-1", lab.image);
        lab.host().cloneDisk("web-1", "app-1");
        VmSpec web = lab.guest("web", "web-1", "10.9.0.10/24", "02:00:00:00:00:0a", true);
        long begin = System.nanoTime();
        lab.host().startVm(web);
        lab.host().startVm(lab.guest("app", "app-1", "10.9.0.11/24", "02:00:00:00:00:0b", true));
        JsonNode first = lab.awaitState(lab.outside, "203.0.113.10", "web", 1);
        System.out.println("event=measured boot-to-http-ms=" + (System.nanoTime() - begin) / 1_000_000 + " guests=2");
        assertThat(first.path("mac").asText()).isEqualTo("02:00:00:00:00:0a");
        assertThat(first.path("ip").asText()).isEqualTo("10.9.0.10");
        assertThat(lab.awaitState(lab.edge(), "10.9.0.11", "app", 1).path("mac").asText())
                .isEqualTo("02:00:00:00:00:0b");
        assertThat(GuestLab.JSON
                        .readTree(lab.get(lab.outside, "203.0.113.10", "cgi-bin/reach?host=10.9.0.11"))
                        .path("host")
                        .asText())
                .isEqualTo("app");
        lab.host().startVm(web);
        assertThat(lab.host().inventory().vms()).containsExactly("app", "web");
        assertThatThrownBy(() -> lab.host().exportDisk("web-1", folder.resolve("early.vmdk")))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("in use by VM web");
        lab.get(lab.outside, "203.0.113.10", "cgi-bin/write?key=note&value=kept");

        begin = System.nanoTime();
        lab.host().stopVm("web", StopMode.SHUTDOWN);
        System.out.println("event=measured shutdown-ms=" + (System.nanoTime() - begin) / 1_000_000);
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.ABSENT);
        assertThat(lab.get(lab.outside, "203.0.113.10", "cgi-bin/state")).isEmpty();
        Path vmdk = folder.resolve("moved.vmdk");
        lab.host().exportDisk("web-1", vmdk);
        lab.host().deleteDisk("web-1");
        lab.host().importDisk("web-2", vmdk);
        // The moved machine has its configuration with it: what the new host says does not count any more.
        lab.host().startVm(lab.guest("moved", "web-2", "10.9.0.99/24", "02:00:00:00:00:0a", true));
        JsonNode second = lab.awaitState(lab.outside, "203.0.113.10", "web", 2);
        assertThat(second.path("mac").asText()).isEqualTo("02:00:00:00:00:0a");
        await().atMost(GuestLab.BOOT).until(() -> lab.state(lab.outside, "203.0.113.10")
                .map(now ->
                        now.path("logLines").asInt() > first.path("logLines").asInt() + 1)
                .orElse(false));
        assertThat(GuestLab.JSON
                        .readTree(lab.get(lab.outside, "203.0.113.10", "cgi-bin/read?key=note"))
                        .path("value")
                        .asText())
                .isEqualTo("kept");
    }

    @Test
    void aGuestOutlivesTheHostAndIsAdopted() {
        lab.host().importDisk("d", lab.image);
        VmSpec web = lab.guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", true);
        lab.host().startVm(web);
        lab.awaitState(lab.edge(), "10.9.0.10", "web", 1);
        RunRecord before = RunRecord.load(folder.resolve("state/vms/web")).orElseThrow();

        lab.reopen().startVm(web);
        assertThat(RunRecord.load(folder.resolve("state/vms/web"))).contains(before);
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.RUNNING);
        assertThat(lab.state(lab.edge(), "10.9.0.10").orElseThrow().path("boot").asInt())
                .isEqualTo(1);

        Set<String> stopped = new ConcurrentSkipListSet<>();
        before.process().kill();
        await().atMost(Duration.ofSeconds(5)).until(() -> lab.host().vmState("web") == VmState.ABSENT);
        // Ended before anybody listened: told all the same.
        lab.host().onVmStopped(stopped::add);
        await().atMost(Duration.ofSeconds(5)).until(() -> stopped.contains("web"));
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.ABSENT);
        assertThat(lab.namespaces.link(lab.names.fabric(), lab.names.nicPort("web", 0)))
                .isEmpty();
        assertThat(folder.resolve("state/vms/web")).doesNotExist();
    }

    @Test
    void everythingOutlivesTheKillOfTheDirectorAndCanBeTakenDownWithoutIt() throws IOException {
        String prefix = lab.names.prefix() + "-k";
        Names names = new Names(prefix);
        Path state = folder.resolve("killed");
        Process director = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        HostProcess.class.getName(),
                        prefix,
                        state.toString(),
                        lab.outside,
                        lab.image.toString())
                .redirectError(folder.resolve("director.log").toFile())
                .start();
        try {
            assertThat(director.inputReader().readLine()).isEqualTo("ready");
            director.destroyForcibly();
            await().until(() -> !director.isAlive());
            lab.host().deleteNetwork(Routed.OUTSIDE);
            JsonNode before = lab.awaitState(lab.outside, "203.0.113.10", "web", 1);
            assertThat(before.path("mac").asText()).isEqualTo("02:00:00:00:00:0a");
            List<Long> router = lab.namespaces.processes(names.router("urn:vcloud:gateway:1"));

            try (Host host = new LinuxHostFactory()
                    .create(Map.of("prefix", prefix, "appliance.idle.command", "sleep 86400"), state, "killed")) {
                assertThat(host.inventory().vms()).containsExactly("idle", "web");
                assertThat(host.inventory().networks()).containsExactly(Routed.INSIDE, Routed.OUTSIDE);
                host.applyRouter(router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN, Routed.dhcp()));
                assertThat(lab.namespaces.processes(names.router("urn:vcloud:gateway:1")))
                        .isEqualTo(router)
                        .isNotEmpty();
                assertThat(host.cloneDisk("d", "copy").capacityBytes())
                        .isEqualTo(host.diskInfo("d").capacityBytes());
                assertThatThrownBy(() -> host.deleteDisk("d")).hasMessageContaining("in use by VM web");
                assertThat(lab.awaitState(lab.outside, "203.0.113.10", "web", 1)
                                .path("uptime")
                                .asDouble())
                        .isGreaterThanOrEqualTo(before.path("uptime").asDouble());
            }
        } finally {
            director.destroyForcibly();
            Cleanup.main(new String[] {"--prefix", prefix, "--state", state.toString(), "--disks"});
        }
        assertThat(lab.namespaces.list()).noneMatch(names::owns);
        assertThat(lab.namespaces.links(lab.outside))
                .extracting(Namespaces.Link::name)
                .containsExactly("lo");
        assertThat(StateFolder.children(state)).isEmpty();
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> ProcessMark.commandLine(p.pid()).contains(state.toString())))
                .isEmpty();
    }

    @Test
    void aGuestThatIsStillStartingShutsDownCleanly() {
        lab.host().importDisk("d", lab.image);
        VmSpec web = lab.guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", true);
        lab.host().startVm(web);
        long begin = System.nanoTime();
        lab.host().stopVm("web", StopMode.SHUTDOWN);
        // The lab's host would switch it off after 40 s only.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(40));
        lab.host().startVm(web);
        assertThat(lab.awaitState(lab.edge(), "10.9.0.10", "web", 2)
                        .path("boot")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void impossibleGuestsAreRefusedAndLeaveNothing() {
        lab.host().importDisk("d", lab.image);
        VmSpec good = lab.guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", true);
        VmSpec big =
                new VmSpec("web", "web", 1, 1 << 24, "", good.disks(), good.nics(), Optional.empty(), Map.of(), "");
        VmSpec odd = new VmSpec(
                "web",
                "web",
                1,
                96,
                "",
                List.of(new VmSpec.Disk("d", "FLOPPY", 0)),
                good.nics(),
                Optional.empty(),
                Map.of(),
                "");
        VmSpec gone = new VmSpec(
                "web",
                "web",
                1,
                96,
                "",
                List.of(new VmSpec.Disk("x", "VIRTIO", 0)),
                good.nics(),
                Optional.empty(),
                Map.of(),
                "");
        assertThatThrownBy(() -> lab.host().startVm(big))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("Not enough memory");
        assertThatThrownBy(() -> lab.host().startVm(odd))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("FLOPPY");
        assertThatThrownBy(() -> lab.host().startVm(gone))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("does not exist");
        lab.set("qemu", "false");
        assertThatThrownBy(() -> lab.reopen().startVm(good)).isInstanceOf(HostException.class);
        assertThat(lab.host().inventory().vms()).isEmpty();
        assertThat(lab.namespaces.link(lab.names.fabric(), lab.names.nicPort("web", 0)))
                .isEmpty();
        assertThat(folder.resolve("state/vms/web")).doesNotExist();
    }

    @Test
    void disksAreWholeOrNotThere() throws IOException {
        assertThat(lab.host().createDisk("empty", 1 << 30).capacityBytes()).isEqualTo(1 << 30);
        Path text = folder.resolve("text.vmdk");
        Files.writeString(
                text,
                "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n"
                        + "createType=\"monolithicFlat\"\nRW 2048 FLAT \"/etc/passwd\" 0\n".repeat(30));
        assertThatThrownBy(() -> lab.host().importDisk("bad", text)).isInstanceOf(HostException.class);
        Path cut = folder.resolve("cut.vmdk");
        byte[] whole = Files.readAllBytes(lab.image);
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> lab.host().importDisk("cut", cut)).isInstanceOf(HostException.class);
        lab.host().deleteDisk("never-there");
        assertThat(lab.host().inventory().disks()).containsExactly("empty");
        assertThat(StateFolder.children(folder.resolve("state/disks"))).containsExactly("empty.qcow2");
    }
}
