package org.stretchdeploy.stretch.internal.tunnel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stretchdeploy.api.Metric;
import org.stretchdeploy.api.Metric.Sample;
import org.stretchdeploy.api.Tunnel;

/**
 * The tunnels as metrics. Labels are bounded: tunnels and networks are those that are stretched, reasons and findings
 * are the words of the agents' guards. What a silent agent said last is left out, so that old figures do not look
 * fresh; {@code stretch_tunnel_agent_report_age_seconds} tells how old they are. Pure.
 */
public final class TunnelMetrics {
    private static final List<String> STATES = List.of(Tunnel.UP, Tunnel.CONNECTING, Tunnel.DOWN, Tunnel.UNKNOWN);

    private static final List<String> TRANSPORTS = List.of("tls", "datagram");

    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    private TunnelMetrics() {}

    public static List<Metric> of(List<Tunnel> tunnels, Instant now) {
        TunnelMetrics all = new TunnelMetrics();
        all.declare();
        tunnels.forEach(tunnel -> {
            STATES.forEach(state -> all.add(
                    "stretch_tunnel_state",
                    Map.of("tunnel", tunnel.id(), "state", state),
                    tunnel.state().equals(state) ? 1 : 0));
            tunnel.ends().forEach(end -> all.end(tunnel, end, now));
        });
        return List.copyOf(all.metrics.values());
    }

    private void declare() {
        gauge("stretch_tunnel_state", "1 for the state of a tunnel, 0 for the others.");
        gauge("stretch_tunnel_up", "Whether this end of a tunnel is up; absent while its agent is silent.");
        gauge("stretch_tunnel_agent_report_age_seconds", "How long ago the agent of an end has reported.");
        gauge("stretch_tunnel_rtt_seconds", "Last measured round trip to the peer.");
        gauge("stretch_tunnel_loss_ratio", "Loss of the way, of datagrams or of TCP segments sent again.");
        gauge("stretch_tunnel_transport", "1 for the transport that an end uses, 0 for the other.");
        gauge("stretch_tunnel_connections", "Established connections to the peer.");
        counter("stretch_tunnel_reconnects_total", "Connections that were established again.");
        gauge("stretch_tunnel_certificate_expiry_timestamp_seconds", "End of the agent's certificate, Unix time.");
        gauge("stretch_tunnel_certificate_age_seconds", "How long the agent has had its certificate.");
        gauge("stretch_tunnel_agent_resident_memory_bytes", "Memory of the agent's process.");
        gauge("stretch_tunnel_agent_heap_bytes", "Java heap of the agent in use.");
        gauge("stretch_tunnel_agent_start_timestamp_seconds", "When the agent's process started, Unix time.");
        gauge("stretch_tunnel_pair_active", "Whether the agent forwards, where an end of the tunnel has two agents.");
        gauge("stretch_tunnel_pair_standby_ready", "Whether another agent of its end would take over.");
        counter("stretch_tunnel_pair_takeovers_total", "How often the agent took over since it started.");
        gauge("stretch_tunnel_network_open", "Whether this end lets the frames of a network cross.");
        gauge("stretch_tunnel_network_loop", "Whether this end sees a loop.");
        gauge("stretch_tunnel_network_mtu_bytes", "Largest layer-3 size proven to pass, 0 when not proven.");
        gauge("stretch_tunnel_network_machines", "Machines heard, by side.");
        gauge("stretch_tunnel_network_alarms", "Alarms of the guards now.");
        counter("stretch_tunnel_findings_total", "What the guards found.");
        counter("stretch_tunnel_bytes_total", "Ethernet bytes that crossed.");
        counter("stretch_tunnel_frames_total", "Frames that crossed; a super-frame counts as one.");
        counter("stretch_tunnel_group_frames_total", "Broadcast and multicast frames that crossed.");
        counter("stretch_tunnel_drops_total", "Frames that did not cross, by reason.");
        gauge("stretch_tunnel_throughput_bytes_per_second", "Ethernet bytes per second over the last seconds.");
    }

    private void gauge(String name, String help) {
        metrics.put(name, new Metric(name, help, "gauge", new ArrayList<>()));
    }

    private void counter(String name, String help) {
        metrics.put(name, new Metric(name, help, "counter", new ArrayList<>()));
    }

    private void add(String name, Map<String, String> labels, double value) {
        metrics.get(name).samples().add(new Sample(labels, value));
    }

    private void end(Tunnel tunnel, Tunnel.End end, Instant now) {
        Map<String, String> labels = Map.of("tunnel", tunnel.id(), "end", end.name());
        end.age().ifPresent(age -> add("stretch_tunnel_agent_report_age_seconds", labels, age.toMillis() / 1000.0));
        end.certificateUntil()
                .ifPresent(until ->
                        add("stretch_tunnel_certificate_expiry_timestamp_seconds", labels, until.getEpochSecond()));
        if (end.silent()) {
            return;
        }
        end.certificateFrom()
                .ifPresent(from -> add(
                        "stretch_tunnel_certificate_age_seconds",
                        labels,
                        Math.max(0, now.getEpochSecond() - from.getEpochSecond())));
        add("stretch_tunnel_up", labels, end.state().equals(Tunnel.UP) ? 1 : 0);
        add("stretch_tunnel_connections", labels, end.connections());
        end.pair().ifPresent(pair -> pair(labels, pair));
        add("stretch_tunnel_reconnects_total", labels, end.reconnects());
        if (end.rttMicros() > 0) {
            add("stretch_tunnel_rtt_seconds", labels, end.rttMicros() / 1e6);
        }
        for (String transport : TRANSPORTS) {
            add(
                    "stretch_tunnel_transport",
                    with(labels, "transport", transport),
                    end.transport().equals(transport) ? 1 : 0);
        }
        end.loss().ifPresent(loss -> add("stretch_tunnel_loss_ratio", labels, loss));
        if (end.residentBytes() > 0) {
            add("stretch_tunnel_agent_resident_memory_bytes", labels, end.residentBytes());
            add("stretch_tunnel_agent_heap_bytes", labels, end.heapBytes());
        }
        end.startedAt()
                .ifPresent(started ->
                        add("stretch_tunnel_agent_start_timestamp_seconds", labels, started.getEpochSecond()));
        end.networks().forEach(network -> network(with(labels, "network", network.id()), network));
    }

    private void pair(Map<String, String> labels, Tunnel.Pair pair) {
        add("stretch_tunnel_pair_active", labels, pair.role().equals(Tunnel.Pair.STANDBY) ? 0 : 1);
        add("stretch_tunnel_pair_standby_ready", labels, pair.standbyReady() ? 1 : 0);
        add("stretch_tunnel_pair_takeovers_total", labels, pair.takeovers());
    }

    private void network(Map<String, String> labels, Tunnel.StretchedNetwork network) {
        add("stretch_tunnel_network_open", labels, network.forwarding().equals("open") ? 1 : 0);
        add("stretch_tunnel_network_loop", labels, network.loop() ? 1 : 0);
        add("stretch_tunnel_network_mtu_bytes", labels, network.mtu());
        add("stretch_tunnel_network_machines", with(labels, "side", "local"), network.localMachines());
        add("stretch_tunnel_network_machines", with(labels, "side", "remote"), network.remoteMachines());
        add("stretch_tunnel_network_alarms", labels, network.alarms().size());
        network.findings()
                .forEach((finding, count) ->
                        add("stretch_tunnel_findings_total", with(labels, "finding", finding), count));
        traffic(with(labels, "direction", "outbound"), network.outbound());
        traffic(with(labels, "direction", "inbound"), network.inbound());
    }

    private void traffic(Map<String, String> labels, Tunnel.Traffic traffic) {
        add("stretch_tunnel_bytes_total", labels, traffic.bytes());
        add("stretch_tunnel_frames_total", labels, traffic.frames());
        add("stretch_tunnel_group_frames_total", labels, traffic.groupFrames());
        traffic.drops()
                .forEach((reason, count) -> add("stretch_tunnel_drops_total", with(labels, "reason", reason), count));
        traffic.bytesPerSecond().ifPresent(rate -> add("stretch_tunnel_throughput_bytes_per_second", labels, rate));
    }

    private static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new HashMap<>(labels);
        more.put(name, value);
        return more;
    }
}
