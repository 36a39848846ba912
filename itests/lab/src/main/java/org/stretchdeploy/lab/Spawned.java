package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Processes of the lab that outlive the command that started them, known by a file with process id and start time, so
 * that a recycled id is never killed.
 */
final class Spawned {
    private Spawned() {}

    static long start(LabFolder folder, String name, List<String> command) {
        return start(folder, name, command, Map.of());
    }

    static long start(LabFolder folder, String name, List<String> command, Map<String, String> environment) {
        Ending.pass();
        stop(folder, name);
        List<String> detached = new ArrayList<>(List.of("setsid"));
        detached.addAll(command);
        try {
            ProcessBuilder builder = new ProcessBuilder(detached)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(log(folder, name).toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            String started = process.toHandle()
                    .info()
                    .startInstant()
                    .map(Object::toString)
                    .orElse("");
            Files.writeString(pid(folder, name), process.pid() + " " + started);
            return process.pid();
        } catch (IOException e) {
            throw new LabException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    static Path log(LabFolder folder, String name) {
        return folder.made().resolve(name + ".log");
    }

    private static Path pid(LabFolder folder, String name) {
        return folder.made().resolve(name + ".pid");
    }

    static Optional<ProcessHandle> find(LabFolder folder, String name) {
        try {
            Path file = pid(folder, name);
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String[] words = Files.readString(file).strip().split(" ", 2);
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(Spawned::lives)
                    .filter(p -> words.length < 2
                            || words[1].isEmpty()
                            || p.info()
                                    .startInstant()
                                    .map(Object::toString)
                                    .orElse("")
                                    .equals(words[1]));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** One that was killed just now and that nobody has waited for yet does not live. */
    private static boolean lives(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", "" + process.pid(), "stat"));
            return process.isAlive()
                    && !stat.substring(stat.lastIndexOf(')') + 1).startsWith(" Z");
        } catch (IOException e) {
            return false;
        }
    }

    /** Kills the process with signal 9 and waits until it is gone. */
    static void kill(LabFolder folder, String name) {
        ProcessHandle process =
                find(folder, name).orElseThrow(() -> new LabException(name + " does not run, so it cannot be killed"));
        process.destroyForcibly();
        Wait.until(Duration.ofSeconds(10), name + " to be gone", () -> !lives(process));
    }

    /** Terminates the process and what it started; kills what does not end within ten seconds. */
    static void stop(LabFolder folder, String name) {
        find(folder, name).ifPresent(process -> {
            List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
            family.add(process);
            family.forEach(ProcessHandle::destroy);
            try {
                Wait.until(Duration.ofSeconds(10), name + " to end", () -> family.stream()
                        .noneMatch(Spawned::lives));
            } catch (LabException e) {
                family.forEach(ProcessHandle::destroyForcibly);
            }
        });
        try {
            Files.deleteIfExists(pid(folder, name));
        } catch (IOException e) {
            throw new LabException("cannot delete the process file of " + name, e);
        }
    }
}
