package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes of a lab that nothing else leads to any more, because what knew them was killed: those without a terminal that
 * work in the lab's folder or name it on their command line. This process and those that it descends from do not count.
 */
final class Leftovers {
    private static final int TERMINAL_FIELD = 4;

    private Leftovers() {}

    /** Kills them and waits until they are gone. */
    static void kill(Path state) {
        Wait.until(Duration.ofSeconds(15), "the processes of an earlier run to end", () -> {
            List<ProcessHandle> found = find(state);
            found.forEach(ProcessHandle::destroyForcibly);
            return found.isEmpty();
        });
    }

    private static List<ProcessHandle> find(Path state) {
        List<Long> own = new ArrayList<>();
        for (var p = java.util.Optional.of(ProcessHandle.current());
                p.isPresent();
                p = p.get().parent()) {
            own.add(p.get().pid());
        }
        return ProcessHandle.allProcesses()
                .filter(p -> !own.contains(p.pid()))
                .filter(p -> belongs(Path.of("/proc", Long.toString(p.pid())), state))
                .toList();
    }

    private static boolean belongs(Path process, Path state) {
        try {
            String[] fields = statistics(process);
            if (fields[0].equals("Z") || !fields[TERMINAL_FIELD].equals("0")) {
                return false;
            }
            String words = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            String name = new String(state.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return words.contains(name + "/")
                    || Files.readSymbolicLink(process.resolve("cwd")).startsWith(state);
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            // Gone meanwhile, or somebody else's.
            return false;
        }
    }

    /** State, parent, group, session, terminal and so on: what follows the name in {@code /proc/PID/stat}. */
    private static String[] statistics(Path process) throws IOException {
        String text = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        return text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
    }
}
