package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;

/**
 * The guards of two real agents against frames that real hosts put on the segments: each one stops what it is for, counts
 * it, names the culprit, and leaves ordinary traffic alone. One agent computes with the JDK's provider, the other with
 * Corretto's. Needs root.
 */
class GuardsLabIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** So that a storm needs no quick machine. */
    private static final String STORM_AT_500 = "-Dstretch.storm.frames=500 ";

    private static final String STRANGER = "52:54:00:00:00:66";

    @TempDir
    static Path folder;

    private static TwoEdgesLab lab;
    private static RawFrames raw;

    @BeforeAll
    static void twoEdges() throws Exception {
        lab = new TwoEdgesLab(folder, Duration.ofHours(1));
        raw = new RawFrames(lab);
        for (String agent : List.of("ea", "eb")) {
            lab.prepare(agent, lab.service().enrol(agent, null));
            lab.startAgent(agent, STORM_AT_500 + (agent.equals("ea") ? "-Dstretch.crypto=jdk " : ""));
        }
        for (int host = 1; host <= 2; host++) {
            lab.in("h" + host, "sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0");
            lab.in("h" + host, "ip addr add fd00::" + host + "/64 dev eth0 nodad");
        }
        // Two JVMs start, each twice (ADR 0017), maybe on a busy machine.
        await().atMost(Duration.ofMinutes(2))
                .until(() -> lab.service().status("ea").isPresent()
                        && lab.service().status("eb").isPresent());
    }

    @AfterAll
    static void takeDown() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void ordinaryTunnel() {
        configure(source(), target());
        awaitForwarding();
    }

    private static NetworkConfig source() {
        return NetworkConfig.of("net1", TwoEdgesLab.LEG_A, NetworkSide.SOURCE);
    }

    private static NetworkConfig target() {
        return NetworkConfig.of("net1", TwoEdgesLab.LEG_B, NetworkSide.TARGET)
                .withGateway("192.168.77.254", "52:54:00:00:00:fe", "192.168.77.253");
    }

    private static void configure(NetworkConfig source, NetworkConfig target) {
        TunnelConfig listen = TunnelConfig.listen("tun1", 8443, lab.service().identity("eb"), List.of(source));
        TunnelConfig dial =
                TunnelConfig.dial("tun1", "10.99.0.1", 8443, lab.service().identity("ea"), List.of(target));
        lab.service().configure("ea", new DesiredState(0, List.of(listen), List.of(), List.of()));
        lab.service().configure("eb", new DesiredState(0, List.of(dial), List.of(), List.of()));
    }

    private static NetworkStatus network(String agent) {
        return lab.service()
                .status(agent)
                .flatMap(status -> status.report().network("net1"))
                .orElseThrow();
    }

    private static void awaitForwarding() {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(List.of("ea", "eb"))
                .allSatisfy(agent -> assertThat(network(agent)).matches(NetworkStatus::forwards)));
    }

    /** The finding is counted, and its alarm tells these words. */
    private static void awaitFinding(String agent, String finding, String... words) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(network(agent).findings()).containsKey(finding);
            assertThat(network(agent).alarms())
                    .anySatisfy(alarm ->
                            assertThat(alarm).startsWith(finding + ": ").contains(words));
        });
    }

    private static long drops(String agent, String reason) {
        return network(agent).outbound().drops().getOrDefault(reason, 0L);
    }

    @Test
    void framesOfEveryKindCross() throws Exception {
        for (String segments : List.of("65535", "1")) {
            // With 1, TCP hands over one frame at a time, as hosts without offloads do.
            for (String host : List.of("h1", "h2")) {
                lab.in(host, "ip link set eth0 gso_max_segs " + segments);
            }
            awaitPing("h1", "-s 1472 192.168.77.2");
            awaitPing("h2", "-s 1472 192.168.77.1");
            awaitPing("h1", "-s 1452 fd00::2");
            for (String address : List.of("192.168.77.2", "[fd00::2]")) {
                assertThat(transferred(address))
                        .as("segments %s to %s", segments, address)
                        .isTrue();
            }
        }
    }

    /** Of full size and not to be cut. */
    private static void awaitPing(String host, String sizeAndAddress) {
        await().atMost(PATIENCE)
                .until(() -> Shell.run(lab.inside(host, "ping -q -c 2 -i 0.1 -W 2 -M do " + sizeAndAddress))
                        .output()
                        .contains(" 0% packet loss"));
    }

    /** A file over TCP, compared at the other end. */
    private static boolean transferred(String address) throws Exception {
        Path file = lab.file("sent");
        byte[] content = new byte[8 << 20];
        new java.util.Random(7).nextBytes(content);
        Files.write(file, content);
        Path arrived = lab.file("arrived");
        Files.deleteIfExists(arrived);
        String family = address.startsWith("[") ? "TCP6-LISTEN" : "TCP4-LISTEN";
        Process listener =
                lab.startIn("h2", "socat -u " + family + ":7000,reuseaddr CREATE:" + arrived, "listener.log");
        await().atMost(PATIENCE)
                .until(() -> lab.in("h2", "cat /proc/net/tcp /proc/net/tcp6").contains(":1B58 "));
        lab.in("h1", "socat -u FILE:" + file + " TCP:" + address + ":7000");
        listener.waitFor();
        return Files.mismatch(file, arrived) == -1;
    }

    @Test
    void frameThatIsNotIpAndFrameWithVlanTagCross() throws Exception {
        Path log = lab.file("nonip.log");
        Process capture = lab.startIn("h2", "tcpdump -l -n -e -i eth0 ether src " + STRANGER, "nonip.log");
        await().atMost(PATIENCE).until(() -> Files.readString(log).contains("listening"));
        raw.send(
                "h1",
                RawFrames.frame(TwoEdgesLab.H2_MAC, STRANGER, 0x88b6, new byte[40]),
                RawFrames.frame(TwoEdgesLab.H2_MAC, STRANGER, 0x8100, new byte[] {0, 5, (byte) 0x88, (byte) 0xb6}));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(Files.readString(log))
                .contains("ethertype Unknown (0x88b6), length " + RawFrames.BYTES)
                .contains("vlan 5"));
        capture.destroy();
        capture.waitFor();
    }

    @Test
    void loopThatIsThereFirstIsRefused() {
        takeDownTunnel();
        lab.shortCircuit(true);
        try {
            // A cable is there when something passes it: kernels look at a new link up to a second later.
            await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
            configure(source(), target());
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(network("ea"))
                    .satisfies(network -> assertThat(network.forwarding()).isEqualTo(ForwardingState.BLOCKED))
                    .satisfies(network -> assertThat(network.reason()).contains("loop")));
            awaitFinding("ea", "loop", "connected beside the tunnel");
            assertThat(network("ea").outbound().frames()).isZero();
        } finally {
            lab.shortCircuit(false);
        }
        awaitForwarding();
    }

    @Test
    void loopThatAppearsLaterIsCutAndForwardingComesBack() {
        lab.shortCircuit(true);
        try {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(List.of("ea", "eb"))
                    .allSatisfy(agent -> assertThat(network(agent).forwards()).isFalse())
                    .anySatisfy(agent -> assertThat(network(agent).alarms())
                            .anySatisfy(alarm -> assertThat(alarm).startsWith("loop: "))));
        } finally {
            lab.shortCircuit(false);
        }
        awaitForwarding();
        await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
    }

    @Test
    void gatewayServersAndRoutersOfTheTargetAreSilenced() {
        raw.send("h2", RawFrames.claim(STRANGER, "192.168.77.254"));
        awaitFinding("eb", "duplicate-gateway", STRANGER);
        raw.send("h2", RawFrames.dhcpOffer(STRANGER), RawFrames.dhcp6Reply(STRANGER));
        awaitFinding("eb", "foreign-dhcp", STRANGER);
        await().atMost(PATIENCE).until(() -> drops("eb", "dhcp") >= 2);
        raw.send("h2", RawFrames.discovery(134, STRANGER, "fe80::66", "::"));
        awaitFinding("eb", "foreign-router", STRANGER);
        assertThat(drops("ea", "dhcp") + drops("ea", "router-advertisement") + drops("ea", "gateway"))
                .as("the source's own may speak")
                .isZero();
    }

    @Test
    void machineThatMovesToAndFroIsFlapping() {
        String mac = "52:54:00:00:00:74";
        AtomicInteger sent = new AtomicInteger();
        // Fewer seconds between the first and the last of five moves would be two machines with one address.
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2800)).until(() -> {
            raw.send(sent.getAndIncrement() % 2 == 0 ? "h1" : "h2", RawFrames.claim(mac, "192.168.77.74"));
            return network("ea").alarms().stream().anyMatch(alarm -> alarm.startsWith("mac-flapping: " + mac));
        });
        assertThat(network("ea").findings()).containsKey("mac-flapping");
    }

    @Test
    void brokenAndOversizedFramesAreCounted() {
        raw.sendToAgent("ea", RawFrames.frame(TwoEdgesLab.H2_MAC, "01:54:00:00:00:66", 0x88b6, new byte[40]));
        awaitFinding("ea", "malformed", "01:54:00:00:00:66");
        assertThat(drops("ea", "malformed")).isPositive();
        for (String device : List.of("h1 eth0", "s1 p1", "s1 p2", "s1 sw", "ea leg", "ea st0", "ea br0")) {
            lab.in(device.split(" ")[0], "ip link set " + device.split(" ")[1] + " mtu 3000");
        }
        lab.pings("-c 1 -s 2000");
        awaitFinding("ea", "oversized", TwoEdgesLab.H1_MAC);
        assertThat(drops("ea", "oversized")).isPositive();
        lab.in("h1", "ip link set eth0 mtu 1500");
        takeDownTunnel();
    }

    @Test
    void sameMachineAndSameAddressAtBothEnds() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            raw.send("h1", RawFrames.claim("52:54:00:00:00:70", "192.168.77.70"));
            raw.send("h2", RawFrames.claim("52:54:00:00:00:70", "192.168.77.70"));
            // Which of the two depends on how fast this machine lets the hosts send.
            assertThat(List.of("ea", "eb"))
                    .allSatisfy(agent -> assertThat(network(agent).alarms())
                            .anyMatch(alarm -> alarm.matches("(duplicate-mac|mac-flapping): 52:54:00:00:00:70 .*")));
        });
        raw.send("h1", RawFrames.claim("52:54:00:00:00:71", "192.168.77.71"));
        raw.send("h2", RawFrames.claim("52:54:00:00:00:72", "192.168.77.71"));
        awaitFinding("ea", "duplicate-ip", "192.168.77.71", "52:54:00:00:00:71", "52:54:00:00:00:72");
    }

    @Test
    void spanningTreeDoesNotCross() {
        raw.send("h1", RawFrames.frame("01:80:c2:00:00:00", STRANGER, 38, new byte[38]));
        await().atMost(PATIENCE).until(() -> drops("ea", "link-control") > 0);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(network("ea").findings()).containsKey("link-control"));
        assertThat(network("ea").alarms()).noneMatch(alarm -> alarm.startsWith("link-control"));
    }

    @Test
    void stormIsCutAndOthersBroadcastCrosses() throws Exception {
        Path storm = lab.file("storm");
        Files.write(storm, RawFrames.flood(400_000, 1));
        Process sender =
                lab.startIn("h1", "socat -u -b " + RawFrames.BYTES + " FILE:" + storm + " INTERFACE:eth0", "storm.log");
        await().atMost(PATIENCE).until(() -> drops("ea", "storm") > 0 || !sender.isAlive());
        awaitFinding("ea", "storm", "52:54:00:00:00:ee");
        // Again and again: the kernel's own queue to the agent may be full of the storm.
        await().atMost(PATIENCE).until(() -> {
            raw.send("h1", RawFrames.claim("52:54:00:00:00:73", "192.168.77.73"));
            return network("eb").remoteMacs().contains("52:54:00:00:00:73");
        });
        sender.destroy();
        sender.waitFor();
        await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
    }

    @Test
    void fullTableIsToldAndTrafficGoesOn() {
        raw.send("h1", RawFrames.flood(9000, 9000));
        awaitFinding("ea", "table-full", "their frames still cross");
        await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
        // The table makes room, so that machines which come now are watched too.
        await().atMost(PATIENCE).until(() -> {
            raw.send("h1", RawFrames.claim("52:54:00:00:00:75", "192.168.77.75"));
            raw.send("h2", RawFrames.claim("52:54:00:00:00:75", "192.168.77.75"));
            return network("ea").alarms().stream()
                    .anyMatch(alarm -> alarm.matches("(duplicate-mac|mac-flapping): 52:54:00:00:00:75 .*"));
        });
        takeDownTunnel();
    }

    /** What is configured next begins with an empty table. */
    private static void takeDownTunnel() {
        for (String agent : List.of("ea", "eb")) {
            lab.service().configure(agent, DesiredState.EMPTY);
            await().atMost(PATIENCE).until(() -> lab.service()
                    .status(agent)
                    .orElseThrow()
                    .report()
                    .tunnels()
                    .isEmpty());
        }
    }

    @Test
    void fencedMachineIsCountedAtEitherSide() {
        configure(source().withFencedMacs(List.of(STRANGER)), target().withFencedMacs(List.of(STRANGER)));
        for (int side = 1; side <= 2; side++) {
            String agent = side == 1 ? "ea" : "eb";
            String host = "h" + side;
            await().atMost(PATIENCE).until(() -> {
                raw.send(host, RawFrames.claim(STRANGER, "192.168.77.66"));
                return drops(agent, "fenced") > 0;
            });
            awaitFinding(agent, "fenced-heard", STRANGER);
        }
    }

    @Test
    void agentsKeepTwoCapabilitiesInEveryThread() throws Exception {
        for (String agent : List.of("ea", "eb")) {
            try (Stream<Path> threads =
                    Files.list(Path.of("/proc", String.valueOf(lab.agent(agent).pid()), "task"))) {
                assertThat(threads).hasSizeGreaterThan(5).allSatisfy(thread -> assertThat(
                                Files.readString(thread.resolve("status")))
                        .contains("CapEff:\t0000000000001400\n")
                        .contains("CapPrm:\t0000000000001400\n")
                        .contains("CapBnd:\t0000000000001400\n")
                        .contains("NoNewPrivs:\t1\n"));
            }
        }
    }

    @Test
    void statusSaysWhoComputes() {
        assertThat(provider("ea")).contains("TLSv1.3").contains("AES by SunJCE").contains("as configured");
        assertThat(provider("eb")).contains("TLSv1.3").contains("AES by AmazonCorrettoCryptoProvider");
    }

    private static String provider(String agent) {
        return lab.service()
                .status(agent)
                .flatMap(status -> status.report().tunnel("tun1"))
                .orElseThrow()
                .provider();
    }
}
