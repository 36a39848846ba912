package org.stretchdeploy.tunnel.internal.agent;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.StringArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up every capability (capabilities(7)) but the two that an agent needs: {@code NET_ADMIN} for taps and bridges, for
 * which it is asked again whenever a network is added, and {@code NET_BIND_SERVICE} for a port such as 443. Nothing that
 * it starts can get more ({@code no_new_privs}).
 *
 * <p>Linux keeps capabilities per thread, and a Java process has a dozen before the first line of ours runs; so the
 * process drops them in one thread and then becomes itself again with execve(2), under the same process id. See ADR 0017.
 */
final class Privileges {
    static final int NET_BIND_SERVICE = 10;
    static final int NET_ADMIN = 12;
    static final long NEEDED = 1L << NET_ADMIN | 1L << NET_BIND_SERVICE;

    private static final Logger LOG = LoggerFactory.getLogger(Privileges.class);
    private static final String ARENAS = "MALLOC_ARENA_MAX";
    private static final String DONE = "STRETCH_CONFINED";
    private static final int LAST_CAPABILITY = 63;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_RAISE = 2;
    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;

    private Privileges() {}

    /**
     * What this process may do, from {@code /proc/self/status}.
     *
     * @param effective capabilities in force
     * @param bounding capabilities that it could ever get
     * @param noNewPrivileges whether a program that it starts can get more
     */
    record Held(long effective, long bounding, boolean noNewPrivileges) {
        /** Reads the text of a {@code status} file. */
        static Held of(List<String> status) {
            return new Held(
                    Long.parseUnsignedLong(field(status, "CapEff"), 16),
                    Long.parseUnsignedLong(field(status, "CapBnd"), 16),
                    field(status, "NoNewPrivs").equals("1"));
        }

        private static String field(List<String> status, String name) {
            return status.stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("0");
        }

        boolean isConfined() {
            return (effective & ~NEEDED) == 0 && (bounding & ~NEEDED) == 0 && noNewPrivileges;
        }
    }

    /** Gives up what is not needed. Does not return when that takes a new start of this process. */
    static void confine() {
        try {
            Held held = Held.of(Files.readAllLines(Path.of("/proc/self/status")));
            if (held.isConfined()) {
                LOG.info("event=confined capabilities={}", Long.toHexString(held.effective));
            } else if (System.getenv(DONE) != null) {
                LOG.warn(
                        "event=not-confined capabilities={} cause=\"they came back\"",
                        Long.toHexString(held.effective));
            } else {
                drop(held);
                startAgain();
            }
        } catch (IOException | LastErrorException | UnsatisfiedLinkError | NumberFormatException e) {
            // An agent that does more than it should is better than a network that is cut; but a person should know.
            LOG.warn("event=not-confined cause=\"{}\"", e.toString());
        }
    }

    private static void drop(Held held) {
        NativeLong zero = new NativeLong(0);
        ProcessCalls.prctl(PR_SET_NO_NEW_PRIVS, new NativeLong(1), zero, zero, zero);
        for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
            long bit = 1L << capability;
            if ((held.bounding & bit) != 0 && (NEEDED & bit) == 0) {
                ProcessCalls.prctl(PR_CAPBSET_DROP, new NativeLong(capability), zero, zero, zero);
            }
        }
        long keep = held.effective & NEEDED;
        Memory header = new Memory(8);
        header.setInt(0, CAPABILITY_VERSION_3);
        header.setInt(4, 0);
        Memory sets = new Memory(24);
        sets.clear();
        for (int i = 0; i < 3; i++) {
            sets.setInt(i * 4L, (int) keep);
        }
        ProcessCalls.capset(header, sets);
        for (int capability : new int[] {NET_ADMIN, NET_BIND_SERVICE}) {
            if ((keep & 1L << capability) != 0) {
                // For a user other than root, whose capabilities would end with execve.
                ProcessCalls.prctl(
                        PR_CAP_AMBIENT, new NativeLong(PR_CAP_AMBIENT_RAISE), new NativeLong(capability), zero, zero);
            }
        }
    }

    private static void startAgain() throws IOException {
        String program = Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
        String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
        String[] arguments =
                QuickStart.added(line.substring(0, line.length() - 1).split("\0", -1));
        List<String> environment = new ArrayList<>();
        for (Map.Entry<String, String> one : System.getenv().entrySet()) {
            environment.add(one.getKey() + "=" + one.getValue());
        }
        environment.add(DONE + "=1");
        if (System.getenv(ARENAS) == null) {
            // One heap of the C library per thread would be memory for nothing.
            environment.add(ARENAS + "=2");
        }
        closeFilesWithThisProgram();
        ProcessCalls.execve(program, new StringArray(arguments), new StringArray(environment.toArray(new String[0])));
    }

    private static void closeFilesWithThisProgram() throws IOException {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : open) {
                int descriptor = Integer.parseInt(one.getFileName().toString());
                if (descriptor > 2) {
                    closeWithThisProgram(descriptor);
                }
            }
        }
    }

    private static void closeWithThisProgram(int descriptor) {
        try {
            ProcessCalls.fcntl(descriptor, F_SETFD, new NativeLong(FD_CLOEXEC));
        } catch (LastErrorException closedMeanwhile) {
            LOG.debug("event=descriptor-gone number={}", descriptor);
        }
    }
}
