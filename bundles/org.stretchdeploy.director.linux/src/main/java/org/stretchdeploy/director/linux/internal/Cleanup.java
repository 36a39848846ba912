package org.stretchdeploy.director.linux.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stretchdeploy.director.host.HostException;

/**
 * Takes down everything of one cloud, whatever state its director left it in: {@code --prefix PREFIX [--state FOLDER]
 * [--disks] [--run-folder FOLDER]}. All processes of a cloud run in its namespaces, so the namespaces tell what to end.
 * Disks stay unless {@code --disks} is given. Exit code 0 when nothing of the cloud is left, 1 otherwise, 2 for a wrong
 * command line. The state folder is the host's, or its director's, which has the host's in {@code host}.
 */
public final class Cleanup {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Cleanup() {}

    public static void main(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--disks" -> options.put("--disks", "");
                case "--prefix", "--state", "--run-folder" -> {
                    if (i + 1 < arguments.length) {
                        options.put(arguments[i], arguments[++i]);
                    }
                }
                default -> options.put("wrong", arguments[i]);
            }
        }
        if (options.containsKey("wrong") || !options.containsKey("--prefix")) {
            System.err.println("usage: Cleanup --prefix PREFIX [--state FOLDER] [--disks] [--run-folder FOLDER]");
            System.exit(2);
        }
        try {
            String summary = run(
                    new Names(options.get("--prefix")),
                    Path.of(options.getOrDefault("--run-folder", "/run/stretchdeploy")));
            if (options.containsKey("--state")) {
                Path state = Path.of(options.get("--state"));
                removeFiles(state, options.containsKey("--disks"));
                removeFiles(state.resolve("host"), options.containsKey("--disks"));
            }
            System.out.println(summary);
        } catch (HostException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** Ends all processes of the cloud and removes its namespaces; links and taps go with them. */
    static String run(Names names, Path runFolder) {
        Namespaces namespaces = new Namespaces(new Commands());
        int removed = 0;
        int ended = 0;
        for (String namespace : namespaces.list()) {
            if (names.owns(namespace)) {
                ended += end(namespaces, namespace);
                namespaces.delete(namespace);
                removed++;
            }
        }
        StateFolder.remove(runFolder.resolve(names.prefix()));
        return names.prefix() + ": " + ended + " processes ended, " + removed + " namespaces removed";
    }

    private static int end(Namespaces namespaces, String namespace) {
        int[] count = {0};
        boolean empty = ProcessMark.await(LIMIT, () -> {
            List<ProcessMark> processes = namespaces.processes(namespace).stream()
                    .flatMap(pid -> ProcessMark.of(pid).stream())
                    .filter(ProcessMark::alive)
                    .toList();
            processes.forEach(ProcessMark::kill);
            count[0] = Math.max(count[0], processes.size());
            return processes.isEmpty();
        });
        if (!empty) {
            throw new HostException("Processes in namespace " + namespace + " cannot be ended");
        }
        return count[0];
    }

    private static void removeFiles(Path state, boolean disks) {
        StateFolder.remove(state.resolve("vms"));
        StateFolder.remove(state.resolve("routers"));
        StateFolder.remove(state.resolve("lock"));
        if (disks) {
            StateFolder.remove(state.resolve("disks"));
        }
    }
}
