package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.stretchdeploy.director.host.Host.Capacity;
import org.stretchdeploy.director.host.HostException;

/** What the machine has: processors, memory, disk space and the programs that the host runs. */
final class Machine {
    /** Program to Debian package. */
    private static final Map<String, String> PROGRAMS = programs();

    private Machine() {}

    private static Map<String, String> programs() {
        Map<String, String> programs = new LinkedHashMap<>();
        programs.put("ip", "iproute2");
        programs.put("nft", "nftables");
        programs.put("dnsmasq", "dnsmasq-base");
        programs.put("sysctl", "procps");
        programs.put("setsid", "util-linux");
        programs.put("qemu-img", "qemu-utils");
        programs.put("qemu-system-x86_64", "qemu-system-x86");
        return programs;
    }

    static Capacity capacity(Path disks) {
        try {
            return new Capacity(
                    Runtime.getRuntime().availableProcessors(),
                    availableMemory(),
                    Files.getFileStore(disks).getUsableSpace());
        } catch (IOException e) {
            throw new HostException("Cannot ask for free disk space: " + e.getMessage(), e);
        }
    }

    /** A value that is another one after each start of the machine. */
    static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new HostException("The kernel does not tell its boot id", e);
        }
    }

    /** Memory that programs can still get without swapping, in bytes. */
    static long availableMemory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException e) {
            throw new HostException("Cannot read how much memory is available", e);
        }
        throw new HostException("The kernel does not say how much memory is available");
    }

    /** Fails when guests could have no NICs, with what to do. */
    static void requireTapDevice() {
        Path device = Path.of("/dev/net/tun");
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            throw new HostException("The host cannot open /dev/net/tun; load the kernel module tun, or give this user"
                    + " access to the device");
        }
    }

    /** Fails with the names of the Debian packages that are not installed. */
    static void requirePrograms() {
        Set<String> missing = new TreeSet<>();
        PROGRAMS.forEach((program, debianPackage) -> {
            boolean found = Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            if (!found) {
                missing.add(debianPackage);
            }
        });
        if (!missing.isEmpty()) {
            throw new HostException("These Debian packages are missing: " + String.join(" ", missing));
        }
    }
}
