package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec.Dhcp;

/**
 * One dnsmasq per router that serves DHCP; it is started anew only when its configuration changed. It runs in the
 * foreground of a session of its own, because changing its user, as it does in the background, is not possible inside a
 * user namespace.
 */
final class DhcpServers {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private final StateFolder state;
    private final Namespaces namespaces;
    private final Commands commands;

    DhcpServers(StateFolder state, Namespaces namespaces, Commands commands) {
        this.state = state;
        this.namespaces = namespaces;
        this.commands = commands;
    }

    /** The configuration for these services, empty text for none. */
    String check(String routerId, List<Dhcp> services) {
        return services.isEmpty()
                ? ""
                : DnsmasqConfig.compile(services, state.router(routerId).resolve("leases"));
    }

    void apply(String routerId, String namespace, String config) {
        Path folder = StateFolder.folder(state.router(routerId));
        Path file = folder.resolve("dnsmasq.conf");
        List<ProcessMark> running = running(folder, namespace);
        if (config.isEmpty()) {
            stop(running);
            StateFolder.remove(file);
            return;
        }
        if (running.size() == 1 && config.equals(read(file))) {
            return;
        }
        stop(running);
        StateFolder.write(file, config);
        List<String> command =
                namespaces.inside(namespace, "dnsmasq", "--no-daemon", "--pid-file=", "--conf-file=" + file);
        Path log = folder.resolve("dnsmasq.log");
        StateFolder.remove(log);
        long pid = commands.detach(command, folder, log);
        boolean started = ProcessMark.await(LIMIT, () -> ProcessMark.of(pid).isEmpty() || serves(log));
        if (!started || ProcessMark.of(pid).isEmpty()) {
            throw new HostException("The DHCP server of router " + routerId + " did not start: " + lastLine(log));
        }
    }

    void delete(String routerId, String namespace) {
        Path folder = state.router(routerId);
        stop(running(folder, namespace));
        StateFolder.remove(folder);
    }

    private static void stop(List<ProcessMark> servers) {
        for (ProcessMark server : servers) {
            server.terminate();
            if (!server.gone(Duration.ofSeconds(2))) {
                server.kill();
                server.gone(LIMIT);
            }
        }
    }

    /** Asks the kernel instead of a file, so that a server whose start was interrupted is found too. */
    private List<ProcessMark> running(Path folder, String namespace) {
        String file = folder.resolve("dnsmasq.conf").toString();
        return namespaces.processes(namespace).stream()
                .filter(pid -> ProcessMark.commandLine(pid).contains(file))
                .flatMap(pid -> ProcessMark.of(pid).stream())
                .filter(ProcessMark::alive)
                .toList();
    }

    /** It says that it started once its sockets are open. */
    private static boolean serves(Path log) {
        return read(log).contains("started, version");
    }

    private static String lastLine(Path log) {
        return read(log).lines().reduce((a, b) -> b).orElse("it said nothing");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
