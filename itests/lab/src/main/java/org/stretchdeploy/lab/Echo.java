package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A TCP connection from the shop's gateway at home to a guest, wherever that is now; see {@link EchoProbe}. */
final class Echo implements AutoCloseable {
    private static final String NAME = "echo";
    private static final int SETTLED = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Lab lab;
    private final Path file;

    /** Connects, and waits until lines come back. */
    Echo(Lab lab, Shop.Guest guest) {
        this.lab = lab;
        this.file = lab.folder().state().resolve("echo.tsv");
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LabException("cannot delete " + file, e);
        }
        Spawned.start(
                lab.folder(),
                NAME,
                lab.inside(
                        gateway(),
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx32m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                Flows.ownClasses(),
                                EchoProbe.class.getName(),
                                file.toString(),
                                guest.address())));
        awaitFlow();
    }

    /** The namespace of the edge that the shop's network has at home. */
    private String gateway() {
        return lab.namespaces().stream()
                .filter(name -> name.startsWith(CloudSite.PRIVATE.prefix() + "-r-"))
                .filter(name -> Exec.must(lab.inside(name, List.of("ip", "-o", "-4", "addr")))
                        .contains(" " + Shop.GATEWAY + "/"))
                .findFirst()
                .orElseThrow(() -> new LabException("the shop's network has no edge at home"));
    }

    private List<String> lines() {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            String all = Files.readString(file);
            return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new LabException("cannot read " + file, e);
        }
    }

    /** Why the connection is no more; empty while it lives. */
    Optional<String> broken() {
        return lines().stream()
                .filter(line -> line.startsWith("broken"))
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .findFirst()
                .or(() -> Spawned.find(lab.folder(), NAME).isPresent()
                        ? Optional.empty()
                        : Optional.of("its process has ended; see " + Spawned.log(lab.folder(), NAME)));
    }

    /** How many lines have come back. */
    int count() {
        return (int) lines().stream().filter(line -> !line.startsWith("broken")).count();
    }

    /** Waits until lines that are sent from now on come back. */
    void awaitFlow() {
        int before = count();
        Wait.until(PATIENCE, "the guest's echo", () -> {
            broken().ifPresent(why -> {
                throw new LabException("FAILED: the TCP connection to the guest broke: " + why);
            });
            return count() >= before + SETTLED;
        });
    }

    /** The longest time, in milliseconds, between two lines that came back after the first so many. */
    long gapMillis(int after) {
        List<Long> times = lines().stream()
                .filter(line -> !line.startsWith("broken"))
                .skip(Math.max(0, after - 1))
                .map(line -> Long.parseLong(line.substring(line.indexOf('\t') + 1)))
                .toList();
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return longest;
    }

    @Override
    public void close() {
        Spawned.stop(lab.folder(), NAME);
    }
}
