package org.stretchdeploy.stretch.internal.tunnel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.tunnel.Speedometer.Interval;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.PairStatus;
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

    /** Within this time an agent that lives has told that it no longer forwards. */
    private static final Duration NEWS = Duration.ofSeconds(2);

    /**
     * A tunnel and who has its ends.
     *
     * @param id the stretch's, which the tunnel has too
     * @param sourceAgents one, or the primary and the secondary
     */
    public record Place(
            String id,
            String vApp,
            String source,
            String target,
            List<String> sourceAgents,
            List<String> targetAgents) {
        public static Place of(Stretch stretch) {
            return new Place(
                    stretch.id(),
                    stretch.deploy().vApp(),
                    stretch.deploy().source(),
                    stretch.deploy().target(),
                    agents(stretch.sourceEnd()),
                    agents(stretch.targetEnd()));
        }

        private static List<String> agents(Stretch.ApplianceEnd end) {
            return end.members().stream().map(Stretch.ApplianceEnd::agent).toList();
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

    /** What the source end of a stretch's tunnel said last about its state. */
    public String sourceState(Stretch stretch) {
        return control.active(stretch.sourceEnd())
                .map(status -> status.state().toLowerCase(Locale.ROOT))
                .orElse(Tunnel.UNKNOWN);
    }

    /** An alarm for each end of a stretch's tunnel that is to have two agents and has nobody who would take over. */
    public List<Alarm> lacking(Place place) {
        Map<String, Alarm> bySide = new LinkedHashMap<>();
        tunnel(place).ends().stream()
                .filter(end -> end.pair().filter(pair -> pair.member() > 0).isPresent())
                .filter(end ->
                        end.silent() || end.forwards() && !end.pair().get().standbyReady())
                .forEach(end -> bySide.putIfAbsent(end.side(), lack(end)));
        return List.copyOf(bySide.values());
    }

    private static Alarm lack(Tunnel.End end) {
        String who = end.silent()
                ? end.agent() + " is silent. Start that appliance."
                : "only " + end.agent() + " answers. Start its other appliance.";
        return new Alarm(
                Alarm.NO_STANDBY,
                end.reportedAt().orElse(Instant.EPOCH),
                "The " + end.side() + " end of the tunnel has nobody who would take over: " + who);
    }

    /** Notes the counters of this moment. */
    public void look(List<Place> places) {
        Set<String> agents = new HashSet<>();
        places.forEach(place -> {
            agents.addAll(place.sourceAgents());
            agents.addAll(place.targetAgents());
        });
        agents.forEach(agent -> control.report(agent).ifPresent(status -> speeds.note(status.report())));
        speeds.keepOnly(agents);
    }

    private Tunnel tunnel(Place place) {
        List<Tunnel.End> source = ends(place.id(), "source", place.source(), place.sourceAgents());
        List<Tunnel.End> target = ends(place.id(), "target", place.target(), place.targetAgents());
        return new Tunnel(
                place.id(),
                new CloudName(place.source()),
                new CloudName(place.target()),
                place.vApp(),
                worse(state(source), state(target)),
                Stream.concat(source.stream(), target.stream()).toList());
    }

    /** From good to bad. */
    private static final List<String> STATES = List.of(Tunnel.UP, Tunnel.CONNECTING, Tunnel.DOWN, Tunnel.UNKNOWN);

    private static String worse(String one, String other) {
        return STATES.indexOf(one) > STATES.indexOf(other) ? one : other;
    }

    /** The best of a side's agents, for one of them is enough. */
    private static String state(List<Tunnel.End> agents) {
        return agents.stream()
                .map(TunnelView::state)
                .min(Comparator.comparingInt(STATES::indexOf))
                .orElse(Tunnel.UNKNOWN);
    }

    /** A tunnel that is up but keeps a network closed still connects it. */
    private static String state(Tunnel.End end) {
        boolean forwards =
                end.networks().stream().allMatch(network -> network.forwarding().equals(word(ForwardingState.OPEN)));
        return !end.state().equals(Tunnel.UP) || forwards ? end.state() : Tunnel.CONNECTING;
    }

    private static Optional<Tunnel.Pair> pair(Optional<PairConfig> config, Optional<PairStatus> pair, boolean silent) {
        return config.map(wanted -> {
            boolean peersArePair = wanted.peers().size() > 1;
            return new Tunnel.Pair(
                    silent
                            ? Tunnel.UNKNOWN
                            : pair.map(PairStatus::role).map(TunnelView::word).orElse(Tunnel.UNKNOWN),
                    wanted.member(),
                    !silent
                            && pair.filter(present -> wanted.member() == 0
                                            ? !present.lacksStandby(peersArePair)
                                            : present.partnerReady())
                                    .isPresent(),
                    pair.map(PairStatus::takeovers).orElse(0L),
                    silent ? 0 : pair.map(PairStatus::peerActive).orElse(0),
                    wanted.leaseMillis());
        });
    }

    private List<Tunnel.End> ends(String id, String side, String cloud, List<String> agents) {
        Map<String, Duration> claims = new LinkedHashMap<>();
        agents.forEach(agent -> claimed(id, agent).ifPresent(age -> claims.put(agent, age)));
        return agents.stream()
                .map(agent -> end(id, side, cloud, agent, successor(agent, claims)))
                .toList();
    }

    private static Optional<String> successor(String agent, Map<String, Duration> claims) {
        return claims.entrySet().stream()
                .filter(other -> claims.containsKey(agent)
                        && claims.get(agent).compareTo(other.getValue().plus(NEWS)) > 0)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** How long ago an agent said that it is the one of its end that forwards. */
    private Optional<Duration> claimed(String id, String agent) {
        return control.report(agent)
                .filter(status -> status.report()
                        .tunnel(id)
                        .map(TunnelStatus::pair)
                        .filter(pair -> pair.role() == PairStatus.Role.ACTIVE)
                        .isPresent())
                .map(AgentStatus::age);
    }

    /**
     * @param successor the other agent of this end, when both said that they forward and the other said it later. Two never do:
     *     a killed agent only cannot say that it stopped
     */
    private Tunnel.End end(String id, String side, String cloud, String agent, Optional<String> successor) {
        Optional<AgentStatus> status = control.report(agent);
        status.ifPresent(present -> speeds.note(present.report()));
        boolean silent = successor.isPresent()
                || status.map(AgentStatus::age)
                        .map(age -> age.compareTo(SILENT) > 0)
                        .orElse(true);
        Optional<StatusReport> report = status.map(AgentStatus::report);
        Optional<TunnelStatus> tunnel = report.flatMap(present -> present.tunnel(id));
        Optional<TransportStatus> transport = tunnel.map(TunnelStatus::transport);
        Optional<TunnelConfig> configured = control.configured(agent, id);
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
                reason(status, tunnel, silent, successor),
                configured.map(TunnelView::peer).orElse(""),
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
                networks(id, tunnel, interval),
                pair(configured.map(TunnelConfig::pair), tunnel.map(TunnelStatus::pair), silent));
    }

    private static String reason(
            Optional<AgentStatus> status, Optional<TunnelStatus> tunnel, boolean silent, Optional<String> successor) {
        if (status.isEmpty()) {
            return "the agent has not reported yet";
        }
        if (successor.isPresent()) {
            return successor.get()
                    + " forwards now, and this agent has not reported since; what is shown is what it said "
                    + status.get().age().toSeconds() + " s ago";
        }
        if (silent) {
            return "the agent has not reported for " + status.get().age().toSeconds()
                    + " s; what is shown is what it said then";
        }
        return tunnel.map(TunnelStatus::reason).orElse("the agent does not have this tunnel yet");
    }

    private static String peer(TunnelConfig config) {
        if (config.role() == TunnelRole.LISTEN) {
            return "listens on " + config.listenPort() + " for "
                    + config.peers().stream().map(PairConfig.Peer::identity).collect(Collectors.joining(" and "));
        }
        return config.peers().stream()
                .map(peer -> "dials " + peer.host() + ":" + peer.port() + ", expects " + peer.identity())
                .collect(Collectors.joining("; "));
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
