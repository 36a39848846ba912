package org.stretchdeploy.director.linux.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A process that cannot be mistaken for another one: its id together with the moment it started (clock ticks since
 * boot, field 22 of {@code /proc/PID/stat}), because the kernel gives ids again.
 */
record ProcessMark(long pid, long startTicks) {

    /** The mark of a process that runs now. */
    static Optional<ProcessMark> of(long pid) {
        return stat(pid).map(fields -> new ProcessMark(pid, Long.parseLong(fields[19])));
    }

    /** True while exactly this process runs; a finished one that nobody collected yet does not count. */
    boolean alive() {
        return stat(pid)
                .filter(fields -> Long.parseLong(fields[19]) == startTicks)
                .filter(fields -> !fields[0].equals("Z") && !fields[0].equals("X"))
                .isPresent();
    }

    void terminate() {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    void kill() {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Waits until it is gone; false when it still runs after the limit. */
    boolean gone(Duration limit) {
        return await(limit, () -> !alive());
    }

    static boolean await(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return true;
    }

    /** The arguments of a process, separated by zero characters; empty when it is gone. */
    static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Fields of the stat file after the program's name, which may itself hold blanks and brackets. */
    private static Optional<String[]> stat(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields.length > 19 ? Optional.of(fields) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
