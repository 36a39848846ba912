package org.stretchdeploy.director.linux.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.VmSpec;

/**
 * A director's process for the tests to kill: makes a network, a router, a guest and an appliance, says so and waits.
 * Arguments: prefix, state folder, namespace that plays the outside, disk image.
 */
final class HostProcess {
    private HostProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> settings = Map.of("prefix", arguments[0], "appliance.idle.command", "sleep 86400");
        Host host = new LinuxHostFactory().create(settings, Path.of(arguments[1]), "killed");
        host.applyNetwork(Routed.outside(arguments[2]));
        host.applyNetwork(Routed.inside());
        host.applyRouter(Routed.router(
                Routed.nat(true, Routed.oneToOne("203.0.113.10", "10.9.0.10")), Routed.OPEN, Routed.dhcp()));
        host.importDisk("d", Path.of(arguments[3]));
        host.startVm(new VmSpec(
                "web",
                "web",
                1,
                96,
                "",
                List.of(new VmSpec.Disk("d", "VIRTIO", 0)),
                List.of(new VmSpec.Nic(
                        0,
                        "02:00:00:00:00:0a",
                        Optional.of(Routed.INSIDE),
                        true,
                        "VIRTIO",
                        Optional.empty(),
                        Optional.empty())),
                Optional.empty(),
                Map.of(
                        "guest.hostname",
                        "web",
                        "guest.address",
                        "10.9.0.10/24",
                        "guest.gateway",
                        "10.9.0.1",
                        "guest.silent",
                        "1"),
                ""));
        host.startVm(new VmSpec(
                "idle",
                "idle",
                1,
                64,
                "",
                List.of(),
                List.of(new VmSpec.Nic(
                        0,
                        "02:00:00:00:00:0b",
                        Optional.of(Routed.INSIDE),
                        true,
                        "VMXNET3",
                        Optional.of("10.9.0.20/24"),
                        Optional.empty())),
                Optional.of("idle"),
                Map.of(),
                ""));
        System.out.println("ready");
        new CountDownLatch(1).await();
    }
}
