package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.TrafficCounters;
import org.stretchdeploy.tunnel.control.Transport;

/**
 * The days of a tunnel in minutes: traffic without pause, machines that come, certificates that are renewed, an underlay that
 * is cut. Whatever an agent does not give back shows. {@code ./stretch bench soak ROUNDS} makes it longer. Needs root.
 */
class SoakLabIT {
    private static final int ROUNDS = Integer.getInteger("soak.rounds", 6);
    private static final long FRAMES_OF_A_ROUND = 200_000;
    private static final int MACHINES_OF_A_ROUND = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration CERTIFICATE_LIFE = Duration.ofSeconds(30);
    private static final List<String> AGENTS = List.of("ea", "eb");
    /** The JIT compiler and the heap's own growth need some megabytes; what leaks with frames would take many more. */
    private static final long SLACK_KIB = 12 * 1024;
    /** What runs now and then: a courier, a handshake with its connection. */
    private static final int SLACK = 8;

    private static final long MOST_KIB = 150 * 1024;
    private static final int BAR_KIB = 4 * 1024;

    @TempDir
    Path folder;

    private final Map<String, List<Footprint>> footprints = new HashMap<>();
    private TwoEdgesLab lab;
    private RawFrames raw;

    private void twoEdges(Transport transport) throws Exception {
        lab = new TwoEdgesLab(folder, CERTIFICATE_LIFE);
        raw = new RawFrames(lab);
        for (String agent : AGENTS) {
            lab.prepare(agent, lab.service().enrol(agent, null));
            lab.startAgent(agent);
            footprints.put(agent, new ArrayList<>());
        }
        lab.stretch(transport);
        awaitForwarding();
    }

    @AfterEach
    void takeDown() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    private void awaitForwarding() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(AGENTS)
                .allSatisfy(agent -> assertThat(lab.service().status(agent).flatMap(status -> status.report()
                                .network("net1")))
                        .get()
                        .matches(NetworkStatus::forwards)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"TLS", "DATAGRAM"})
    void memoryThreadsAndDescriptorsDoNotGrow(Transport transport) throws Exception {
        twoEdges(transport);
        var firstCertificate = certificateEnd();
        guests();
        for (int round = 0; round < ROUNDS; round++) {
            newMachines(round);
            if (round % 2 == 1) {
                cutAndBack();
            }
            traffic();
            note(round);
        }
        show();
        AGENTS.forEach(agent -> assertThatItStaysAsItIs(agent));
        assertThat(certificateEnd()).isAfter(firstCertificate);
        assertThat(frames()).isGreaterThan(ROUNDS * FRAMES_OF_A_ROUND);
        assertThat(transfers()).isNotEmpty().allMatch(line -> line.startsWith("whole "));
    }

    private java.time.Instant certificateEnd() {
        return lab.service().status("eb").orElseThrow().report().certificateNotAfter();
    }

    private void guests() throws IOException {
        lab.startIn("h2", traffic("answer"), "answer.log");
        await().atMost(PATIENCE)
                .until(() -> Files.readString(lab.file("answer.log")).contains("listening"));
        lab.startIn("h1", traffic("load 192.168.77.2"), "load.log");
    }

    private static String traffic(String words) {
        return System.getProperty("java.home") + "/bin/java -XX:+UseSerialGC -Xmx64m -cp target/test-classes "
                + SoakTraffic.class.getName() + " " + words;
    }

    private List<String> transfers() throws IOException {
        return Files.readAllLines(lab.file("load.log"));
    }

    /** Machines that nobody heard before; from some round on there are more than the forwarding table holds. */
    private void newMachines(int round) {
        byte[][] frames = new byte[MACHINES_OF_A_ROUND][];
        for (int machine = 0; machine < frames.length; machine++) {
            String source = String.format("52:55:%02x:%02x:%02x:01", round >>> 8 & 255, round & 255, machine & 255);
            frames[machine] = RawFrames.frame(RawFrames.BROADCAST, source, 0x88b6, new byte[0]);
        }
        raw.send("h1", frames);
    }

    private void cutAndBack() {
        lab.in("ea", "ip link set wan down");
        await().atMost(PATIENCE).until(() -> !lab.pings("-c 1"));
        lab.in("ea", "ip link set wan up");
        await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
    }

    private void traffic() throws IOException {
        long frames = frames();
        int transfers = transfers().size();
        await().atMost(PATIENCE)
                .until(() ->
                        frames() >= frames + FRAMES_OF_A_ROUND && transfers().size() > transfers);
    }

    private long frames() {
        NetworkStatus network = lab.service()
                .status("eb")
                .orElseThrow()
                .report()
                .network("net1")
                .orElseThrow();
        TrafficCounters both = network.inbound().plus(network.outbound());
        return both.frames();
    }

    private void note(int round) throws IOException {
        for (String agent : AGENTS) {
            Footprint now = Footprint.of(lab.agent(agent));
            footprints.get(agent).add(now);
            System.out.printf(
                    "soak round=%d agent=%s frames=%d resident_kib=%d threads=%d descriptors=%d%n",
                    round, agent, frames(), now.residentKib(), now.threads(), now.descriptors());
        }
    }

    private void show() {
        footprints.forEach((agent, rounds) -> {
            System.out.println("resident memory of " + agent + ", one line per round:");
            rounds.forEach(round -> System.out.printf(
                    "%8d KiB %s%n", round.residentKib(), "#".repeat((int) (round.residentKib() / BAR_KIB))));
        });
    }

    /** The last third of the rounds against the one before; the first is for the compiler and the caches. */
    private void assertThatItStaysAsItIs(String agent) {
        List<Footprint> rounds = footprints.get(agent);
        Footprint before = most(rounds.subList(ROUNDS / 3, ROUNDS * 2 / 3));
        Footprint after = most(rounds.subList(ROUNDS * 2 / 3, ROUNDS));
        assertThat(after.residentKib())
                .as("memory of " + agent)
                .isLessThan(Math.min(MOST_KIB, before.residentKib() + SLACK_KIB));
        assertThat(after.threads()).as("threads of " + agent).isLessThan(before.threads() + SLACK);
        assertThat(after.descriptors()).as("descriptors of " + agent).isLessThan(before.descriptors() + SLACK);
    }

    private static Footprint most(List<Footprint> rounds) {
        return rounds.stream().reduce(Footprint::max).orElseThrow();
    }
}
