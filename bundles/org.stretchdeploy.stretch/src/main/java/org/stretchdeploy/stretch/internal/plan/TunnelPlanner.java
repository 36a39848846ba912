package org.stretchdeploy.stretch.internal.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.stretchdeploy.api.TunnelTransport;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.model.DeployPlan.TunnelPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.UplinkPlan;
import org.stretchdeploy.tunnel.control.Transport;

/** Decides about the tunnel of a deploy. Pure functions of a survey. */
public final class TunnelPlanner {
    /** HTTPS: the system's own application profile exists at every Cloud Director, and firewalls let it out. */
    private static final int LISTEN_PORT = 443;

    private static final List<Integer> EXTERNAL_PORTS = List.of(443, 4443, 8443, 9443, 10443, 11443, 12443, 13443);

    /** Prefix of the locks that keep two operations off one end of a tunnel. */
    static final String TUNNEL_LOCK = "tunnel:";

    private TunnelPlanner() {}

    /**
     * The tunnel that the deploy joins, or opens: as the request says, as the controller is set where it says nothing. The
     * end that is dialled gets a second appliance only if a second port is free there. Empty when neither side can be
     * dialled.
     */
    static Optional<TunnelPlan> tunnel(Survey s) {
        return s.stretch().map(stretch -> stretch.deploy().tunnel()).or(() -> listener(s));
    }

    /** What the request says. */
    static Optional<Transport> asked(Survey s) {
        return s.request().transport().map(TunnelTransport::name).map(Transport::valueOf);
    }

    /** How many edge appliances the deploy places at a side. */
    static int appliances(Survey s, Side side) {
        if (s.stretch().isPresent()) {
            return 0;
        }
        return tunnel(s).filter(t -> t.standby().at(side)).isPresent() ? 2 : 1;
    }

    /** What carries the frames, for people. */
    static String carrier(TunnelPlan tunnel) {
        if (tunnel.hasPair()) {
            return "TLS, for an end has two appliances";
        }
        return switch (tunnel.transport()) {
            case TLS -> "TLS";
            case DATAGRAM -> "datagrams, and over TLS where these do not pass";
            case AUTO -> "TLS, and over datagrams while packets are lost";
        };
    }

    /** The ports that are tried, for people. */
    static String ports() {
        return EXTERNAL_PORTS.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** The side that can be dialled, the target first: it is usually the one with public addresses. */
    static Optional<TunnelPlan> listener(Survey s) {
        return listener(s, Side.TARGET).or(() -> listener(s, Side.SOURCE));
    }

    private static Optional<TunnelPlan> listener(Survey s, Side side) {
        Survey.Site site = side == Side.TARGET ? s.target() : s.source();
        EdgeServices services = s.services().get(side == Side.TARGET ? "target-gateway" : "source-gateway");
        if (site.gateway().isEmpty() || services == null) {
            return Optional.empty();
        }
        EdgeGateway gateway = site.gateway().get();
        List<TunnelPlan> ends = gateway.externalAddresses().stream()
                .flatMap(address -> end(s, side, gateway, services, address).stream())
                .toList();
        // rather an address with two free ports, when two are wanted
        return ends.stream().filter(end -> !end.lacksPort()).findFirst().or(() -> ends.stream()
                .findFirst());
    }

    /** An end that is dialled at this address; empty when none of its ports is free. */
    private static Optional<TunnelPlan> end(
            Survey s, Side side, EdgeGateway gateway, EdgeServices services, String address) {
        List<Integer> free = EXTERNAL_PORTS.stream()
                .filter(port ->
                        !s.takenTunnels().contains(tunnelLock(gateway.id().value(), address, port)))
                .filter(port -> services.nat().rules().stream().noneMatch(rule -> takes(rule, address, port)))
                .toList();
        if (free.isEmpty()) {
            return Optional.empty();
        }
        Standby wanted = s.settings().standby();
        boolean second = wanted.at(side) && free.size() > 1;
        return Optional.of(new TunnelPlan(
                side,
                address,
                free.get(0),
                LISTEN_PORT,
                asked(s).orElse(s.settings().transport()),
                second ? wanted : wanted.without(side),
                second ? free.get(1) : 0,
                wanted));
    }

    /** The locks of the end that a deploy's tunnel listens at, from its plan to its end; a deploy that joins needs none. */
    public static List<String> tunnelLocks(DeployPlan plan) {
        TunnelPlan tunnel = plan.tunnel();
        UplinkPlan uplink = tunnel.listener() == Side.SOURCE ? plan.sourceUplink() : plan.targetUplink();
        if (plan.joins() || uplink.edgeGateway().isEmpty()) {
            return List.of();
        }
        return IntStream.of(tunnel.externalPort(), tunnel.standbyPort())
                .filter(port -> port != 0)
                .mapToObj(port -> tunnelLock(uplink.edgeGateway().get(), tunnel.externalAddress(), port))
                .toList();
    }

    private static String tunnelLock(String gateway, String address, int port) {
        return TUNNEL_LOCK + gateway + ":" + address + ":" + port;
    }

    private static boolean takes(NatRule rule, String address, int port) {
        if (rule.type() == NatRule.Type.SNAT || !Ipv4.covers(rule.externalAddress(), address)) {
            return false;
        }
        String ports = rule.externalPort();
        if (rule.type() == NatRule.Type.ONE_TO_ONE
                || ports.isEmpty()
                || ports.toLowerCase(Locale.ROOT).equals("any")) {
            return true;
        }
        String[] range = ports.split("-", 2);
        try {
            int first = Integer.parseInt(range[0].strip());
            int last = range.length == 2 ? Integer.parseInt(range[1].strip()) : first;
            return first <= port && port <= last;
        } catch (NumberFormatException e) {
            return true;
        }
    }
}
