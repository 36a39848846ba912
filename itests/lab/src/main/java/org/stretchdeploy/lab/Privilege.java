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
    private final List<String> prefix;

    private Privilege(List<String> prefix) {
        this.prefix = prefix;
    }

    /** Makes or finds the holder when we are not root. */
    static Privilege obtain(Path stateFolder) {
        if (isRoot()) {
            return new Privilege(List.of());
        }
        Path pidFile = stateFolder.resolve("holder.pid");
        long pid = alive(pidFile);
        if (pid == 0) {
            pid = startHolder(stateFolder, pidFile);
        }
        return new Privilege(List.of("nsenter", "--preserve-credentials", "-U", "-m", "-t", Long.toString(pid), "--"));
    }

    static boolean isRoot() {
        return "0"
                .equals(Exec.run(Duration.ofSeconds(5), List.of("id", "-u"))
                        .output()
                        .strip());
    }

    static long alive(Path pidFile) {
        try {
            if (!Files.exists(pidFile)) {
                return 0;
            }
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() ? pid : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static long startHolder(Path stateFolder, Path pidFile) {
        String script =
                "mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/stretchdeploy && echo ready && exec sleep infinity";
        try {
            Path log = stateFolder.resolve("holder.log");
            Process holder = new ProcessBuilder("setsid", "unshare", "-Urm", "sh", "-c", script)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Wait.until(Duration.ofSeconds(10), "the user namespace to open", () -> {
                if (!holder.isAlive()) {
                    throw new LabException("This machine does not let an ordinary user open a user namespace ("
                            + read(log).strip() + "). Run the demo as root, or allow unprivileged user namespaces.");
                }
                return read(log).contains("ready");
            });
            Files.writeString(pidFile, Long.toString(holder.pid()));
            return holder.pid();
        } catch (IOException e) {
            throw new LabException("cannot open a user namespace: " + e.getMessage(), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
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
