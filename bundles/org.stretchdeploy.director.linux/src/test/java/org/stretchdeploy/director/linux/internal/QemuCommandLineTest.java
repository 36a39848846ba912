package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

class QemuCommandLineTest {
    private static final QemuCommandLine.Files FILES = new QemuCommandLine.Files(
            Path.of("/s/a,b/pid"),
            Path.of("/s/qmp"),
            Path.of("/s/a,b/log"),
            Path.of("/s/a,b/env"),
            Path.of("/s/props"));

    @Test
    void onlyEmulationIsAskedFor() {
        assertThat(build(vm("PVSCSI", "VMXNET3")))
                .containsSequence("-accel", "tcg,tb-size=64")
                .contains("-daemonize", "-S", "-nodefaults")
                .noneMatch(word -> word.contains("kvm"));
    }

    @Test
    void theFormatOfADiskIsAlwaysSaid() {
        assertThat(build(vm("VIRTIO", "VIRTIO")))
                .containsSequence(
                        "-blockdev",
                        "{\"discard\":\"unmap\",\"driver\":\"file\",\"filename\":\"/disks/d1\",\"node-name\":\"file0\"}",
                        "-blockdev",
                        "{\"discard\":\"unmap\",\"driver\":\"qcow2\",\"file\":\"file0\",\"node-name\":\"disk0\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "VIRTIO, VIRTIO, virtio-blk-pci, virtio-net-pci",
        "PVSCSI, VMXNET3, pvscsi, vmxnet3",
        "LSILOGIC, E1000, mptsas1068, e1000",
        "SATA, E1000E, ide-hd, e1000e"
    })
    void adaptersAreWhatTheMachineHas(String disk, String nic, String diskDriver, String nicDriver) {
        String line = String.join(" ", build(vm(disk, nic)));
        assertThat(line).contains("\"driver\":\"" + diskDriver + "\"").contains("\"driver\":\"" + nicDriver + "\"");
        assertThat(line)
                .contains("tap,id=n0,ifname=tap-0,script=no,downscript=no")
                .contains("02:00:00:00:00:0a");
    }

    @Test
    void pathsWithCommasStayOnePath() {
        assertThat(build(vm("PVSCSI", "VMXNET3")))
                .contains(
                        "name=opt/ovf/env,file=/s/a,,b/env",
                        "file,id=serial0,append=on,path=/s/a,,b/log",
                        "/s/a,b/pid");
    }

    @Test
    void whatIsNotKnownIsRefused() {
        assertThatThrownBy(() -> build(vm("FLOPPY", "VIRTIO"))).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> build(vm("VIRTIO", "TOKENRING"))).isInstanceOf(HostException.class);
        VmSpec none = new VmSpec("v", "v", 0, 96, "", List.of(), List.of(), Optional.empty(), Map.of(), "");
        assertThatThrownBy(() -> build(none)).hasMessageContaining("0 CPUs");
    }

    private static List<String> build(VmSpec vm) {
        return QemuCommandLine.build(vm, FILES, id -> Path.of("/disks").resolve(id), index -> "tap-" + index);
    }

    private static VmSpec vm(String disk, String nic) {
        return new VmSpec(
                "urn:vm:1",
                "web",
                1,
                96,
                "not a uuid",
                List.of(new VmSpec.Disk("d1", disk, 0)),
                List.of(new VmSpec.Nic(
                        0, "02:00:00:00:00:0A", Optional.empty(), true, nic, Optional.empty(), Optional.empty())),
                Optional.empty(),
                Map.of("k", "v"),
                "<Environment/>");
    }
}
