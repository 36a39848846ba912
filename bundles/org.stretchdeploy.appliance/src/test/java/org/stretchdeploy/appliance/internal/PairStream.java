package org.stretchdeploy.appliance.internal;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What guests notice of a takeover: a ping every 10 ms for the length of a gap, numbered broadcasts in both directions for
 * frames that arrive twice, and a TCP connection.
 */
final class PairStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern REPLY = Pattern.compile("^\\[(\\d+)\\.(\\d{6})].*icmp_seq=");
    private static int count;

    private final TwoEdgesLab lab;
    private final String name = "pair-" + count++;
    private final Process ping;
    private final List<Process> others = new ArrayList<>();
    private final GuestStream stream;
    private int counted;

    PairStream(TwoEdgesLab lab) throws IOException {
        this.lab = lab;
        for (int host = 1; host <= 2; host++) {
            others.add(lab.startIn(
                    "h" + host, "socat -u UDP4-RECV:7200,reuseaddr CREATE:" + heard(host), name + "-heard.log"));
        }
        for (int host = 1; host <= 2; host++) {
            Path script = lab.file(name + "-h" + host + ".sh");
            Files.writeString(
                    script, "#!/bin/sh\ni=0\nwhile echo h" + host + " $i; do i=$((i+1)); sleep 0.015; done\n");
            script.toFile().setExecutable(true);
            others.add(lab.startIn(
                    "h" + host,
                    "socat -u EXEC:" + script + " UDP4-DATAGRAM:192.168.77.255:7200,broadcast",
                    name + "-sender.log"));
        }
        this.ping = lab.startIn("h1", "ping -n -D -i 0.01 192.168.77.2", name + "-ping.log");
        this.stream = new GuestStream(lab);
        await().atMost(PATIENCE).until(() -> replies().size() > 50);
    }

    private Path heard(int host) {
        return lab.file(name + "-heard-" + host);
    }

    /** Microseconds at which replies came. */
    private List<Long> replies() throws IOException {
        List<Long> micros = new ArrayList<>();
        for (String line : Files.readAllLines(lab.file(name + "-ping.log"))) {
            Matcher reply = REPLY.matcher(line);
            if (reply.find()) {
                micros.add(Long.parseLong(reply.group(1)) * 1_000_000 + Long.parseLong(reply.group(2)));
            }
        }
        return micros;
    }

    /** Waits until pings come back that began after this call. */
    void awaitFlow() throws IOException {
        int before = replies().size();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> replies().size() > before + 30);
    }

    /** What came before does not count for {@link #gapMillis}. */
    void mark() throws IOException {
        counted = replies().size();
    }

    /** The longest time without a reply since the last mark, in milliseconds. */
    long gapMillis() throws IOException {
        List<Long> replies = replies();
        long longest = 0;
        for (int i = Math.max(1, counted); i < replies.size(); i++) {
            longest = Math.max(longest, replies.get(i) - replies.get(i - 1));
        }
        return longest / 1000;
    }

    /** Broadcasts and pings that arrived twice; both directions have heard some from the other side. */
    List<String> doubled() throws IOException {
        List<String> twice = new ArrayList<>();
        for (int host = 1; host <= 2; host++) {
            Set<String> seen = new HashSet<>();
            List<String> heard = Files.readAllLines(heard(host));
            String other = "h" + (3 - host) + " ";
            if (heard.stream().filter(line -> line.startsWith(other)).count() < 30) {
                twice.add("h" + host + " hardly heard " + other);
            }
            heard.stream().filter(line -> !line.isBlank() && !seen.add(line)).forEach(twice::add);
        }
        Files.readAllLines(lab.file(name + "-ping.log")).stream()
                .filter(line -> line.contains("DUP"))
                .forEach(twice::add);
        return twice;
    }

    /** Ends the TCP connection in order; see {@link GuestStream#end}. */
    boolean connectionSurvived() throws IOException {
        return stream.end();
    }

    @Override
    public void close() {
        ping.destroy();
        others.forEach(Process::destroyForcibly);
    }
}
