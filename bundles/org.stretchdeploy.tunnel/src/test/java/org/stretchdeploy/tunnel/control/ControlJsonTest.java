package org.stretchdeploy.tunnel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlJsonTest {
    @Test
    void desiredStateComesBackEqual() throws IOException {
        NetworkConfig network = new NetworkConfig(
                "n",
                "52:54:00:00:00:01",
                NetworkSide.TARGET,
                "10.0.0.1",
                "52:54:00:00:00:02",
                "10.0.0.2",
                List.of("52:54:00:00:00:03"),
                9000);
        DesiredState wanted = new DesiredState(
                7,
                List.of(
                        TunnelConfig.listen("a", 443, "spiffe://stretchdeploy/d/agent/b", List.of(network)),
                        TunnelConfig.dial("b", "host", 443, "spiffe://stretchdeploy/d/agent/a", List.of())),
                List.of(new Announcement("x", "n", "52:54:00:00:00:03", null, null)),
                List.of(ProbeRequest.echo("p", "n", 9014, 10)));
        assertThat(ControlJson.read(ControlJson.write(wanted), DesiredState.class))
                .isEqualTo(wanted);
    }

    @Test
    void statusReportComesBackEqual() throws IOException {
        TrafficCounters counters = new TrafficCounters(1, 2, 3, Map.of("fenced", 4L));
        NetworkStatus network = new NetworkStatus(
                "n",
                ForwardingState.OPEN,
                true,
                "",
                false,
                1500,
                List.of("m"),
                List.of(),
                List.of("alarm"),
                Map.of("storm", 5L),
                counters,
                counters);
        StatusReport report = new StatusReport(
                "edge",
                "1",
                Instant.parse("2026-01-01T00:00:00.123Z"),
                Instant.EPOCH,
                7,
                List.of(new TunnelStatus(
                        "t",
                        TunnelState.UP,
                        "",
                        100,
                        2,
                        0,
                        "p",
                        counters,
                        counters,
                        List.of(network),
                        new TransportStatus(Transport.AUTO, Transport.DATAGRAM, "r", 7, 900, 1472),
                        new PairStatus(PairStatus.Role.ACTIVE, 1, 1, true, 3, 2, 2, 4, 500))),
                List.of("x"),
                List.of(new ProbeResult("p", ProbeKind.ECHO, "n", null, 64, 1, 1, List.of(), 5, 7, "")),
                List.of(),
                Instant.parse("2026-01-04T00:00:00Z"),
                Instant.EPOCH,
                new ProcessStatus(1, 2, 3, 4),
                null);
        assertThat(ControlJson.read(ControlJson.write(report), StatusReport.class))
                .isEqualTo(report);
        assertThat(report.network("n")).get().matches(NetworkStatus::forwards);
        assertThat(report.tunnel("t")).isPresent();
        assertThat(report.probe("none")).isEmpty();
    }

    @Test
    void unknownFieldsAreIgnoredAndMandatoryOnesMissed() throws IOException {
        assertThat(ControlJson.read("{\"version\":3,\"later\":{\"a\":1}}", DesiredState.class)
                        .version())
                .isEqualTo(3);
        assertThatThrownBy(() -> ControlJson.read("{\"tunnels\":[{}]}", DesiredState.class))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ControlJson.read("null", DesiredState.class)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ControlJson.read("[", DesiredState.class)).isInstanceOf(IOException.class);
    }

    /** An older agent reads what a newer controller wants, and says nothing of services; both ends can tell. */
    @Test
    void servicesAreAskedOfAgentsThatKnowThem() throws IOException {
        ServiceRequest request =
                new ServiceRequest("s", "n", "10.0.0.1", "52:54:00:00:00:03", 5432, List.of("10.0.0.9"));
        DesiredState wanted = new DesiredState(7, List.of(), List.of(), List.of(), List.of(request));
        assertThat(ControlJson.read(ControlJson.write(wanted), DesiredState.class))
                .isEqualTo(wanted);
        assertThat(ControlJson.read("{\"version\":7}", DesiredState.class).services())
                .isEmpty();
        StatusReport older = ControlJson.read("{\"agent\":\"edge\",\"appliedVersion\":7}", StatusReport.class);
        assertThat(older.services()).isNull();
        StatusReport newer = ControlJson.read(
                "{\"agent\":\"edge\",\"services\":[{\"id\":\"s\",\"answer\":\"OPEN\",\"from\":\"10.0.0.9\",\"micros\":7}]}",
                StatusReport.class);
        assertThat(newer.services())
                .containsExactly(new ServiceResult("s", ServiceResult.Answer.OPEN, "10.0.0.9", 7, ""));
        assertThat(ControlJson.read(ControlJson.write(newer), StatusReport.class))
                .isEqualTo(newer);
    }

    @Test
    void identitiesAreOneOfOurs() {
        AgentIdentity agent = new AgentIdentity("d1", "edge-1");
        assertThat(AgentIdentity.parse(agent.uri())).contains(agent);
        assertThat(AgentIdentity.parse(AgentIdentity.controller("d1").uri())).contains(AgentIdentity.controller("d1"));
        assertThat(AgentIdentity.parse("spiffe://elsewhere/d1/agent/x")).isEmpty();
        assertThat(AgentIdentity.parse("spiffe://stretchdeploy/d1/agent/a/b")).isEmpty();
        assertThatThrownBy(() -> new AgentIdentity("d1", "../x")).isInstanceOf(IllegalArgumentException.class);
    }
}
