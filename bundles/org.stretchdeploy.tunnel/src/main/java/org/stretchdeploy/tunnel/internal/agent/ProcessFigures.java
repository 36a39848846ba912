package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.stretchdeploy.tunnel.control.ProcessStatus;

/** Reads what the kernel says about this process, proc(5). Any user may; what cannot be read is 0. */
final class ProcessFigures {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path TCP = Path.of("/proc/self/net/snmp");

    private ProcessFigures() {}

    static ProcessStatus now() {
        Runtime runtime = Runtime.getRuntime();
        List<String> tcp = lines(TCP);
        return new ProcessStatus(
                residentBytes(lines(STATUS)),
                runtime.totalMemory() - runtime.freeMemory(),
                tcpCounter(tcp, "OutSegs"),
                tcpCounter(tcp, "RetransSegs"));
    }

    /** {@code VmRSS:    43210 kB}. */
    static long residentBytes(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .filter(number -> !number.isEmpty())
                .findFirst()
                .map(kilobytes -> Long.parseLong(kilobytes) * 1024)
                .orElse(0L);
    }

    /** The file has a line of names and a line of values for each protocol, both beginning with the protocol's name. */
    static long tcpCounter(List<String> snmp, String name) {
        List<String[]> tcp = snmp.stream()
                .filter(line -> line.startsWith("Tcp:"))
                .map(line -> line.split(" "))
                .toList();
        if (tcp.size() != 2) {
            return 0;
        }
        int column = List.of(tcp.get(0)).indexOf(name);
        return column < 0 || column >= tcp.get(1).length ? 0 : Long.parseLong(tcp.get(1)[column]);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
