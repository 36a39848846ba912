package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.Stretch.ApplianceEnd;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl;

/** The two ends of a stretch's tunnel, and their wanted configuration as a function of who is fenced and asked. */
public record Ends(String tunnel, DeployPlan deploy, ApplianceEnd source, ApplianceEnd target) {

    /** MAC addresses by network. */
    public record Macs(Map<String, TreeSet<String>> byNetwork) {
        public static Macs none() {
            return new Macs(Map.of());
        }

        public static Macs of(Collection<List<Vm.Nic>> machines) {
            Map<String, TreeSet<String>> all = new TreeMap<>();
            machines.forEach(
                    nics -> nics.stream().filter(n -> !n.network().isEmpty()).forEach(n -> all.computeIfAbsent(
                                    n.network(), k -> new TreeSet<>())
                            .add(n.mac())));
            return new Macs(all);
        }

        public Macs without(Macs other) {
            Map<String, TreeSet<String>> rest = new TreeMap<>();
            byNetwork.forEach((network, macs) -> {
                TreeSet<String> left = new TreeSet<>(macs);
                left.removeAll(other.byNetwork.getOrDefault(network, new TreeSet<>()));
                rest.put(network, left);
            });
            return new Macs(rest);
        }

        List<String> on(String network) {
            return List.copyOf(byNetwork.getOrDefault(network, new TreeSet<>()));
        }
    }

    public ApplianceEnd end(Side side) {
        return side == Side.SOURCE ? source : target;
    }

    /** The wanted configuration of an appliance of one side, counted from 0. */
    public TunnelControl.End wanted(
            Side side,
            int member,
            Macs fenced,
            List<TunnelControl.Announcement> announcements,
            List<TunnelControl.Probe> probes) {
        DeployPlan.TunnelPlan plan = deploy.tunnel();
        List<TunnelControl.Net> networks = new ArrayList<>();
        for (int i = 0; i < deploy.networks().size(); i++) {
            networks.add(network(side, end(side).members().get(member), i, fenced));
        }
        return new TunnelControl.End(
                tunnel,
                plan.listener() == side,
                plan.listenPort(),
                plan.externalAddress(),
                plan.externalPort(),
                end(side.other()).agent(),
                plan.transport(),
                pair(side, member),
                networks,
                announcements,
                probes);
    }

    private Optional<TunnelControl.Pair> pair(Side side, int member) {
        List<ApplianceEnd> peers = end(side.other()).members();
        boolean several = end(side).members().size() > 1;
        if (!several && peers.size() == 1) {
            return Optional.empty();
        }
        DeployPlan.TunnelPlan plan = deploy.tunnel();
        List<TunnelControl.Peer> named = new ArrayList<>();
        for (int peer = 0; peer < peers.size(); peer++) {
            int port = peer == 0 ? plan.externalPort() : plan.standbyPort();
            named.add(new TunnelControl.Peer(peers.get(peer).agent(), plan.externalAddress(), port));
        }
        return Optional.of(new TunnelControl.Pair(several ? member + 1 : 0, named));
    }

    private TunnelControl.Net network(Side side, ApplianceEnd appliance, int index, Macs fenced) {
        DeployPlan.NetworkPlan network = deploy.networks().get(index);
        return new TunnelControl.Net(
                network.name(),
                appliance.networkMacs().get(index),
                side == Side.SOURCE,
                // on an isolated network the address may belong to a machine, which may move like any other
                network.isolated()
                        ? Optional.empty()
                        : Optional.of(network.subnet().gateway()),
                side == Side.TARGET && !network.isolated() ? Optional.of(network.targetGateway()) : Optional.empty(),
                fenced.on(network.name()));
    }
}
