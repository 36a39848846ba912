package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.VmSpec;

/** One cloud's host on this machine with a namespace that plays the outside; everything is gone after close. */
class Lab implements AutoCloseable {
    final Names names;
    final String outside;
    final Path folder;
    final Commands commands = new Commands();
    final Namespaces namespaces = new Namespaces(commands);
    private final Map<String, String> settings = new HashMap<>();
    private Host host;

    Lab(Path folder) {
        String prefix = "sdt" + ProcessHandle.current().pid() + "-" + Integer.toHexString(folder.hashCode() & 0xffff);
        this.folder = folder;
        names = new Names(prefix);
        outside = prefix + "-outside";
        settings.put("prefix", prefix);
        settings.put("shutdownSeconds", "40");
        settings.put("appliance.socat.command", "socat TCP-LISTEN:80,fork,reuseaddr EXEC:" + folder + "/answer-{name}");
        settings.put("appliance.idle.command", "sleep 86400");
        namespaces.ensure(outside, List.of());
        host = open();
    }

    Host host() {
        return host;
    }

    void set(String key, String value) {
        settings.put(key, value);
    }

    /** Closes the host and opens another one on the same state, as a director that starts again does. */
    Host reopen() {
        host.close();
        host = open();
        return host;
    }

    private Host open() {
        return new LinuxHostFactory().create(settings, folder.resolve("state"), "test");
    }

    /** Makes the program that answers each connection to a machine's port 80 with its name and the caller's address. */
    void answer(String name) {
        try {
            Path script = folder.resolve("answer-" + name);
            Files.writeString(script, "#!/bin/sh\necho " + name + " $SOCAT_PEERADDR\ncat\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A machine on the inside network that answers on port 80. */
    String serve(String name, String address, String mac) {
        answer(name);
        host.startVm(appliance("socat", name, nic(mac, Optional.of(Routed.INSIDE), true, address)));
        return names.appliance(name);
    }

    VmSpec appliance(String applianceClass, String name, VmSpec.Nic... nics) {
        return new VmSpec(
                name,
                name,
                1,
                64,
                "",
                List.of(),
                List.of(nics),
                Optional.of(applianceClass),
                Map.of(),
                "<Environment/>");
    }

    static VmSpec.Nic nic(String mac, Optional<String> network, boolean connected, String address) {
        Optional<String> gateway = address.isEmpty() ? Optional.empty() : Optional.of("10.9.0.1");
        return new VmSpec.Nic(
                0, mac, network, connected, "VMXNET3", Optional.of(address).filter(a -> !a.isEmpty()), gateway);
    }

    Commands.Result in(String namespace, String... command) {
        List<String> full = new ArrayList<>(namespaces.inside(namespace, command));
        return commands.attempt(full);
    }

    /** First line that the machine at the address sends, empty when it cannot be reached within a second. */
    String ask(String namespace, String address, int port) {
        return in(namespace, "socat", "-T1", "-u", "TCP:" + address + ":" + port + ",connect-timeout=1", "-")
                .output()
                .strip();
    }

    @Override
    public void close() {
        host.close();
        Cleanup.run(names, Path.of("/run/stretchdeploy"));
        namespaces.processes(outside).forEach(pid -> ProcessMark.of(pid).ifPresent(ProcessMark::kill));
        namespaces.delete(outside);
    }
}
