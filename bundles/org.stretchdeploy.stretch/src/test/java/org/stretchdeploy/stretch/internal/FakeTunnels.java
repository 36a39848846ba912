package org.stretchdeploy.stretch.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stretchdeploy.spi.memory.LiveNic;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.model.TunnelSettings;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.control.ServiceResult.Answer;
import org.stretchdeploy.tunnel.control.Transport;

/** Two agents that see what lives in the two memory clouds. They work while their appliance VM runs. */
public final class FakeTunnels implements TunnelControl {
    private static final String STANDBY = "-standby";

    private final Path appliance;
    private final Clock clock;
    private final MemoryCloud source;
    private final MemoryCloud target;
    private final Map<String, End> configured = new TreeMap<>();
    private final Set<String> enrolled = new HashSet<>();

    /** What is to carry the frames of new tunnels. */
    public Transport transport = Transport.TLS;

    /** Which ends of new tunnels get a second appliance. */
    public Standby standby = Standby.NONE;

    /** While true the agents report nothing: their way to the controller is cut. */
    public boolean silent;

    /** What agents said last whose machine was lost. */
    private final Map<String, Status> lost = new HashMap<>();

    /** The first agent of an end that is told such a thing is lost before it has heard it. */
    public Predicate<End> fatal = end -> false;

    /** Addresses whose guests run, but do not answer. */
    public final Set<String> mute = new HashSet<>();

    /** Services that refuse, as {@code address tcp:port} or {@code address ping}; all others are there. */
    public final Set<String> shut = new HashSet<>();

    /** Whether the agents are of a release that cannot ask for services. */
    public boolean old;

    /** Questions that are answered from both ends, as in the moment in which a lease moves. */
    Predicate<String> doubtful = question -> false;

    Predicate<String> notAsked = question -> false;

    FakeTunnels(Path appliance, Clock clock, MemoryCloud source, MemoryCloud target) {
        this.appliance = appliance;
        this.clock = clock;
        this.source = source;
        this.target = target;
    }

    @Override
    public TunnelSettings settings() {
        return new TunnelSettings(transport, standby);
    }

    /** What the agents were told last. */
    List<End> configured() {
        return List.copyOf(configured.values());
    }

    @Override
    public Path appliancePackage() {
        return appliance;
    }

    @Override
    public Map<String, String> enrol(String agent) {
        enrolled.add(agent);
        return Map.of("stretch.agent", agent, "stretch.token", "once");
    }

    @Override
    public void forget(String agent) {
        configured.remove(agent);
        enrolled.remove(agent);
        lost.remove(agent);
    }

    public boolean isEmpty() {
        return configured.isEmpty() && enrolled.isEmpty();
    }

    @Override
    public void configure(String agent, End end) {
        if (!enrolled.contains(agent)) {
            throw new IllegalArgumentException("agent is not enrolled: " + agent);
        }
        if (fatal.test(end) && !agent.endsWith(STANDBY)) {
            lose(agent);
        }
        configured.put(agent, end);
    }

    /** The agent's machine is gone: what it said last stays known, and the second one of its end forwards. */
    void lose(String agent) {
        lost.computeIfAbsent(agent, one -> status(one).orElseThrow());
    }

    /** The first agent of an end. */
    String first(Side side) {
        return configured.keySet().stream()
                .filter(agent -> agent.endsWith("-" + side.name().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public Optional<Status> status(String agent) {
        End end = configured.get(agent);
        if (end == null || silent) {
            return Optional.empty();
        }
        if (lost.containsKey(agent)) {
            return Optional.of(lost.get(agent));
        }
        boolean both = end.pair()
                .map(pair -> pair.peers().stream().allMatch(peer -> configured.containsKey(peer.agent())))
                .orElse(configured.containsKey(end.peer()));
        Set<String> networks = new HashSet<>();
        Map<String, Set<String>> fenced = new HashMap<>();
        end.networks().forEach(n -> {
            networks.add(n.id());
            fenced.put(n.id(), Set.copyOf(n.fencedMacs()));
        });
        Set<String> announced = new HashSet<>();
        end.announcements().forEach(a -> announced.add(a.id()));
        Map<String, ProbeAnswer> answers = new HashMap<>();
        Map<String, ServiceResult> services = new HashMap<>();
        end.probes().forEach(p -> {
            if (p.service().isEmpty()) {
                Optional<String> mac = answer(p, end);
                answers.put(
                        p.id(),
                        notAsked.test(p.id())
                                ? new ProbeAnswer(Optional.empty(), 0, "", "the peer does not answer")
                                : new ProbeAnswer(
                                        doubtful.test(p.id()) ? mac.map(m -> m + " at both ends") : mac, 1, "", ""));
            } else {
                services.put(p.id(), serves(p, p.service().get(), end));
            }
        });
        return Optional.of(new Status(
                clock.instant(),
                both ? "UP" : "CONNECTING",
                "",
                both ? networks : Set.of(),
                both ? networks : Set.of(),
                fenced,
                announced,
                answers,
                old ? Optional.empty() : Optional.of(services),
                end.pair().filter(pair -> pair.member() == 2).isPresent()
                        && !lost.containsKey(agent.replace(STANDBY, ""))));
    }

    /** Only who lives on this agent's own segment is asked, and only from an address that nobody there has. */
    private ServiceResult serves(Probe probe, Service service, End end) {
        MemoryCloud own = end.networks().get(0).sourceSide() ? source : target;
        Set<String> used = own.live().stream()
                .filter(n -> n.network().equals(probe.network()))
                .flatMap(n -> n.address().stream())
                .collect(Collectors.toSet());
        Optional<String> from =
                service.from().stream().filter(a -> !used.contains(a)).findFirst();
        if (from.isEmpty()) {
            return ServiceResult.notAsked(probe.id(), "no free address to ask from");
        }
        boolean there = own.live().stream()
                .anyMatch(n -> n.network().equals(probe.network())
                        && n.address().equals(Optional.of(probe.address()))
                        && n.mac().equals(service.mac()));
        String name = probe.address() + " " + (service.port() == 0 ? "ping" : "tcp:" + service.port());
        Answer answer = !there || mute.contains(probe.address())
                ? Answer.SILENT
                : shut.contains(name) ? Answer.CLOSED : Answer.OPEN;
        return new ServiceResult(probe.id(), answer, from.get(), 1, "");
    }

    private Optional<String> answer(Probe probe, End end) {
        if (end.networks().stream()
                .anyMatch(n -> n.id().equals(probe.network()) && n.gateway().equals(Optional.of(probe.address())))) {
            return Optional.of("02:00:00:00:00:01");
        }
        if (mute.contains(probe.address())) {
            return Optional.empty();
        }
        List<String> macs = Stream.concat(source.live().stream(), target.live().stream())
                .filter(n -> n.network().equals(probe.network()))
                .filter(n -> n.address().equals(Optional.of(probe.address())))
                .map(LiveNic::mac)
                .toList();
        return macs.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", macs));
    }
}
