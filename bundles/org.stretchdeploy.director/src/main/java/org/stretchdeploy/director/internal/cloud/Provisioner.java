package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.NetworkSpec;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.ExternalNetwork;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.VAppNetwork.FenceMode;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.store.Store;

/**
 * Brings the host's networks and routers to what the state says. A vApp's segments and edges exist while it is deployed.
 *
 * <p>Lock order: this object's monitor before the store's lock; the monitor is never taken inside a store call.
 */
public final class Provisioner {
    private static final int MTU = 1500;
    private final Store store;
    private final Host host;
    /** What is on the host now, by vApp: ids of networks and routers. */
    private final Map<String, Applied> applied = new HashMap<>();

    private record Applied(Set<String> networks, Set<String> routers) {}

    private record Wanted(List<NetworkSpec> networks, List<RouterSpec> routers) {}

    public Provisioner(Store store, Host host) {
        this.store = store;
        this.host = host;
    }

    /** Networks and edge gateways that exist as long as the cloud does. */
    public synchronized void applyInfrastructure() {
        List<NetworkSpec> networks = store.read(s -> {
            List<NetworkSpec> all = new ArrayList<>();
            for (ExternalNetwork network : s.externalNetworks.values()) {
                Optional<NetworkSpec.Uplink> uplink = network.attachTo.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new NetworkSpec.Uplink(
                                network.scope.gateway() + "/" + network.scope.prefixLength(), network.attachTo));
                all.add(new NetworkSpec(network.id, network.name, uplink, MTU));
            }
            for (OrgNetwork network : s.orgNetworks.values()) {
                if (network.directId.isEmpty()) {
                    all.add(new NetworkSpec(network.id, network.name, Optional.empty(), MTU));
                }
            }
            return all;
        });
        networks.forEach(host::applyNetwork);
        store.read(s -> List.copyOf(s.edges.keySet())).forEach(this::applyEdge);
    }

    public synchronized void applyOrgNetwork(String networkId) {
        OrgNetwork network = store.read(s -> s.orgNetworks.get(networkId));
        if (network != null && network.directId.isEmpty()) {
            host.applyNetwork(new NetworkSpec(network.id, network.name, Optional.empty(), MTU));
        }
    }

    public synchronized void removeOrgNetwork(String networkId) {
        host.deleteNetwork(networkId);
    }

    public synchronized void applyEdge(String edgeId) {
        store.read(s -> {
                    EdgeGateway edge = s.edges.get(edgeId);
                    return edge == null ? Optional.<RouterSpec>empty() : Optional.of(EdgeRouters.of(s, edge));
                })
                .ifPresent(host::applyRouter);
    }

    /** Builds what a deployed vApp needs, or takes down what one that is not deployed left. */
    public synchronized void reconcile(String vappId) {
        Wanted wanted = store.update(s -> wanted(s, vappId));
        Applied before = applied.getOrDefault(vappId, new Applied(Set.of(), Set.of()));
        Set<String> networks = new HashSet<>();
        Set<String> routers = new HashSet<>();
        wanted.networks().forEach(n -> networks.add(n.id()));
        wanted.routers().forEach(r -> routers.add(r.id()));
        before.routers().stream().filter(id -> !routers.contains(id)).forEach(host::deleteRouter);
        before.networks().stream().filter(id -> !networks.contains(id)).forEach(host::deleteNetwork);
        Set<String> everyNetwork = new HashSet<>(before.networks());
        everyNetwork.addAll(networks);
        Set<String> everyRouter = new HashSet<>(before.routers());
        everyRouter.addAll(routers);
        // Noted before it is built, so that a failure half-way still leads to its removal later.
        applied.put(vappId, new Applied(everyNetwork, everyRouter));
        wanted.networks().forEach(host::applyNetwork);
        wanted.routers().forEach(host::applyRouter);
        if (networks.isEmpty() && routers.isEmpty()) {
            applied.remove(vappId);
        } else {
            applied.put(vappId, new Applied(networks, routers));
        }
    }

    private static Wanted wanted(CloudState s, String vappId) {
        VApp vapp = s.vapps.get(vappId);
        if (vapp == null || !s.deployed(vapp)) {
            return new Wanted(List.of(), List.of());
        }
        List<NetworkSpec> networks = new ArrayList<>();
        List<RouterSpec> routers = new ArrayList<>();
        for (VAppNetwork network : s.networksOf(vappId)) {
            if (network.fenceMode != FenceMode.BRIDGED) {
                takeAddresses(s, network);
                networks.add(new NetworkSpec(network.id, network.name, Optional.empty(), MTU));
                VAppRouters.of(s, network).ifPresent(routers::add);
            }
        }
        return new Wanted(networks, routers);
    }

    /** Gives the edge and every automatic one-to-one rule its address of the parent's pool. */
    private static void takeAddresses(CloudState s, VAppNetwork network) {
        Addresses.takeExternalIp(s, network);
        if (network.nat == null || !network.nat.enabled()) {
            return;
        }
        OrgNetwork parent = s.orgNetworks.get(network.parentId);
        List<VAppNetwork.NatRule> rules = new ArrayList<>(network.nat.rules());
        for (int i = 0; i < rules.size(); i++) {
            VAppNetwork.NatRule rule = rules.get(i);
            if (rule.oneToOne() && rule.externalIp().isEmpty()) {
                String address = Addresses.next(
                                s,
                                Addresses.segment(parent),
                                parent.scopes,
                                rules.stream()
                                        .map(VAppNetwork.NatRule::externalIp)
                                        .toList())
                        .orElseThrow(() -> Addresses.exhausted(parent.name));
                rules.set(i, rule.withExternalIp(address));
            }
        }
        network.nat = new VAppNetwork.NatService(
                network.nat.enabled(), network.nat.natType(), network.nat.policy(), List.copyOf(rules));
        showExternalAddresses(s, network);
    }

    /** A card's ExternalIpAddress is what its one-to-one rule gives. */
    private static void showExternalAddresses(CloudState s, VAppNetwork network) {
        for (Vm vm : s.vmsOf(network.ownerId)) {
            vm.nics.replaceAll(nic -> nic.network().equals(network.name)
                    ? nic.withExternalIp(network.nat.rules().stream()
                            .filter(r -> r.oneToOne() && r.vmLocalId().equals(vm.localId) && r.vmNic() == nic.index())
                            .map(VAppNetwork.NatRule::externalIp)
                            .findFirst()
                            .orElse(""))
                    : nic);
        }
    }

    /** Ids of everything that the state wants on the host now. */
    synchronized Map<String, Set<String>> owned() {
        return store.read(s -> {
            Set<String> networks = new HashSet<>(s.externalNetworks.keySet());
            networks.addAll(s.orgNetworks.keySet());
            Set<String> routers = new HashSet<>(s.edges.keySet());
            applied.values().forEach(a -> {
                networks.addAll(a.networks());
                routers.addAll(a.routers());
            });
            Set<String> disks = new HashSet<>();
            Set<String> vms = new HashSet<>();
            for (Vm vm : s.vms.values()) {
                vm.disks.forEach(d -> disks.add(d.diskId()));
                if (vm.poweredOn) {
                    vms.add(vm.id);
                }
            }
            Map<String, Set<String>> all = new LinkedHashMap<>();
            all.put("networks", networks);
            all.put("routers", routers);
            all.put("disks", disks);
            all.put("vms", vms);
            return all;
        });
    }
}
