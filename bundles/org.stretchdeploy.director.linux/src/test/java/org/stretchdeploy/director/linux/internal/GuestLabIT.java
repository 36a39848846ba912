package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.stretchdeploy.director.linux.internal.Routed.OPEN;
import static org.stretchdeploy.director.linux.internal.Routed.nat;
import static org.stretchdeploy.director.linux.internal.Routed.oneToOne;
import static org.stretchdeploy.director.linux.internal.Routed.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.Host.StopMode;
import org.stretchdeploy.director.host.Host.VmState;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

/** Real guests: the lab's guest image under QEMU, asked over the network what it is. */
class GuestLabIT {
    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static Path image;

    @TempDir
    Path folder;

    private Lab lab;

    @BeforeAll
    static void buildImage() throws IOException, InterruptedException {
        Path out = Path.of("target", "lab-image").toAbsolutePath();
        Path script = Path.of("..", "..", "itests", "lab-image", "build-guest.sh").toAbsolutePath().normalize();
        Process build = new ProcessBuilder(script.toString(), out.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(new File("target", "lab-image.log")))
                .start();
        assertThat(build.waitFor()).as("exit code of %s; see target/lab-image.log", script).isZero();
        image = out.resolve("lab-guest-disk1.vmdk");
    }

    @BeforeEach
    void open() {
        lab = new Lab(folder);
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
        lab.host().importDisk("web-1", image);
        lab.host().cloneDisk("web-1", "app-1");
        VmSpec web = guest("web", "web-1", "10.9.0.10/24", "02:00:00:00:00:0a", true);
        long begin = System.nanoTime();
        lab.host().startVm(web);
        lab.host().startVm(guest("app", "app-1", "10.9.0.11/24", "02:00:00:00:00:0b", true));
        JsonNode first = awaitState(lab.outside, "203.0.113.10", "web", 1);
        System.out.println("event=measured boot-to-http-ms=" + (System.nanoTime() - begin) / 1_000_000 + " guests=2");
        assertThat(first.path("mac").asText()).isEqualTo("02:00:00:00:00:0a");
        assertThat(first.path("ip").asText()).isEqualTo("10.9.0.10");
        assertThat(awaitState(edge(), "10.9.0.11", "app", 1).path("mac").asText()).isEqualTo("02:00:00:00:00:0b");
        assertThat(JSON.readTree(get(lab.outside, "203.0.113.10", "cgi-bin/reach?host=10.9.0.11")).path("host").asText())
                .isEqualTo("app");
        lab.host().startVm(web);
        assertThat(lab.host().inventory().vms()).containsExactly("app", "web");
        assertThatThrownBy(() -> lab.host().exportDisk("web-1", folder.resolve("early.vmdk")))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("in use by VM web");
        get(lab.outside, "203.0.113.10", "cgi-bin/write?key=note&value=kept");

        begin = System.nanoTime();
        lab.host().stopVm("web", StopMode.SHUTDOWN);
        System.out.println("event=measured shutdown-ms=" + (System.nanoTime() - begin) / 1_000_000);
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.ABSENT);
        assertThat(get(lab.outside, "203.0.113.10", "cgi-bin/state")).isEmpty();
        Path vmdk = folder.resolve("moved.vmdk");
        lab.host().exportDisk("web-1", vmdk);
        lab.host().deleteDisk("web-1");
        lab.host().importDisk("web-2", vmdk);
        // The moved machine has its configuration with it: what the new host says does not count any more.
        lab.host().startVm(guest("moved", "web-2", "10.9.0.99/24", "02:00:00:00:00:0a", true));
        JsonNode second = awaitState(lab.outside, "203.0.113.10", "web", 2);
        assertThat(second.path("mac").asText()).isEqualTo("02:00:00:00:00:0a");
        await().atMost(BOOT).until(() -> state(lab.outside, "203.0.113.10")
                .map(now -> now.path("logLines").asInt() > first.path("logLines").asInt() + 1)
                .orElse(false));
        assertThat(JSON.readTree(get(lab.outside, "203.0.113.10", "cgi-bin/read?key=note")).path("value").asText())
                .isEqualTo("kept");
    }

    @Test
    void aGuestOutlivesTheHostAndIsAdopted() {
        lab.host().importDisk("d", image);
        VmSpec web = guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", true);
        lab.host().startVm(web);
        awaitState(edge(), "10.9.0.10", "web", 1);
        RunRecord before = RunRecord.load(folder.resolve("state/vms/web")).orElseThrow();

        lab.reopen().startVm(web);
        assertThat(RunRecord.load(folder.resolve("state/vms/web"))).contains(before);
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.RUNNING);
        assertThat(state(edge(), "10.9.0.10").orElseThrow().path("boot").asInt()).isEqualTo(1);

        Set<String> stopped = new ConcurrentSkipListSet<>();
        lab.host().onVmStopped(stopped::add);
        before.process().kill();
        await().atMost(Duration.ofSeconds(5)).until(() -> stopped.contains("web"));
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.ABSENT);
        assertThat(lab.namespaces.link(lab.names.fabric(), lab.names.nicPort("web", 0))).isEmpty();
        assertThat(folder.resolve("state/vms/web")).doesNotExist();
    }

    @Test
    void everythingOutlivesTheKillOfTheDirectorAndCanBeTakenDownWithoutIt() throws IOException {
        String prefix = lab.names.prefix() + "-k";
        Names names = new Names(prefix);
        Path state = folder.resolve("killed");
        Process director = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        HostProcess.class.getName(), prefix, state.toString(), lab.outside, image.toString())
                .redirectError(folder.resolve("director.log").toFile())
                .start();
        try {
            assertThat(director.inputReader().readLine()).isEqualTo("ready");
            director.destroyForcibly();
            await().until(() -> !director.isAlive());
            lab.host().deleteNetwork(Routed.OUTSIDE);
            JsonNode before = awaitState(lab.outside, "203.0.113.10", "web", 1);
            assertThat(before.path("mac").asText()).isEqualTo("02:00:00:00:00:0a");
            List<Long> router = lab.namespaces.processes(names.router("urn:vcloud:gateway:1"));

            try (Host host = new LinuxHostFactory().create(
                    Map.of("prefix", prefix, "appliance.idle.command", "sleep 86400"), state, "killed")) {
                assertThat(host.inventory().vms()).containsExactly("idle", "web");
                assertThat(host.inventory().networks()).containsExactly(Routed.INSIDE, Routed.OUTSIDE);
                host.applyRouter(router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN, Routed.dhcp()));
                assertThat(lab.namespaces.processes(names.router("urn:vcloud:gateway:1"))).isEqualTo(router).isNotEmpty();
                assertThat(host.cloneDisk("d", "copy").capacityBytes()).isEqualTo(host.diskInfo("d").capacityBytes());
                assertThatThrownBy(() -> host.deleteDisk("d")).hasMessageContaining("in use by VM web");
                assertThat(awaitState(lab.outside, "203.0.113.10", "web", 1).path("uptime").asDouble())
                        .isGreaterThanOrEqualTo(before.path("uptime").asDouble());
            }
        } finally {
            director.destroyForcibly();
            Cleanup.main(new String[] {"--prefix", prefix, "--state", state.toString(), "--disks"});
        }
        assertThat(lab.namespaces.list()).noneMatch(names::owns);
        assertThat(lab.namespaces.links(lab.outside)).extracting(Namespaces.Link::name).containsExactly("lo");
        assertThat(StateFolder.children(state)).isEmpty();
        assertThat(ProcessHandle.allProcesses().filter(p -> ProcessMark.commandLine(p.pid()).contains(state.toString())))
                .isEmpty();
    }

    @Test
    void aFencedGuestSendsNothing() throws IOException {
        lab.host().importDisk("d", image);
        lab.host().startVm(guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", false));
        String fabric = lab.names.fabric();
        String tap = lab.names.nicPort("web", 0);
        Path serial = folder.resolve("state/vms/web/serial.log");
        await().atMost(BOOT).until(() -> Files.readString(serial).contains("lab-guest: ready"));
        assertThat(received(fabric, tap)).isZero();
        assertThat(get(edge(), "10.9.0.10", "cgi-bin/state")).isEmpty();

        lab.host().updateNics(guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", true));
        awaitState(edge(), "10.9.0.10", "web", 1);
        lab.host().updateNics(guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", false));
        long fenced = received(fabric, tap);
        assertThat(get(edge(), "10.9.0.10", "cgi-bin/state")).isEmpty();
        assertThat(received(fabric, tap)).isEqualTo(fenced);

        VmSpec unplugged = new VmSpec("web", "web", 1, 96, "", List.of(), List.of(
                new VmSpec.Nic(0, "02:00:00:00:00:0a", Optional.empty(), true, "VMXNET3", Optional.empty(), Optional.empty())),
                Optional.empty(), Map.of(), "");
        lab.host().updateNics(unplugged);
        assertThat(lab.namespaces.link(fabric, tap).orElseThrow().master()).isEmpty();
    }

    @Test
    void impossibleGuestsAreRefusedAndLeaveNothing() {
        lab.host().importDisk("d", image);
        VmSpec good = guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", true);
        VmSpec big = new VmSpec("web", "web", 1, 1 << 24, "", good.disks(), good.nics(), Optional.empty(), Map.of(), "");
        VmSpec odd = new VmSpec("web", "web", 1, 96, "", List.of(new VmSpec.Disk("d", "FLOPPY", 0)), good.nics(), Optional.empty(), Map.of(), "");
        VmSpec gone = new VmSpec("web", "web", 1, 96, "", List.of(new VmSpec.Disk("x", "VIRTIO", 0)), good.nics(), Optional.empty(), Map.of(), "");
        assertThatThrownBy(() -> lab.host().startVm(big)).isInstanceOf(HostException.class).hasMessageContaining("Not enough memory");
        assertThatThrownBy(() -> lab.host().startVm(odd)).isInstanceOf(HostException.class).hasMessageContaining("FLOPPY");
        assertThatThrownBy(() -> lab.host().startVm(gone)).isInstanceOf(HostException.class).hasMessageContaining("does not exist");
        lab.set("qemu", "false");
        assertThatThrownBy(() -> lab.reopen().startVm(good)).isInstanceOf(HostException.class);
        assertThat(lab.host().inventory().vms()).isEmpty();
        assertThat(lab.namespaces.link(lab.names.fabric(), lab.names.nicPort("web", 0))).isEmpty();
        assertThat(folder.resolve("state/vms/web")).doesNotExist();
    }

    @Test
    void disksAreWholeOrNotThere() throws IOException {
        assertThat(lab.host().createDisk("empty", 1 << 30).capacityBytes()).isEqualTo(1 << 30);
        Path text = folder.resolve("text.vmdk");
        Files.writeString(text, "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n"
                + "createType=\"monolithicFlat\"\nRW 2048 FLAT \"/etc/passwd\" 0\n".repeat(30));
        assertThatThrownBy(() -> lab.host().importDisk("bad", text)).isInstanceOf(HostException.class);
        Path cut = folder.resolve("cut.vmdk");
        byte[] whole = Files.readAllBytes(image);
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> lab.host().importDisk("cut", cut)).isInstanceOf(HostException.class);
        lab.host().deleteDisk("never-there");
        assertThat(lab.host().inventory().disks()).containsExactly("empty");
        assertThat(StateFolder.children(folder.resolve("state/disks"))).containsExactly("empty.qcow2");
    }

    private String edge() {
        return lab.names.router("urn:vcloud:gateway:1");
    }

    private static VmSpec guest(String name, String disk, String address, String mac, boolean connected) {
        String environment = "<?xml version=\"1.0\"?>\n<Environment xmlns:oe=\"http://schemas.dmtf.org/ovf/environment/1\">"
                + "<PropertySection><Property oe:key=\"guest.hostname\" oe:value=\"" + name + "\"/>\n"
                + "<Property oe:key=\"guest.address\" oe:value=\"" + address + "\"/>"
                + "<Property oe:key=\"guest.gateway\" oe:value=\"10.9.0.1\"/></PropertySection></Environment>";
        return new VmSpec(
                name, name, 1, 96, UUID.randomUUID().toString(),
                List.of(new VmSpec.Disk(disk, "PVSCSI", 0)),
                List.of(Lab.nic(mac, Optional.of(Routed.INSIDE), connected, "")),
                Optional.empty(), Map.of("guest.hostname", "ignored"), environment);
    }

    /** Frames that came out of the guest. */
    private long received(String namespace, String tap) {
        JsonNode link = lab.namespaces.query(List.of("ip", "-n", namespace, "-s", "-j", "link", "show", "dev", tap)).get(0);
        return link.path("stats64").path("rx").path("packets").asLong();
    }

    private String get(String namespace, String address, String path) {
        return lab.in(namespace, "curl", "-s", "-f", "-m", "3", "http://" + address + "/" + path).output();
    }

    private Optional<JsonNode> state(String namespace, String address) {
        try {
            String answer = get(namespace, address, "cgi-bin/state");
            return answer.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(answer));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private JsonNode awaitState(String namespace, String address, String host, int boot) {
        return await().atMost(BOOT).until(() -> state(namespace, address), answer -> answer
                        .filter(s -> s.path("host").asText().equals(host) && s.path("boot").asInt() == boot)
                        .isPresent())
                .orElseThrow();
    }
}
