package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process holds of its machine, as proc(5) tells it.
 *
 * @param residentKib memory
 * @param descriptors open files, sockets and devices
 */
record Footprint(long residentKib, int threads, int descriptors) {
    static Footprint of(Process process) throws IOException {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        List<String> status = Files.readAllLines(proc.resolve("status"));
        try (var files = Files.list(proc.resolve("fd"))) {
            return new Footprint(number(status, "VmRSS:"), (int) number(status, "Threads:"), (int) files.count());
        }
    }

    private static long number(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    /** Part by part the larger one. */
    Footprint max(Footprint other) {
        return new Footprint(
                Math.max(residentKib, other.residentKib),
                Math.max(threads, other.threads),
                Math.max(descriptors, other.descriptors));
    }
}
