package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.tunnel.control.Announcement;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.ProbeKind;
import org.stretchdeploy.tunnel.control.ProbeRequest;
import org.stretchdeploy.tunnel.control.ProbeResult;
import org.stretchdeploy.tunnel.control.ServiceRequest;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.control.ServiceResult.Answer;
import org.stretchdeploy.tunnel.control.TunnelConfig;

/** Two real agents, enrolled at a real endpoint, between two segments of one machine. Needs root. */
class TwoEdgesLabIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration CERTIFICATE_LIFE = Duration.ofSeconds(75);

    @TempDir
    static Path folder;

    private static TwoEdgesLab lab;

    @BeforeAll
    static void twoEdges() throws Exception {
        lab = new TwoEdgesLab(folder, CERTIFICATE_LIFE);
        for (String agent : List.of("ea", "eb")) {
            lab.prepare(agent, lab.service().enrol(agent, null));
            lab.startAgent(agent);
        }
    }

    @AfterAll
    static void takeDown() throws Exception {
        if (lab != null) {
            for (String agent : List.of("ea", "eb")) {
                System.out.println(agent + ":\n" + Files.readString(lab.file(agent + ".log")));
            }
            lab.close();
        }
    }

    @BeforeEach
    void ordinaryTunnel() {
        configure(source(), target(), List.of(), List.of());
        awaitForwarding();
    }

    private static NetworkConfig source() {
        return NetworkConfig.of("net1", TwoEdgesLab.LEG_A, NetworkSide.SOURCE);
    }

    private static NetworkConfig target() {
        return NetworkConfig.of("net1", TwoEdgesLab.LEG_B, NetworkSide.TARGET)
                .withGateway("192.168.77.254", "52:54:00:00:00:fe", "192.168.77.253");
    }

    private static void configure(
            NetworkConfig source, NetworkConfig target, List<Announcement> announcements, List<ProbeRequest> probes) {
        TunnelConfig listen = TunnelConfig.listen("tun1", 8443, lab.service().identity("eb"), List.of(source));
        TunnelConfig dial =
                TunnelConfig.dial("tun1", "10.99.0.1", 8443, lab.service().identity("ea"), List.of(target));
        lab.service().configure("ea", new DesiredState(0, List.of(listen), List.of(), probes));
        lab.service().configure("eb", new DesiredState(0, List.of(dial), announcements, List.of()));
    }

    private static Optional<NetworkStatus> network(String agent) {
        return lab.service().status(agent).flatMap(status -> status.report().network("net1"));
    }

    private static void awaitForwarding() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of("ea", "eb"))
                .allSatisfy(agent -> assertThat(network(agent)).get().matches(NetworkStatus::forwards)));
    }

    private static long drops(String agent, boolean outbound, String reason) {
        return network(agent)
                .map(network -> outbound ? network.outbound() : network.inbound())
                .map(counters -> counters.drops().getOrDefault(reason, 0L))
                .orElse(0L);
    }

    @Test
    void fullSizeFramesCross() {
        assertThat(lab.pings("-c 3 -i 0.1")).isTrue();
        assertThat(lab.pings("-c 3 -i 0.1 -M do -s 1472")).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(network("ea")).get().satisfies(network -> {
                    assertThat(network.mtuProven()).isEqualTo(1500);
                    assertThat(network.localMacs()).contains(TwoEdgesLab.H1_MAC);
                    assertThat(network.remoteMacs()).contains(TwoEdgesLab.H2_MAC);
                    assertThat(network.outbound().frames()).isPositive();
                }));
    }

    @Test
    void onlyTlsIsSeenOnTheUnderlay() throws Exception {
        Process capture = lab.startIn("ea", "tcpdump -U -i wan -w " + lab.file("underlay.pcap"), "tcpdump.log");
        await().atMost(PATIENCE)
                .until(() -> Files.readString(lab.file("tcpdump.log")).contains("listening"));
        assertThat(lab.pings("-c 20 -i 0.05 -s 400 -p 53747265746368")).isTrue();
        capture.destroy();
        capture.waitFor();
        String bytes = Files.readString(lab.file("underlay.pcap"), StandardCharsets.ISO_8859_1);
        assertThat(bytes.length()).isGreaterThan(8000);
        assertThat(bytes).doesNotContain("StretchStretch");
        String foreign = Shell.must("tcpdump -n -r " + lab.file("underlay.pcap") + " not arp and not tcp port 8443");
        assertThat(foreign.lines().filter(line -> line.contains("IP"))).isEmpty();
    }

    @Test
    void edgesAreInvisibleOnTheSegments() {
        for (String edge : List.of("ea", "eb")) {
            assertThat(lab.in(edge, "ip -o addr show dev br0")).isBlank();
            assertThat(lab.in(edge, "ip -o addr show dev leg")).isBlank();
        }
    }

    @Test
    void fencedMachineIsNotHeard() {
        configure(source().withFencedMacs(List.of(TwoEdgesLab.H1_MAC)), target(), List.of(), List.of());
        await().atMost(PATIENCE).until(() -> !lab.pings("-c 1"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(drops("ea", true, "fenced")).isPositive());
        configure(source(), target(), List.of(), List.of());
        await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
    }

    @Test
    void loopIsRefusedAndForgivenWhenItIsGone() {
        lab.shortCircuit(true);
        try {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of("ea", "eb"))
                    .anySatisfy(agent -> assertThat(network(agent)).get().satisfies(network -> {
                        assertThat(network.loop()).isTrue();
                        assertThat(network.forwarding()).isEqualTo(ForwardingState.BLOCKED);
                        assertThat(network.reason()).contains("loop");
                    })));
        } finally {
            lab.shortCircuit(false);
        }
        awaitForwarding();
        assertThat(lab.pings("-c 3 -i 0.1")).isTrue();
    }

    @Test
    void gatewayAtTheTargetIsRefused() {
        lab.in("h2", "ip addr add 192.168.77.254/24 dev eth0");
        try {
            // Opened anew, as a first deployment does: a network that was open before is not cut off for this.
            configure(source(), NetworkConfig.of("other", TwoEdgesLab.LEG_B, NetworkSide.TARGET), List.of(), List.of());
            await().atMost(PATIENCE).until(() -> network("eb").isEmpty());
            configure(source(), target(), List.of(), List.of());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(network("eb")).get().satisfies(network -> {
                        assertThat(network.forwarding()).isEqualTo(ForwardingState.BLOCKED);
                        assertThat(network.reason())
                                .contains("duplicate gateway")
                                .contains(TwoEdgesLab.H2_MAC);
                    }));
        } finally {
            lab.in("h2", "ip addr del 192.168.77.254/24 dev eth0");
        }
        awaitForwarding();
    }

    @Test
    void dhcpServerAtTheTargetIsNotHeardAtTheSource() {
        long before = drops("eb", true, "dhcp");
        lab.in("h2", "socat -u OPEN:/etc/hostname UDP-DATAGRAM:192.168.77.255:68,bind=192.168.77.2:67,broadcast");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(drops("eb", true, "dhcp")).isGreaterThan(before));
    }

    @Test
    void probesTellWhoAnswersWhere() {
        configure(
                source(),
                target(),
                List.of(),
                List.of(
                        ProbeRequest.arp("p1", ProbeKind.ARP_BOTH, "net1", "192.168.77.1"),
                        ProbeRequest.arp("p2", ProbeKind.ARP_REMOTE, "net1", "192.168.77.2"),
                        ProbeRequest.arp("p3", ProbeKind.ARP_BOTH, "net1", "192.168.77.77"),
                        ProbeRequest.echo("p4", "net1", 1514, 20)));
        await().atMost(PATIENCE).until(() -> report("ea").probeResults().size() == 4);
        assertThat(result("p1").answers())
                .extracting(ProbeResult.Answer::mac, ProbeResult.Answer::home)
                .containsExactly(org.assertj.core.api.Assertions.tuple(TwoEdgesLab.H1_MAC, Announcement.Home.LOCAL));
        assertThat(result("p2").answers())
                .extracting(ProbeResult.Answer::mac, ProbeResult.Answer::home)
                .containsExactly(org.assertj.core.api.Assertions.tuple(TwoEdgesLab.H2_MAC, Announcement.Home.REMOTE));
        assertThat(result("p3").answers()).isEmpty();
        assertThat(result("p4").received()).isEqualTo(20);
        assertThat(result("p4").rttMicros()).isPositive();
    }

    private static org.stretchdeploy.tunnel.control.StatusReport report(String agent) {
        return lab.service().status(agent).orElseThrow().report();
    }

    private static ProbeResult result(String id) {
        return report("ea").probe(id).orElseThrow();
    }

    /** A real kernel behind real ports: open, closed, silent, and one that opens late. */
    @Test
    void machinesAreAskedWhetherTheyServe() {
        Map<String, Long> findings = network("ea").orElseThrow().findings();
        listen(5432);
        lab.in("h1", "nft add table ip quiet");
        lab.in("h1", "nft add chain ip quiet in { type filter hook input priority 0 ; }");
        lab.in("h1", "nft add rule ip quiet in tcp dport 6000 drop");
        try {
            // .2 is h2's, at the other end: it is passed over
            List<String> from = List.of("192.168.77.2", "192.168.77.200");
            List<ServiceResult> first = ask(List.of(
                    service("open", 5432, from),
                    service("ping", 0, from),
                    service("closed", 80, from),
                    service("silent", 6000, from)));
            assertThat(first)
                    .extracting(ServiceResult::answer)
                    .containsExactly(Answer.OPEN, Answer.OPEN, Answer.CLOSED, Answer.SILENT);
            assertThat(first).extracting(ServiceResult::from).containsOnly("192.168.77.200");
            listen(80);
            assertThat(ask(List.of(service("late", 80, from)))).allMatch(r -> r.answer() == Answer.OPEN);
            lab.in("h1", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
            assertThat(ask(List.of(service("mute", 0, from)))).allMatch(r -> r.answer() == Answer.SILENT);
            assertThat(ask(List.of(service("taken", 5432, List.of("192.168.77.2")))))
                    .allMatch(r -> r.answer() == Answer.NOT_ASKED);
        } finally {
            lab.in("h1", "sysctl -qw net.ipv4.icmp_echo_ignore_all=0");
            lab.in("h1", "nft delete table ip quiet");
        }
        assertThat(network("ea").orElseThrow().findings()).isEqualTo(findings);
        assertThat(network("ea").orElseThrow().forwards()).isTrue();
    }

    private static void listen(int port) {
        lab.startIn("h1", "socat TCP4-LISTEN:" + port + ",fork,reuseaddr PIPE", "service-" + port + ".log");
        await().atMost(PATIENCE)
                .until(() -> lab.in("h1", "cat /proc/net/tcp").contains(String.format(":%04X 00000000:0000 0A", port)));
    }

    private static ServiceRequest service(String id, int port, List<String> from) {
        return new ServiceRequest(id, "net1", "192.168.77.1", TwoEdgesLab.H1_MAC, port, from);
    }

    /** What came of questions of the first edge, in their order. */
    private static List<ServiceResult> ask(List<ServiceRequest> services) {
        TunnelConfig listen = TunnelConfig.listen("tun1", 8443, lab.service().identity("eb"), List.of(source()));
        lab.service().configure("ea", new DesiredState(0, List.of(listen), List.of(), List.of(), services));
        List<String> ids = services.stream().map(ServiceRequest::id).toList();
        await().atMost(PATIENCE).until(() -> report("ea").services().stream()
                .map(ServiceResult::id)
                .toList()
                .equals(ids));
        return report("ea").services();
    }

    @Test
    void announcementTeachesTheOtherSegment() {
        String moved = "52:54:00:00:00:77";
        configure(source(), target(), List.of(new Announcement("a1", "net1", moved, "192.168.77.7", null)), List.of());
        await().atMost(PATIENCE).until(() -> report("eb").announcementsDone().contains("a1"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(lab.in("s1", "bridge fdb show br sw"))
                .contains(moved + " dev p2"));
        assertThat(lab.in("s2", "bridge fdb show br sw")).doesNotContain(moved);
    }

    @Test
    void killedAgentComesBackWithoutTheControllerAndConnectionsOfGuestsSurvive() throws Exception {
        GuestStream stream = new GuestStream(lab);
        lab.stopController();
        try {
            for (String agent : List.of("eb", "ea")) {
                lab.agent(agent).destroyForcibly().waitFor();
                long start = System.nanoTime();
                lab.startAgent(agent);
                await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
                System.out.printf(
                        "figure=restart-to-ping agent=%s ms=%d%n", agent, (System.nanoTime() - start) / 1_000_000);
            }
        } finally {
            lab.startController(CERTIFICATE_LIFE);
        }
        awaitForwarding();
        assertThat(stream.end()).isTrue();
    }

    /** What a NAT does that has forgotten: the dialling end comes from another address all of a sudden. */
    @Test
    void otherAddressOfTheDiallingEndIsSurvived() throws Exception {
        GuestStream stream = new GuestStream(lab);
        for (String address : List.of("10.99.0.3", "10.99.0.2")) {
            lab.in("eb", "ip addr flush dev wan");
            lab.in("eb", "ip addr add " + address + "/24 dev wan");
            await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
        }
        assertThat(stream.end()).isTrue();
    }

    @Test
    void cutHealsWithinASecond() throws Exception {
        lab.in("ea", "ip link set wan down");
        await().pollDelay(Duration.ofSeconds(5)).atMost(PATIENCE).until(() -> !lab.pings("-c 1"));
        long start = System.nanoTime();
        lab.in("ea", "ip link set wan up");
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> Shell.run(
                        lab.inside("h1", "ping -q -c 1 -W 0.1 192.168.77.2"))
                .ok());
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("figure=cut-5s-heals ms=" + millis);
        assertThat(millis).isLessThan(3000);
        awaitForwarding();
    }

    @Test
    void renewalUnderTrafficLosesNothing() throws Exception {
        var before = report("eb").certificateNotAfter();
        Process ping = lab.startIn("h1", "ping -n -i 0.02 -w 70 192.168.77.2", "renewal-ping.log");
        await().atMost(Duration.ofSeconds(65))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> report("eb").certificateNotAfter().isAfter(before));
        await().pollDelay(Duration.ofSeconds(4)).atMost(PATIENCE).until(() -> true);
        Shell.must("kill -INT " + ping.pid());
        ping.waitFor();
        assertThat(missing(Files.readString(lab.file("renewal-ping.log")))).isEmpty();
    }

    /** Echoes that did not come back although a later one did: the last one may have been under way when ping was stopped. */
    private static List<Integer> missing(String ping) {
        List<Integer> came = Pattern.compile("icmp_seq=(\\d+) ttl")
                .matcher(ping)
                .results()
                .map(result -> Integer.valueOf(result.group(1)))
                .toList();
        assertThat(came).as(ping).hasSizeGreaterThan(100);
        return IntStream.range(1, Collections.max(came))
                .boxed()
                .filter(number -> !came.contains(number))
                .toList();
    }

    @Test
    void agentsSayWhatMonitoringNeeds() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(lab.service().status("ea")).get().satisfies(status -> {
                            var report = status.report();
                            assertThat(report.process().residentBytes()).isBetween(20_000_000L, 400_000_000L);
                            assertThat(report.process().segmentsSent()).isPositive();
                            assertThat(report.certificateNotBefore()).isBefore(report.certificateNotAfter());
                            assertThat(report.tunnel("tun1")).get().satisfies(tunnel -> {
                                assertThat(tunnel.rttMicros()).isPositive();
                                assertThat(tunnel.provider()).startsWith("TLSv1.3");
                            });
                        }));
    }

    @Test
    void keysAndStateAreTheOwnersOnly() {
        String modes = Shell.run(List.of(
                        "find",
                        lab.file("state-ea").toString(),
                        lab.file("pki").toString(),
                        "-type",
                        "f",
                        "-perm",
                        "/077",
                        "-not",
                        "-name",
                        "lock"))
                .output();
        assertThat(modes).isBlank();
    }

    @Test
    void forgottenAgentIsRefused() throws Exception {
        lab.prepare("ghost", lab.service().enrol("ghost", null));
        assertThat(lab.service().agents()).contains("ghost");
        lab.service().forget("ghost");
        assertThat(lab.service().agents()).doesNotContain("ghost");
    }
}
