package org.stretchdeploy.appliance.internal;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** One TCP connection from one guest to the other, which carries numbers until it is ended. */
final class GuestStream {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static int count;

    private final Path arrived;
    private final Path stop;
    private final Process listener;

    GuestStream(TwoEdgesLab lab) throws IOException {
        String name = "stream-" + count++;
        this.arrived = lab.file(name + ".arrived");
        this.stop = lab.file(name + ".stop");
        Path script = lab.file(name + ".sh");
        Files.writeString(
                script, "#!/bin/sh\ni=0\nwhile [ ! -e " + stop + " ]; do i=$((i+1)); echo $i; sleep 0.05; done\n");
        script.toFile().setExecutable(true);
        this.listener =
                lab.startIn("h2", "socat -u TCP4-LISTEN:7100,reuseaddr CREATE:" + arrived, name + "-listener.log");
        await().atMost(PATIENCE).until(() -> lab.in("h2", "cat /proc/net/tcp").contains(":1BBC "));
        lab.startIn("h1", "socat -u EXEC:" + script + " TCP4:192.168.77.2:7100", name + "-sender.log");
        await().atMost(PATIENCE).until(() -> lines() > 10);
    }

    private int lines() throws IOException {
        return Files.exists(arrived) ? Files.readAllLines(arrived).size() : 0;
    }

    /** Ends it in order; true when every number arrived, once, in order, and some of them after this was called. */
    boolean end() throws IOException {
        int before = lines();
        await().atMost(PATIENCE).until(() -> lines() > before + 5);
        Files.createFile(stop);
        await().atMost(PATIENCE).until(() -> !listener.isAlive());
        List<String> numbers = Files.readAllLines(arrived);
        return numbers.equals(IntStream.rangeClosed(1, numbers.size())
                .mapToObj(String::valueOf)
                .toList());
    }
}
