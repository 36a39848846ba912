package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the lab touches the network: as root, or inside a user namespace that a holder process keeps open. Everything that
 * makes namespaces goes through {@link #command}.
 */
final class Privilege {
    private static final String HOLDER = "holder";

    private final List<String> prefix;

    private Privilege(List<String> prefix) {
        this.prefix = prefix;
    }

    /** Makes or finds the holder when we are not root. */
    static Privilege obtain(LabFolder folder) {
        if (isRoot()) {
            return new Privilege(List.of());
        }
        long pid = Spawned.find(folder, HOLDER).map(ProcessHandle::pid).orElseGet(() -> startHolder(folder));
        return new Privilege(List.of("nsenter", "--preserve-credentials", "-U", "-m", "-t", Long.toString(pid), "--"));
    }

    static boolean isRoot() {
        return "0"
                .equals(Exec.run(Duration.ofSeconds(5), List.of("id", "-u"))
                        .output()
                        .strip());
    }

    private static long startHolder(LabFolder folder) {
        String script =
                "mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/stretchdeploy && echo ready && exec sleep infinity";
        long pid = Spawned.start(folder, HOLDER, List.of("unshare", "-Urm", "sh", "-c", script));
        Path log = Spawned.log(folder, HOLDER);
        Wait.until(Duration.ofSeconds(10), "the user namespace to open", () -> {
            if (Spawned.find(folder, HOLDER).isEmpty()) {
                throw new LabException("This machine does not let an ordinary user open a user namespace ("
                        + read(log).strip() + "). Run the demo as root, or allow unprivileged user namespaces.");
            }
            return read(log).contains("ready");
        });
        return pid;
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends the holder, and with it all namespaces that no process is in. */
    void release(LabFolder folder) {
        Spawned.stop(folder, HOLDER);
    }

    List<String> command(String... words) {
        return command(Arrays.asList(words));
    }

    List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(words);
        return all;
    }

    /** The command inside a network namespace of the lab. */
    List<String> inside(String namespace, List<String> words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(words);
        return command(all);
    }

    void must(String... words) {
        Exec.must(command(words));
    }

    boolean rootless() {
        return !prefix.isEmpty();
    }
}
