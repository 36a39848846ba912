package org.stretchdeploy.stretch.internal.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;

/** The prechecks about networks, what leads out of them, and addresses. Pure functions of the survey. */
final class NetworkPrechecks {
    /** A VM has at most ten NICs in Cloud Director; the appliance needs one for its uplink. */
    private static final int MOST_NETWORKS = 9;

    private NetworkPrechecks() {}

    static void networks(Survey s, Consumer<Finding> out) {
        String cloud = s.source().cloud();
        for (Vm vm : s.vms()) {
            if (vm.nics().stream().noneMatch(n -> !n.network().isEmpty())) {
                Prechecks.block(
                        out,
                        "no-network",
                        cloud,
                        vm.name(),
                        "The VM is on no network.",
                        "Connect it to a routed vApp network, or move it by ordinary means.");
            }
        }
        for (String name : s.networkNames()) {
            Optional<VAppNetwork> network = s.vApp().network(name);
            if (network.filter(n -> n.fenceMode() != VAppNetwork.FenceMode.BRIDGED)
                    .isEmpty()) {
                Prechecks.block(
                        out,
                        "network-not-routed",
                        cloud,
                        name,
                        "The network is "
                                + network.map(n -> n.fenceMode().name().toLowerCase(Locale.ROOT))
                                        .orElse("unknown")
                                + "; only routed and isolated vApp networks can be stretched.",
                        "Move the VM to a routed or isolated network of its vApp.");
            } else if (s.stretch().isEmpty()
                    && network.get().fenceMode() == VAppNetwork.FenceMode.NAT_ROUTED
                    && Planner.targetGateway(s, network.get()).isEmpty()) {
                Prechecks.block(
                        out,
                        "no-free-gateway-address",
                        cloud,
                        name,
                        "The subnet has no free address for the target's edge outside of the static pool.",
                        "Free an address of the subnet.");
            }
        }
        if (s.stretch().isEmpty() && s.networkNames().size() > MOST_NETWORKS) {
            Prechecks.block(
                    out,
                    "too-many-networks",
                    cloud,
                    s.vApp().name(),
                    "The VMs are on " + s.networkNames().size() + " networks. An edge appliance has at most "
                            + (MOST_NETWORKS + 1) + " NICs, one of them for its uplink, so it stretches at most "
                            + MOST_NETWORKS + ".",
                    "Move fewer VMs, or connect them to fewer networks.");
        }
        s.stretch().ifPresent(stretch -> s.networkNames().stream()
                .filter(n -> stretch.deploy().networks().stream()
                        .noneMatch(p -> p.name().equals(n)))
                .forEach(n -> Prechecks.block(
                        out,
                        "network-not-stretched",
                        cloud,
                        n,
                        "The vApp is stretched already, but not this network.",
                        "Bring the stretched VMs back, then deploy all VMs together.")));
    }

    static void uplinks(Survey s, Consumer<Finding> out) {
        if (s.stretch().isPresent()) {
            return;
        }
        uplink(s.source(), s.request().sourceUplink(), "sourceUplink", TunnelPlanner.appliances(s, Side.SOURCE), out);
        if (s.target().vdc().isPresent()) {
            // beside the appliance each edge of a routed vApp network takes an address of the network above it
            int needed = TunnelPlanner.appliances(s, Side.TARGET) + routed(s);
            uplink(s.target(), s.request().targetUplink(), "targetUplink", needed, out);
            s.target()
                    .uplink()
                    .filter(u -> s.networkNames().contains(u.name()))
                    .ifPresent(u -> Prechecks.block(
                            out,
                            "uplink-name-taken",
                            s.target().cloud(),
                            u.name(),
                            "The uplink network has the name of a network that is to be stretched.",
                            "Name another uplink with targetUplink."));
            if (TunnelPlanner.listener(s).isEmpty()
                    && s.target().uplink().isPresent()
                    && s.source().uplink().isPresent()) {
                Prechecks.block(
                        out,
                        "no-tunnel-path",
                        "",
                        "edge to edge",
                        "Neither side has an edge gateway with an external address and a free port to listen on.",
                        "Give one of the edge gateways an external address.");
            }
        }
        s.source().uplink().flatMap(u -> s.vApp().network(u.name())).ifPresent(clash -> {
            boolean same = clash.fenceMode() == VAppNetwork.FenceMode.BRIDGED
                    && clash.parent().equals(s.source().uplink().map(OrgVdcNetwork::name));
            if (!same) {
                Prechecks.block(
                        out,
                        "uplink-name-taken",
                        s.source().cloud(),
                        clash.name(),
                        "The vApp has another network with the name of the uplink network.",
                        "Name another uplink with sourceUplink.");
            }
        });
    }

    private static int routed(Survey s) {
        return (int) s.networkNames().stream()
                .flatMap(n -> s.vApp().network(n).stream())
                .filter(n -> n.fenceMode() == VAppNetwork.FenceMode.NAT_ROUTED)
                .count();
    }

    private static void uplink(
            Survey.Site site, Optional<String> wanted, String key, int needed, Consumer<Finding> out) {
        if (site.uplink().isEmpty()) {
            Prechecks.block(
                    out,
                    "no-uplink",
                    site.cloud(),
                    wanted.orElse("organization VDC network"),
                    "There is no such organization VDC network for the edge appliance to reach the outside by.",
                    "Name a routed or direct network with " + key + ".");
        } else if (site.uplink().get().freeAddresses() < needed) {
            Prechecks.block(
                    out,
                    "no-uplink-address",
                    site.cloud(),
                    site.uplink().get().name(),
                    "The edge appliances and the vApp's edges need " + needed + " addresses of its static pool, "
                            + site.uplink().get().freeAddresses() + " are left.",
                    "Extend the pool or name another network with " + key + ".");
        }
    }

    static void conflicts(Survey s, Consumer<Finding> out) {
        for (Vm vm : s.vms()) {
            for (Vm.Nic nic : vm.nics()) {
                String user = s.target().macs().get(nic.mac().toLowerCase(Locale.ROOT));
                if (user != null) {
                    Prechecks.block(
                            out,
                            "duplicate-mac",
                            s.target().cloud(),
                            vm.name(),
                            "Its MAC address " + nic.mac() + " is in use at the target by " + user + ".",
                            "Give one of them another MAC address, or delete the old copy.");
                }
            }
        }
        for (String name : s.networkNames()) {
            Optional<Subnet> stretched = s.vApp().network(name).flatMap(VAppNetwork::subnet);
            Optional<Subnet> uplink = s.target().uplink().flatMap(OrgVdcNetwork::subnet);
            if (stretched.isPresent()
                    && uplink.isPresent()
                    && Ipv4.overlap(
                            stretched.get().gateway(),
                            stretched.get().prefixLength(),
                            uplink.get().gateway(),
                            uplink.get().prefixLength())) {
                Prechecks.block(
                        out,
                        "overlapping-subnet",
                        s.target().cloud(),
                        s.target().uplink().get().name(),
                        "Its subnet overlaps that of the network " + name + " that is to be stretched.",
                        "Name another uplink with targetUplink.");
            }
        }
    }
}
