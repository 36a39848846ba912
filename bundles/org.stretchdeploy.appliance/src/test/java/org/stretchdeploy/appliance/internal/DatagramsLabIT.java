package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TransportStatus;
import org.stretchdeploy.tunnel.control.TunnelStatus;

/** Two real agents whose frames go as datagrams between two segments of one machine. Needs root. */
class DatagramsLabIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    static Path folder;

    private static TwoEdgesLab lab;

    @BeforeAll
    static void twoEdges() throws Exception {
        lab = new TwoEdgesLab(folder, Duration.ofHours(1));
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

    @AfterEach
    void openUnderlay() {
        lab.in("ea", "nft flush ruleset");
        lab.in("eb", "nft flush ruleset");
    }

    private static void configure(Transport transport) {
        lab.stretch(transport);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(List.of("ea", "eb")).allSatisfy(agent -> {
                    assertThat(lab.service().status(agent).flatMap(status -> status.report()
                                    .network("net1")))
                            .get()
                            .matches(NetworkStatus::forwards);
                    assertThat(transport(agent).wanted()).isEqualTo(transport);
                }));
    }

    private static TransportStatus transport(String agent) {
        return lab.service()
                .status(agent)
                .flatMap(status -> status.report().tunnel("tun1"))
                .map(TunnelStatus::transport)
                .orElse(TransportStatus.TLS_ONLY);
    }

    private static void awaitUsed(Transport transport) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of("ea", "eb"))
                .allSatisfy(agent -> assertThat(transport(agent).used())
                        .as(transport(agent).reason())
                        .isEqualTo(transport)));
    }

    private static void everySizeCrosses() {
        for (int bytes : new int[] {0, 100, 1000, 1370, 1400, 1471, 1472}) {
            await().atMost(PATIENCE).until(() -> lab.pings("-c 2 -i 0.1 -M do -s " + bytes));
        }
        await().atMost(PATIENCE).until(() -> lab.pings("-c 2 -i 0.1 -s 20000"));
    }

    /** A file through TCP of the hosts: their kernels' super-frames are cut, and put together again. */
    private static void fileCrosses(String from, String to, String address) throws IOException, InterruptedException {
        byte[] content = new byte[24 << 20];
        new Random(7).nextBytes(content);
        Files.write(lab.file("sent"), content);
        Files.deleteIfExists(lab.file("got"));
        Process listener =
                lab.startIn(to, "socat -u TCP-LISTEN:5001,reuseaddr OPEN:" + lab.file("got") + ",creat", "socat");
        await().atMost(PATIENCE).until(() -> lab.in(to, "ss -ltn").contains(":5001"));
        lab.in(from, "socat -u OPEN:" + lab.file("sent") + " TCP:" + address + ":5001");
        assertThat(listener.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(Files.mismatch(lab.file("sent"), lab.file("got"))).isEqualTo(-1);
    }

    @Test
    void framesOfEveryKindAndFilesCrossAsDatagramsThatNobodyReads() throws Exception {
        configure(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        Process capture = lab.startIn("ea", "tcpdump -U -i wan -s 200 -w " + lab.file("underlay.pcap"), "tcpdump.log");
        await().atMost(PATIENCE)
                .until(() -> Files.readString(lab.file("tcpdump.log")).contains("listening"));
        everySizeCrosses();
        assertThat(lab.pings("-c 20 -i 0.05 -s 400 -p 53747265746368")).isTrue();
        fileCrosses("h1", "h2", "192.168.77.2");
        fileCrosses("h2", "h1", "192.168.77.1");
        capture.destroy();
        capture.waitFor();
        String bytes = Files.readString(lab.file("underlay.pcap"), StandardCharsets.ISO_8859_1);
        assertThat(bytes).doesNotContain("StretchStretch");
        String seen = Shell.must("tcpdump -n -v -r " + lab.file("underlay.pcap") + " udp and greater 500");
        assertThat(seen.lines().filter(line -> line.contains("IP")))
                .hasSizeGreaterThan(100)
                .allMatch(line -> line.contains("[DF]"));
        await().atMost(PATIENCE).until(() -> transport("eb").datagramBytes() == 1472);
        assertThat(transport("eb").rttMicros()).isPositive();
    }

    @Test
    void blockedUdpFallsBackToTlsAndConnectionsOfGuestsSurvive() throws Exception {
        configure(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        GuestStream stream = new GuestStream(lab);
        lab.in("eb", "nft add table inet block");
        lab.in("eb", "nft add chain inet block in { type filter hook input priority 0 ; }");
        lab.in("eb", "nft add rule inet block in meta l4proto udp drop");
        awaitUsed(Transport.TLS);
        assertThat(transport("eb").reason()).contains("no answer over UDP");
        everySizeCrosses();
        lab.in("eb", "nft delete table inet block");
        awaitUsed(Transport.DATAGRAM);
        everySizeCrosses();
        assertThat(stream.end()).isTrue();
    }

    @Test
    void lossOfTheUnderlayChangesOverByItself() {
        configure(Transport.AUTO);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(transport("ea").reason()).contains("loss is under"));
        assertThat(transport("ea").used()).isEqualTo(Transport.TLS);
        for (String edge : List.of("ea", "eb")) {
            lab.in(edge, "nft add table inet lossy");
            lab.in(edge, "nft add chain inet lossy in { type filter hook input priority 0 ; }");
            lab.in(edge, "nft add rule inet lossy in iifname wan numgen random mod 100 < 4 drop");
        }
        awaitUsed(Transport.DATAGRAM);
        assertThat(transport("eb").lossPermille()).isPositive();
        everySizeCrosses();
    }

    @Test
    void killedAgentComesBackToDatagrams() throws Exception {
        configure(Transport.DATAGRAM);
        awaitUsed(Transport.DATAGRAM);
        GuestStream stream = new GuestStream(lab);
        for (String agent : List.of("eb", "ea")) {
            lab.agent(agent).destroyForcibly().waitFor();
            lab.startAgent(agent);
            await().atMost(PATIENCE).until(() -> lab.pings("-c 1"));
            awaitUsed(Transport.DATAGRAM);
        }
        everySizeCrosses();
        assertThat(stream.end()).isTrue();
    }
}
