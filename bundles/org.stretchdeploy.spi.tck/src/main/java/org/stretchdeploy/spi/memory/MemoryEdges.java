package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.memory.State.EdgeState;
import org.stretchdeploy.spi.memory.State.GatewayState;
import org.stretchdeploy.spi.memory.State.NetworkState;

/** Edges of the cloud in memory. */
final class MemoryEdges implements Edges {
    private final State state;
    private final Finder finder;
    private final Gate gate;
    private final TaskBoard tasks;
    private final Set<Capability> capabilities;
    private int ruleIds = 100;

    MemoryEdges(State state, Finder finder, Gate gate, TaskBoard tasks, Set<Capability> capabilities) {
        this.state = state;
        this.finder = finder;
        this.gate = gate;
        this.tasks = tasks;
        this.capabilities = capabilities;
    }

    @Override
    public Versioned read(EdgeReference edge) {
        return gate.read(() -> {
            if (edge instanceof VAppEdge) {
                require(Capability.VAPP_EDGE_SERVICES);
            }
            EdgeState found = find(edge);
            return new Versioned(found.services, found.version());
        });
    }

    @Override
    public CloudTask apply(EdgeReference edge, EdgeServices wanted, String version) {
        return gate.write("Edges.apply", target(edge), Optional.empty(), () -> {
            require(edge instanceof VAppEdge ? Capability.VAPP_EDGE_SERVICES : Capability.EDGE_GATEWAY_NAT);
            EdgeState found = find(edge);
            ObjectId held = edge instanceof VAppEdge vApp ? vApp.vApp() : ((OrgEdge) edge).edgeGateway();
            if (tasks.busy(held)) {
                throw Refusal.busy("The edge");
            }
            if (!found.version().equals(version)) {
                throw Refusal.conflict("edge-changed", "The edge has changed since it was read; read it again.");
            }
            if (found.services.equals(wanted)) {
                return CloudTask.done(held);
            }
            return tasks.start("configure edge", held, () -> found.set(numbered(wanted)));
        });
    }

    /** Services with an id for every rule. */
    EdgeServices numbered(EdgeServices wanted) {
        List<FirewallRule> firewall =
                numbered(wanted.firewall().rules(), FirewallRule::id, (rule, id) -> withId(rule, id));
        List<NatRule> nat = numbered(wanted.nat().rules(), NatRule::id, (rule, id) -> withId(rule, id));
        return new EdgeServices(
                new EdgeServices.Firewall(
                        wanted.firewall().enabled(),
                        wanted.firewall().defaultPolicy(),
                        wanted.firewall().logDefault(),
                        firewall),
                new EdgeServices.Nat(
                        wanted.nat().enabled(),
                        wanted.nat().type(),
                        wanted.nat().masquerade(),
                        nat),
                wanted.dhcp(),
                wanted.routes());
    }

    EdgeState find(EdgeReference edge) {
        if (edge instanceof OrgEdge org) {
            GatewayState gateway = state.gateways.get(org.edgeGateway());
            if (gateway == null) {
                throw Refusal.notFound("edge gateway", org.edgeGateway());
            }
            return gateway;
        }
        var reference = (VAppEdge) edge;
        NetworkState network = finder.network(finder.vApp(reference.vApp()), reference.network());
        if (network.fenceMode != FenceMode.NAT_ROUTED) {
            throw Refusal.user("no-edge", "The network \"" + network.name + "\" is not routed and has no edge.");
        }
        return network;
    }

    private void require(Capability capability) {
        if (!capabilities.contains(capability)) {
            throw Refusal.notSupported(capability);
        }
    }

    private <R> List<R> numbered(List<R> rules, Function<R, String> id, BiFunction<R, String, R> withId) {
        var result = new ArrayList<R>();
        for (R rule : rules) {
            result.add(id.apply(rule).isEmpty() ? withId.apply(rule, String.valueOf(++ruleIds)) : rule);
        }
        return result;
    }

    private static NatRule withId(NatRule rule, String id) {
        return new NatRule(
                id,
                rule.name(),
                rule.enabled(),
                rule.type(),
                rule.protocol(),
                rule.externalAddress(),
                rule.externalPort(),
                rule.internalAddress(),
                rule.internalPort(),
                rule.vm(),
                rule.firewallMatch());
    }

    private static FirewallRule withId(FirewallRule rule, String id) {
        return new FirewallRule(
                id,
                rule.name(),
                rule.enabled(),
                rule.policy(),
                rule.protocols(),
                rule.source(),
                rule.sourcePort(),
                rule.destination(),
                rule.destinationPort(),
                rule.log());
    }

    private static String target(EdgeReference edge) {
        return edge instanceof OrgEdge org
                ? org.edgeGateway().value()
                : ((VAppEdge) edge).vApp() + "/" + ((VAppEdge) edge).network();
    }
}
