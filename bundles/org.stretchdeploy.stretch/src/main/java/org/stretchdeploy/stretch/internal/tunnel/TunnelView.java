package org.stretchdeploy.stretch.internal.tunnel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.tunnel.Speedometer.Interval;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.control.TrafficCounters;
import org.stretchdeploy.tunnel.control.TransportStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelRole;
import org.stretchdeploy.tunnel.control.TunnelState;
import org.stretchdeploy.tunnel.control.TunnelStatus;

/** The tunnels as their agents report them, for people and monitoring. Thread safe. */
public final class TunnelView {
    /** Agents report every five seconds at least: three reports are missing. */
    static final Duration SILENT = Duration.ofSeconds(15);

    /**
     * A tunnel and who has its ends.
     *
     * @param id the stretch's, which the tunnel has too
     */
    public record Place(String id, String vApp, String source, String target, String sourceAgent, String targetAgent) {
        public static Place of(Stretch stretch) {
            return new Place(
                    stretch.id(),
                    stretch.deploy().vApp(),
                    stretch.deploy().source(),
                    stretch.deploy().target(),
                    stretch.sourceEnd().agent(),
                    stretch.targetEnd().agent());
        }
    }

    private final TunnelControl control;
    private final Speedometer speeds = new Speedometer();

    public TunnelView(TunnelControl control) {
        this.control = control;
    }

    /** The tunnels at these places; speeds need two calls some seconds apart, or {@link #look} in between. */
    public List<Tunnel> tunnels(List<Place> places) {
        return places.stream().map(this::tunnel).toList();
    }

    /** Notes the counters of this moment. */
    public void look(List<Place> places) {
        Set<String> agents = new HashSet<>();
        places.forEach(place -> {
            agents.add(place.sourceAgent());
            agents.add(place.targetAgent());
        });
        agents.forEach(agent -> control.report(agent).ifPresent(status -> speeds.note(status.report())));
        speeds.keepOnly(agents);
    }

    private Tunnel tunnel(Place place) {
        List<Tunnel.End> ends = List.of(
                end(place.id(), "source", place.source(), place.sourceAgent()),
                end(place.id(), "target", place.target(), place.targetAgent()));
        return new Tunnel(
                place.id(),
                new CloudName(place.source()),
                new CloudName(place.target()),
                place.vApp(),
                state(ends),
                ends);
    }

    /** The worst of both; a tunnel that is up but keeps a network closed still connects it. */
    private static String state(List<Tunnel.End> ends) {
        for (String bad : List.of(Tunnel.UNKNOWN, Tunnel.DOWN, Tunnel.CONNECTING)) {
            if (ends.stream().anyMatch(end -> end.state().equals(bad))) {
                return bad;
            }
        }
        boolean forwards = ends.stream().allMatch(end -> end.networks().stream()
                .allMatch(network -> network.forwarding().equals(word(ForwardingState.OPEN))));
        return forwards ? Tunnel.UP : Tunnel.CONNECTING;
    }

    private Tunnel.End end(String id, String side, String cloud, String agent) {
        Optional<AgentStatus> status = control.report(agent);
        status.ifPresent(present -> speeds.note(present.report()));
        boolean silent = status.map(AgentStatus::age)
                .map(age -> age.compareTo(SILENT) > 0)
                .orElse(true);
        Optional<StatusReport> report = status.map(AgentStatus::report);
        Optional<TunnelStatus> tunnel = report.flatMap(present -> present.tunnel(id));
        Optional<TransportStatus> transport = tunnel.map(TunnelStatus::transport);
        Optional<Interval> interval = silent ? Optional.empty() : speeds.interval(agent);
        return new Tunnel.End(
                side,
                new CloudName(cloud),
                agent,
                report.map(StatusReport::software).orElse(""),
                status.map(AgentStatus::receivedAt),
                status.map(AgentStatus::age),
                silent,
                silent ? Tunnel.UNKNOWN : word(tunnel.map(TunnelStatus::state).orElse(TunnelState.DOWN)),
                reason(status, tunnel, silent),
                control.configured(agent, id).map(TunnelView::peer).orElse(""),
                transport.map(present -> word(present.used())).orElse(""),
                transport.map(TunnelView::why).orElse(""),
                tunnel.map(TunnelStatus::provider).orElse(""),
                tunnel.map(TunnelStatus::connections).orElse(0),
                tunnel.map(TunnelStatus::reconnects).orElse(0L),
                tunnel.map(TunnelStatus::rttMicros).orElse(0L),
                silent ? Optional.empty() : loss(transport, interval),
                report.map(StatusReport::certificateNotBefore),
                report.map(StatusReport::certificateNotAfter),
                report.map(StatusReport::started),
                report.map(StatusReport::process)
                        .map(process -> process.residentBytes())
                        .orElse(0L),
                report.map(StatusReport::process)
                        .map(process -> process.heapBytes())
                        .orElse(0L),
                report.map(StatusReport::problems).orElse(List.of()),
                networks(id, tunnel, interval));
    }

    private static String reason(Optional<AgentStatus> status, Optional<TunnelStatus> tunnel, boolean silent) {
        if (status.isEmpty()) {
            return "the agent has not reported yet";
        }
        if (silent) {
            return "the agent has not reported for " + status.get().age().toSeconds()
                    + " s; what is shown is what it said then";
        }
        return tunnel.map(TunnelStatus::reason).orElse("the agent does not have this tunnel yet");
    }

    private static String peer(TunnelConfig config) {
        String how = config.role() == TunnelRole.LISTEN
                ? "listens on " + config.listenPort() + " for "
                : "dials " + config.remoteHost() + ":" + config.remotePort() + ", expects ";
        return how + config.peerIdentity();
    }

    private static String why(TransportStatus transport) {
        return transport.wanted() == transport.used()
                ? transport.reason()
                : "wanted " + word(transport.wanted()) + ": " + transport.reason();
    }

    /** What datagrams measured counts more than what TCP had to send again, which is also what was merely late. */
    private static Optional<Double> loss(Optional<TransportStatus> transport, Optional<Interval> interval) {
        return transport
                .filter(present -> present.rttMicros() > 0)
                .map(present -> present.lossPermille() / 1000.0)
                .or(() -> interval.flatMap(Interval::loss));
    }

    private static List<Tunnel.StretchedNetwork> networks(
            String id, Optional<TunnelStatus> tunnel, Optional<Interval> interval) {
        List<Tunnel.StretchedNetwork> networks = new ArrayList<>();
        tunnel.ifPresent(
                present -> present.networks().forEach(network -> networks.add(network(id, network, interval))));
        return networks;
    }

    private static Tunnel.StretchedNetwork network(String id, NetworkStatus from, Optional<Interval> interval) {
        return new Tunnel.StretchedNetwork(
                from.id(),
                word(from.forwarding()),
                from.reason(),
                from.loop(),
                from.mtuProven(),
                from.localMacs().size(),
                from.remoteMacs().size(),
                from.alarms(),
                from.findings(),
                traffic(Speedometer.key(id, from.id(), true), from.outbound(), interval),
                traffic(Speedometer.key(id, from.id(), false), from.inbound(), interval));
    }

    private static Tunnel.Traffic traffic(String key, TrafficCounters now, Optional<Interval> interval) {
        return new Tunnel.Traffic(
                now.bytes(),
                now.frames(),
                now.bum(),
                now.drops(),
                interval.flatMap(i -> i.bytes(key, now)),
                interval.flatMap(i -> i.frames(key, now)),
                interval.flatMap(i -> i.drops(key, now)));
    }

    private static String word(Enum<?> state) {
        return state == null ? Tunnel.UNKNOWN : state.name().toLowerCase(Locale.ROOT);
    }
}
