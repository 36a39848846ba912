package org.stretchdeploy.stretch.internal.tunnel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.appliance.EdgeAppliances;
import org.stretchdeploy.stretch.internal.model.TunnelSettings;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.PairStatus;
import org.stretchdeploy.tunnel.control.ProbeKind;
import org.stretchdeploy.tunnel.control.ProbeRequest;
import org.stretchdeploy.tunnel.control.ProbeResult;
import org.stretchdeploy.tunnel.control.ServiceRequest;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelStatus;

/** Edge appliances behind the workflow's words. */
public final class ApplianceTunnels implements TunnelControl {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(30);

    /** Layer-3 size that an Ethernet segment has to carry. */
    private static final int FULL_MTU = 1500;

    private final EdgeAppliances appliances;
    private final TunnelSettings settings;

    public ApplianceTunnels(EdgeAppliances appliances, TunnelSettings settings) {
        this.appliances = appliances;
        this.settings = settings;
    }

    @Override
    public TunnelSettings settings() {
        return settings;
    }

    @Override
    public Path appliancePackage() {
        return appliances.appliancePackage();
    }

    @Override
    public Map<String, String> enrol(String agent) {
        return appliances.enrol(agent, TOKEN_LIFE).properties();
    }

    @Override
    public void forget(String agent) {
        appliances.forget(agent);
    }

    @Override
    public void configure(String agent, End end) {
        List<NetworkConfig> networks =
                end.networks().stream().map(ApplianceTunnels::network).toList();
        String peer = appliances.identity(end.peer());
        TunnelConfig tunnel = end.listen()
                ? TunnelConfig.listen(end.tunnel(), end.listenPort(), peer, networks)
                : TunnelConfig.dial(end.tunnel(), end.remoteHost(), end.remotePort(), peer, networks);
        TunnelConfig whole = end.pair()
                .map(pair -> tunnel.withPair(pair(pair, end.listen())))
                .orElse(tunnel);
        var announcements = end.announcements().stream()
                .map(a -> new org.stretchdeploy.tunnel.control.Announcement(
                        a.id(), a.network(), a.mac(), a.address().isEmpty() ? null : a.address(), null))
                .toList();
        var probes = end.probes().stream()
                .filter(p -> p.service().isEmpty())
                .map(p -> ProbeRequest.arp(
                        p.id(), p.ownSegment() ? ProbeKind.ARP_LOCAL : ProbeKind.ARP_BOTH, p.network(), p.address()))
                .toList();
        appliances.configure(
                agent,
                new DesiredState(
                        0, List.of(whole.withTransport(end.transport())), announcements, probes, services(end)));
    }

    private static List<ServiceRequest> services(End end) {
        return end.probes().stream()
                .flatMap(p -> p.service().stream()
                        .map(s -> new ServiceRequest(p.id(), p.network(), p.address(), s.mac(), s.port(), s.from())))
                .toList();
    }

    private PairConfig pair(Pair pair, boolean listen) {
        List<PairConfig.Peer> peers = pair.peers().stream()
                .map(peer -> new PairConfig.Peer(
                        appliances.identity(peer.agent()), listen ? null : peer.host(), listen ? 0 : peer.port()))
                .toList();
        return new PairConfig(pair.member(), peers, 0);
    }

    private static NetworkConfig network(Net net) {
        return new NetworkConfig(
                net.id(),
                net.nicMac(),
                net.sourceSide() ? NetworkSide.SOURCE : NetworkSide.TARGET,
                net.gateway().orElse(null),
                null,
                net.localGateway().orElse(null),
                net.fencedMacs(),
                FULL_MTU);
    }

    @Override
    public Optional<Status> status(String agent) {
        return appliances.status(agent).map(status -> translate(agent, status));
    }

    @Override
    public Optional<AgentStatus> report(String agent) {
        return appliances.status(agent);
    }

    @Override
    public Optional<TunnelConfig> configured(String agent, String tunnel) {
        return appliances.configured(agent).stream()
                .flatMap(wanted -> wanted.tunnels().stream())
                .filter(config -> config.id().equals(tunnel))
                .findFirst();
    }

    private Status translate(String agent, AgentStatus status) {
        StatusReport report = status.report();
        Optional<TunnelStatus> tunnel = report.tunnels().stream().findFirst();
        Set<String> forwarding = new HashSet<>();
        Set<String> proven = new HashSet<>();
        StringBuilder reason =
                new StringBuilder(tunnel.map(TunnelStatus::reason).orElse(""));
        tunnel.ifPresent(t -> t.networks().forEach(n -> {
            if (n.forwards()) {
                forwarding.add(n.id());
            } else if (!n.reason().isEmpty()) {
                reason.append(reason.isEmpty() ? "" : "; ")
                        .append(n.id())
                        .append(": ")
                        .append(n.reason());
            }
            if (n.mtuProven() >= FULL_MTU) {
                proven.add(n.id());
            }
        }));
        report.problems()
                .forEach(p -> reason.append(reason.isEmpty() ? "" : "; ").append(p));
        return new Status(
                status.receivedAt(),
                tunnel.map(t -> t.state().name()).orElse("DOWN"),
                reason.toString(),
                forwarding,
                proven,
                fenced(agent, report),
                Set.copyOf(report.announcementsDone()),
                report.probeResults().stream()
                        .collect(Collectors.toMap(ProbeResult::id, ApplianceTunnels::answer, (a, b) -> b)),
                Optional.ofNullable(report.services()).map(services -> services.stream()
                        .collect(Collectors.toMap(ServiceResult::id, result -> result, (a, b) -> b))),
                tunnel.map(TunnelStatus::pair)
                        .filter(pair -> pair.role() == PairStatus.Role.STANDBY)
                        .isPresent());
    }

    /** What is fenced counts only when the agent has applied the configuration that says so. */
    private Map<String, Set<String>> fenced(String agent, StatusReport report) {
        Optional<DesiredState> wanted = appliances.configured(agent);
        if (wanted.isEmpty() || report.appliedVersion() != wanted.get().version()) {
            // An older configuration is in force: neither "fenced" nor "let go" may be concluded from it.
            return Map.of("*", Set.of("*"));
        }
        Map<String, Set<String>> fenced = new HashMap<>();
        Set<String> present = report.tunnels().stream()
                .flatMap(t -> t.networks().stream())
                .map(NetworkStatus::id)
                .collect(Collectors.toSet());
        wanted.get().tunnels().stream()
                .flatMap(t -> t.networks().stream())
                .filter(n -> present.contains(n.id()))
                .forEach(n -> fenced.put(n.id(), Set.copyOf(n.fencedMacs())));
        return fenced;
    }

    /** One machine at one place, or a text that no MAC address equals when several answer. */
    private static ProbeAnswer answer(ProbeResult result) {
        Set<String> who = new TreeSet<>();
        result.answers().forEach(a -> who.add(a.mac().toLowerCase(java.util.Locale.ROOT)));
        Set<String> where =
                result.answers().stream().map(a -> a.home().name()).collect(Collectors.toCollection(TreeSet::new));
        if (who.isEmpty()) {
            return new ProbeAnswer(Optional.empty(), 0, "", result.reason());
        }
        String text = String.join(" and ", who) + (where.size() > 1 ? " at both ends" : "");
        return new ProbeAnswer(Optional.of(text), result.rttMicros() / 1000, String.join("+", where), "");
    }
}
