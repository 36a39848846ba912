package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.PairStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelStatus;

/**
 * Two agents at the second segment, of which one forwards. Whatever happens to that one, the other goes on within a second,
 * no frame arrives twice, and connections of guests survive. Needs root.
 */
class PairLabIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String LEG_C = "52:54:00:bb:00:02";
    private static final List<String> PAIR = List.of("eb", "ec");

    @TempDir
    static Path folder;

    private static TwoEdgesLab lab;

    @BeforeAll
    static void threeEdges() throws Exception {
        lab = new TwoEdgesLab(folder, Duration.ofHours(1));
        lab.addEdge("ec", "s2", LEG_C);
        lab.wan("ea", "ec", 98);
        for (String agent : List.of("ea", "eb", "ec")) {
            lab.prepare(agent, lab.service().enrol(agent, null));
            lab.startAgent(agent);
        }
        List<PairConfig.Peer> members = PAIR.stream()
                .map(agent -> new PairConfig.Peer(lab.service().identity(agent), null, 0))
                .toList();
        configure(
                "ea",
                TunnelConfig.listen("tun1", 8443, members.get(0).identity(), network(TwoEdgesLab.LEG_A, true))
                        .withPair(new PairConfig(PairConfig.ALONE, members, 0)));
        configure("eb", dial(PairConfig.PRIMARY, "10.99.0.1", TwoEdgesLab.LEG_B));
        configure("ec", dial(PairConfig.SECONDARY, "10.98.0.1", LEG_C));
    }

    private static List<NetworkConfig> network(String leg, boolean source) {
        return List.of(
                source
                        ? NetworkConfig.of("net1", leg, NetworkSide.SOURCE)
                        : NetworkConfig.of("net1", leg, NetworkSide.TARGET)
                                .withGateway("192.168.77.254", "52:54:00:00:00:fe", "192.168.77.253"));
    }

    private static TunnelConfig dial(int member, String host, String leg) {
        String identity = lab.service().identity("ea");
        return TunnelConfig.dial("tun1", host, 8443, identity, network(leg, false))
                .withPair(new PairConfig(member, List.of(new PairConfig.Peer(identity, host, 8443)), 0));
    }

    private static void configure(String agent, TunnelConfig tunnel) {
        lab.service().configure(agent, new DesiredState(0, List.of(tunnel), List.of(), List.of()));
    }

    @AfterAll
    static void takeDown() throws Exception {
        if (lab != null) {
            for (String agent : List.of("ea", "eb", "ec")) {
                System.out.println(agent + ":\n" + Files.readString(lab.file(agent + ".log")));
            }
            lab.close();
        }
    }

    private static Optional<TunnelStatus> tunnel(String agent) {
        return lab.service().status(agent).flatMap(status -> status.report().tunnel("tun1"));
    }

    private static PairStatus pair(String agent) {
        return tunnel(agent).map(TunnelStatus::pair).orElseThrow();
    }

    /** Waits until one forwards and the other is ready, as they and the other end say; the one that forwards. */
    private static String awaitPair() {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            assertThat(pair("ea")).matches(pair -> pair.peersReady() == 2);
            assertThat(PAIR.stream().map(agent -> pair(agent).role()))
                    .containsExactlyInAnyOrder(PairStatus.Role.ACTIVE, PairStatus.Role.STANDBY);
            assertThat(pair(active()).partnerReady()).isTrue();
            assertThat(tunnel(active()).orElseThrow().networks()).allMatch(NetworkStatus::forwards);
        });
        return active();
    }

    private static String active() {
        return PAIR.get(pair("ea").peerActive() - 1);
    }

    private static String other(String agent) {
        return PAIR.get(1 - PAIR.indexOf(agent));
    }

    /** Something that happens to the agent that forwards, and how it is made good. */
    private record Fault(String name, long gapMillis, Action happens, Action ends) {
        interface Action {
            void on(String agent) throws Exception;
        }
    }

    private static void killWithoutController(String agent) throws Exception {
        lab.stopController();
        lab.agent(agent).destroyForcibly().waitFor();
    }

    private static void startWithController(String agent) throws Exception {
        lab.startAgent(agent);
        lab.startController(Duration.ofHours(1));
    }

    private static void signal(String agent, String signal) {
        Shell.must("kill -" + signal + " " + lab.agent(agent).pid());
    }

    private static void links(String agent, String state) {
        lab.in(agent, "ip link set " + (agent.equals("eb") ? "wan" : "w98") + " " + state);
        lab.in(agent, "ip link set leg " + state);
    }

    private static void cable(String agent, String state) {
        lab.in("s2", "ip link set " + (agent.equals("eb") ? "p2" : "ec") + " " + state);
    }

    @Test
    void theOtherOneGoesOnWithinASecond() throws Exception {
        List<Fault> faults = List.of(
                new Fault("killed", 1000, PairLabIT::killWithoutController, PairLabIT::startWithController),
                new Fault("stopped", 1000, agent -> signal(agent, "STOP"), agent -> signal(agent, "CONT")),
                new Fault("cut-off", 1000, agent -> links(agent, "down"), agent -> links(agent, "up")),
                new Fault("ended", 1000, agent -> lab.agent(agent).destroy(), lab::startAgent),
                // The agent is well, its cable to the segment is not: it hands over, which nobody is in a hurry to do.
                new Fault("no-segment", 3000, agent -> cable(agent, "down"), agent -> cable(agent, "up")));
        String active = awaitPair();
        try (PairStream stream = new PairStream(lab)) {
            for (Fault fault : faults) {
                stream.mark();
                fault.happens().on(active);
                stream.awaitFlow();
                long gap = stream.gapMillis();
                System.out.printf("figure=takeover fault=%s agent=%s gap-ms=%d%n", fault.name(), active, gap);
                assertThat(gap).as(fault.name()).isLessThan(fault.gapMillis());
                stream.mark();
                fault.ends().on(active);
                assertThat(awaitPair()).as("no way back by itself").isEqualTo(other(active));
                stream.awaitFlow();
                assertThat(stream.gapMillis())
                        .as("coming back disturbs nobody: " + fault.name())
                        .isLessThan(500);
                active = other(active);
            }
            assertThat(stream.doubled()).isEmpty();
            assertThat(stream.connectionSurvived()).isTrue();
        }
        for (String agent : List.of("ea", "eb", "ec")) {
            assertThat(tunnel(agent).orElseThrow().networks()).allSatisfy(network -> assertThat(network.findings())
                    .doesNotContainKeys("loop", "other-edge", "duplicate-mac", "mac-flapping"));
        }
    }
}
