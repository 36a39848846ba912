package org.stretchdeploy.stretch.internal.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.Metric;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.appliance.EdgeAppliances;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.model.TunnelSettings;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.PairStatus;
import org.stretchdeploy.tunnel.control.ProcessStatus;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.control.TrafficCounters;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TransportStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelState;
import org.stretchdeploy.tunnel.control.TunnelStatus;

/** What people and monitoring are told, from the reports of two agents. */
class TunnelViewTest {
    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    private static final TunnelView.Place PLACE =
            new TunnelView.Place("st-1", "shop", "east", "west", List.of("a"), List.of("b"));

    private TransportStatus transport;
    private final Map<String, AgentStatus> reports = new HashMap<>();
    private final TunnelView view =
            new TunnelView(new ApplianceTunnels(appliances(), new TunnelSettings(Transport.TLS, Standby.NONE)));

    private EdgeAppliances appliances() {
        return (EdgeAppliances) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EdgeAppliances.class}, (proxy, method, arguments) -> {
                    String agent = (String) arguments[0];
                    return switch (method.getName()) {
                        case "status" -> Optional.ofNullable(reports.get(agent));
                        case "configured" ->
                            Optional.of(new DesiredState(1, List.of(configured((String) arguments[0])), null, null));
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    private final Map<String, PairStatus> pairs = new HashMap<>();

    private TunnelConfig configured(String agent) {
        TunnelConfig alone = TunnelConfig.dial("st-1", "198.51.100.7", 4443, "spiffe://x/b", List.of());
        int member = agent.equals("a2") ? 2 : 1;
        return pairs.containsKey(agent)
                ? alone.withPair(
                        new PairConfig(member, List.of(new PairConfig.Peer("spiffe://x/b", "198.51.100.7", 4443)), 0))
                : alone;
    }

    @Test
    void oneOfTwoAgentsIsEnoughAndWhoIsMissingIsSaid() {
        TunnelView.Place pair = new TunnelView.Place("st-1", "shop", "east", "west", List.of("a", "a2"), List.of("b"));
        pairs.put("a", new PairStatus(PairStatus.Role.ACTIVE, 1, 1, true, 0, 1, 0, 0, 500));
        pairs.put("a2", new PairStatus(PairStatus.Role.STANDBY, 2, 1, true, 0, 1, 0, 0, 500));
        both(0, 0, 0);
        report("a2", 0, 0, 0, START, Duration.ZERO);
        Tunnel tunnel = view.tunnels(List.of(pair)).get(0);
        assertThat(tunnel.state()).isEqualTo(Tunnel.UP);
        assertThat(tunnel.ends()).extracting(Tunnel.End::name).containsExactly("source", "source-2", "target");
        assertThat(tunnel.ends().get(1).forwards()).isFalse();
        assertThat(view.lacking(pair)).isEmpty();
        report("a", 1, 0, 0, START, Duration.ofSeconds(60));
        pairs.put("a2", new PairStatus(PairStatus.Role.ACTIVE, 2, 2, false, 1, 1, 0, 0, 500));
        report("a2", 1, 0, 0, START, Duration.ZERO);
        List<Tunnel> after = view.tunnels(List.of(pair));
        assertThat(after.get(0).state()).isEqualTo(Tunnel.UP);
        assertThat(after.get(0).ends().get(0).pair().orElseThrow().role()).isEqualTo(Tunnel.UNKNOWN);
        assertThat(after.get(0).ends().get(1).pair())
                .contains(new Tunnel.Pair(Tunnel.Pair.ACTIVE, 2, false, 1, 1, 500));
        assertThat(TunnelMetrics.of(after, START).stream()
                        .filter(metric -> metric.name().equals("stretch_tunnel_pair_takeovers_total"))
                        .flatMap(metric -> metric.samples().stream()))
                .extracting(sample -> sample.labels().get("end"), sample -> sample.value())
                .containsExactly(org.assertj.core.api.Assertions.tuple("source-2", 1.0));
        assertThat(view.lacking(pair)).extracting(alarm -> alarm.code()).containsExactly("no-standby");
    }

    @Test
    void aKilledAgentWhosePartnerForwardsIsNotCalledActiveUntilItIsSilent() {
        TunnelView.Place pair = new TunnelView.Place("st-1", "shop", "east", "west", List.of("a", "a2"), List.of("b"));
        pairs.put("a", new PairStatus(PairStatus.Role.ACTIVE, 1, 1, true, 0, 1, 0, 0, 500));
        pairs.put("a2", new PairStatus(PairStatus.Role.ACTIVE, 2, 2, false, 1, 1, 0, 0, 500));
        both(0, 0, 0);
        report("a", 0, 0, 0, START, Duration.ofSeconds(3));
        report("a2", 3, 0, 0, START, Duration.ZERO);
        Tunnel tunnel = view.tunnels(List.of(pair)).get(0);
        assertThat(tunnel.state()).isEqualTo(Tunnel.UP);
        assertThat(tunnel.ends().get(0).pair().orElseThrow().role()).isEqualTo(Tunnel.UNKNOWN);
        assertThat(tunnel.ends().get(0).reason()).startsWith("a2 forwards now");
        assertThat(tunnel.ends().get(1).pair().orElseThrow().role()).isEqualTo(Tunnel.Pair.ACTIVE);
    }

    private void report(String agent, int second, long bytes, long resent, Instant started, Duration age) {
        TrafficCounters out = new TrafficCounters(bytes, bytes / 1000, 7, Map.of("storm", bytes / 10_000));
        NetworkStatus network = new NetworkStatus(
                "net",
                ForwardingState.OPEN,
                true,
                "",
                false,
                1500,
                List.of("m1", "m2"),
                List.of("m3"),
                List.of("storm: too much"),
                Map.of("storm", 3L),
                out,
                TrafficCounters.ZERO);
        TunnelStatus tunnel = new TunnelStatus(
                "st-1",
                TunnelState.UP,
                "",
                420,
                2,
                1,
                "TLSv1.3 SUITE, SunJSSE 17",
                out,
                out,
                List.of(network),
                transport,
                pairs.get(agent));
        StatusReport report = new StatusReport(
                agent,
                "1",
                START.plusSeconds(second),
                started,
                1,
                List.of(tunnel),
                null,
                null,
                null,
                START.plusSeconds(7200),
                START.minusSeconds(3600),
                new ProcessStatus(90_000_000, 20_000_000, bytes / 100, resent),
                null);
        reports.put(agent, new AgentStatus(report, START.plusSeconds(second), age));
    }

    private void both(int second, long bytes, long resent) {
        report("a", second, bytes, resent, START, Duration.ofSeconds(1));
        report("b", second, bytes, resent, START, Duration.ofSeconds(1));
    }

    private Tunnel tunnel() {
        return view.tunnels(List.of(PLACE)).get(0);
    }

    private Map<String, Double> metrics() {
        return TunnelMetrics.of(view.tunnels(List.of(PLACE)), START.plusSeconds(60)).stream()
                .flatMap(metric -> metric.samples().stream()
                        .map(sample -> Map.entry(metric.name() + new java.util.TreeMap<>(sample.labels()), sample)))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().value()));
    }

    @Test
    void speedsComeFromSuccessiveCountersByTheAgentsClock() {
        both(0, 1_000_000, 0);
        assertThat(tunnel().ends().get(0).networks().get(0).outbound().bytesPerSecond())
                .isEmpty();
        both(4, 9_000_000, 800);
        Tunnel.End end = tunnel().ends().get(0);
        Tunnel.Traffic out = end.networks().get(0).outbound();
        assertThat(out.bytesPerSecond()).contains(2_000_000.0);
        assertThat(out.framesPerSecond()).contains(2000.0);
        assertThat(out.dropsPerSecond()).contains(200.0);
        assertThat(end.loss().orElseThrow()).isCloseTo(0.01, within(1e-9));
        assertThat(tunnel().state()).isEqualTo(Tunnel.UP);
        assertThat(end.peer()).isEqualTo("dials 198.51.100.7:4443, expects spiffe://x/b");
        assertThat(end.transport()).isEqualTo("tls");
    }

    @Test
    void theNewestIntervalCountsAndARestartBeginsAnew() {
        both(0, 0, 0);
        view.look(List.of(PLACE));
        both(2, 2_000_000, 0);
        view.look(List.of(PLACE));
        both(4, 2_000_000, 0);
        assertThat(tunnel().ends().get(0).networks().get(0).outbound().bytesPerSecond())
                .contains(0.0);
        report("a", 6, 500, 0, START.plusSeconds(5), Duration.ZERO);
        assertThat(tunnel().ends().get(0).networks().get(0).outbound().bytesPerSecond())
                .isEmpty();
        report("a", 8, 2500, 0, START.plusSeconds(5), Duration.ZERO);
        assertThat(tunnel().ends().get(0).networks().get(0).outbound().bytesPerSecond())
                .contains(1000.0);
    }

    @Test
    void aSilentAgentIsUnknownWithItsAgeAndItsFiguresAreNoMetricsAnyMore() {
        both(0, 0, 0);
        view.look(List.of(PLACE));
        report("a", 3, 3000, 0, START, Duration.ofSeconds(1));
        report("b", 3, 3000, 0, START, Duration.ofSeconds(90));
        Tunnel tunnel = tunnel();
        assertThat(tunnel.state()).isEqualTo(Tunnel.UNKNOWN);
        Tunnel.End silent = tunnel.ends().get(1);
        assertThat(silent.silent()).isTrue();
        assertThat(silent.reason()).contains("has not reported for 90 s");
        assertThat(silent.networks().get(0).outbound().bytes()).isEqualTo(3000);
        assertThat(silent.networks().get(0).outbound().bytesPerSecond()).isEmpty();
        Map<String, Double> metrics = metrics();
        assertThat(metrics)
                .containsEntry("stretch_tunnel_state{state=unknown, tunnel=st-1}", 1.0)
                .containsEntry("stretch_tunnel_state{state=up, tunnel=st-1}", 0.0)
                .containsEntry("stretch_tunnel_agent_report_age_seconds{end=target, tunnel=st-1}", 90.0)
                .containsEntry("stretch_tunnel_up{end=source, tunnel=st-1}", 1.0)
                .doesNotContainKey("stretch_tunnel_up{end=target, tunnel=st-1}");
    }

    @Test
    void theTransportAndTheLossThatItMeasuredAreSaid() {
        transport = new TransportStatus(Transport.AUTO, Transport.DATAGRAM, "loss of 2 %", 20, 900, 1400);
        both(0, 0, 0);
        view.look(List.of(PLACE));
        both(2, 2000, 0);
        Tunnel.End end = tunnel().ends().get(0);
        assertThat(end.transport()).isEqualTo("datagram");
        assertThat(end.transportReason()).isEqualTo("wanted auto: loss of 2 %");
        assertThat(end.loss()).contains(0.02);
        assertThat(metrics())
                .containsEntry("stretch_tunnel_transport{end=source, transport=datagram, tunnel=st-1}", 1.0)
                .containsEntry("stretch_tunnel_transport{end=source, transport=tls, tunnel=st-1}", 0.0);
    }

    @Test
    void anAgentThatNeverReportedIsSaidAsSuch() {
        Tunnel tunnel = tunnel();
        assertThat(tunnel.state()).isEqualTo(Tunnel.UNKNOWN);
        assertThat(tunnel.ends())
                .allMatch(end -> end.silent()
                        && end.reportedAt().isEmpty()
                        && end.reason().contains("not reported yet"));
        assertThat(metrics()).containsEntry("stretch_tunnel_state{state=unknown, tunnel=st-1}", 1.0);
    }

    @Test
    void metricsHaveUnitsAndLabels() {
        both(0, 0, 0);
        view.look(List.of(PLACE));
        both(2, 4_000_000, 0);
        assertThat(metrics())
                .containsEntry("stretch_tunnel_rtt_seconds{end=source, tunnel=st-1}", 0.00042)
                .containsEntry("stretch_tunnel_agent_resident_memory_bytes{end=target, tunnel=st-1}", 90_000_000.0)
                .containsEntry("stretch_tunnel_certificate_age_seconds{end=source, tunnel=st-1}", 3660.0)
                .containsEntry(
                        "stretch_tunnel_bytes_total{direction=outbound, end=source, network=net, tunnel=st-1}",
                        4_000_000.0)
                .containsEntry(
                        "stretch_tunnel_drops_total{direction=outbound, end=source, network=net, reason=storm,"
                                + " tunnel=st-1}",
                        400.0)
                .containsEntry(
                        "stretch_tunnel_throughput_bytes_per_second{direction=outbound, end=source, network=net,"
                                + " tunnel=st-1}",
                        2_000_000.0)
                .containsEntry(
                        "stretch_tunnel_findings_total{end=source, finding=storm, network=net, tunnel=st-1}", 3.0);
        List<Metric> all = TunnelMetrics.of(view.tunnels(List.of(PLACE)), START);
        assertThat(all)
                .allMatch(metric -> metric.name().matches("stretch_tunnel_[a-z0-9_]+"))
                .allMatch(metric ->
                        metric.type().equals("counter") == metric.name().endsWith("_total"));
    }
}
