package org.stretchdeploy.director.linux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.NetworkSpec;
import org.stretchdeploy.director.linux.internal.Namespaces.Link;

/**
 * Networks are bridges in the fabric namespace. The bridge carries the director's id as its alias, so that the kernel
 * itself says which networks exist. An external network has one more port: a pair of links whose other end is in the
 * namespace that plays the outside world.
 */
final class Networks {
    private final Names names;
    private final Namespaces namespaces;

    Networks(Names names, Namespaces namespaces) {
        this.names = names;
        this.namespaces = namespaces;
    }

    void ensureFabric() {
        namespaces.ensure(names.fabric(), List.of("net.ipv4.ip_forward=0"));
    }

    synchronized void apply(NetworkSpec network) {
        String bridge = names.bridge(Names.id(network.id()));
        if (network.mtu() < 1280 || network.mtu() > 9000) {
            throw new HostException("Network " + network.name() + ": the MTU must be between 1280 and 9000");
        }
        ensureFabric();
        List<Link> links = namespaces.links(names.fabric());
        Optional<Link> present = find(links, bridge);
        List<String> commands = new ArrayList<>();
        if (present.isEmpty()) {
            // No spanning tree (its delay would look like an outage) and no snooping (the tunnel must see all groups).
            commands.add("link add " + bridge + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
            commands.add("link set " + bridge + " alias " + network.id());
        }
        if (present.isEmpty()
                || present.get().mtu() != network.mtu()
                || !present.get().up()) {
            links.stream()
                    .filter(link -> link.master().equals(Optional.of(bridge)))
                    .forEach(link -> commands.add("link set " + link.name() + " mtu " + network.mtu()));
            commands.add("link set " + bridge + " mtu " + network.mtu() + " up");
        }
        namespaces.ip(names.fabric(), commands);
        uplink(network, links);
    }

    private void uplink(NetworkSpec network, List<Link> links) {
        String port = names.uplink(network.id());
        boolean connected = find(links, port).isPresent();
        if (network.uplink().isEmpty()) {
            if (connected) {
                namespaces.ip(names.fabric(), "link del " + port);
            }
            return;
        }
        String outside = Names.namespace(network.uplink().get().attachTo());
        String gateway = Ipv4.cidr(network.uplink().get().gateway()).toString();
        if (!namespaces.exists(outside)) {
            throw new HostException("Network " + network.name() + ": there is no network namespace '" + outside
                    + "' to attach the outside to");
        }
        if (connected && namespaces.link(outside, port).isEmpty()) {
            namespaces.ip(names.fabric(), "link del " + port);
            connected = false;
        }
        if (!connected) {
            namespaces.ip(
                    names.fabric(),
                    List.of(
                            "link add " + port + " mtu " + network.mtu() + " type veth peer name " + port + " mtu "
                                    + network.mtu() + " netns " + outside,
                            "link set " + port + " master " + names.bridge(network.id()),
                            "link set " + port + " up"));
        }
        List<String> current = namespaces.addresses(outside, port);
        List<String> commands = new ArrayList<>();
        commands.add("link set " + port + " mtu " + network.mtu() + " up");
        if (!current.equals(List.of(gateway))) {
            current.forEach(address -> commands.add("addr del " + address + " dev " + port));
            commands.add("addr add " + gateway + " dev " + port);
        }
        namespaces.ip(outside, commands);
    }

    synchronized void delete(String networkId) {
        if (!namespaces.exists(names.fabric())) {
            return;
        }
        List<Link> links = namespaces.links(names.fabric());
        for (String link : List.of(names.uplink(Names.id(networkId)), names.bridge(networkId))) {
            if (find(links, link).isPresent()) {
                namespaces.ip(names.fabric(), "link del " + link);
            }
        }
    }

    Set<String> inventory() {
        Set<String> ids = new TreeSet<>();
        if (namespaces.exists(names.fabric())) {
            namespaces.links(names.fabric()).stream()
                    .filter(link -> link.alias()
                            .map(id -> link.name().equals(names.bridge(id)))
                            .orElse(false))
                    .forEach(link -> ids.add(link.alias().orElseThrow()));
        }
        return ids;
    }

    /** The bridge of a network that must exist, and its MTU. */
    Link bridge(String networkId) {
        ensureFabric();
        return namespaces
                .link(names.fabric(), names.bridge(Names.id(networkId)))
                .orElseThrow(() -> new HostException("Network " + networkId + " does not exist on this host"));
    }

    /**
     * Commands that put a port of the fabric on its network and set its state; a port that is down passes nothing in
     * either direction, whatever the guest does.
     */
    List<String> plug(String port, Optional<String> networkId, boolean connected) {
        List<String> commands = new ArrayList<>();
        if (!connected || networkId.isEmpty()) {
            commands.add("link set " + port + " down");
        }
        if (networkId.isPresent()) {
            Link bridge = bridge(networkId.get());
            commands.add("link set " + port + " mtu " + bridge.mtu() + " master " + bridge.name());
            if (connected) {
                commands.add("link set " + port + " up");
            }
        } else {
            commands.add("link set " + port + " nomaster");
        }
        return commands;
    }

    static Optional<Link> find(List<Link> links, String name) {
        return links.stream().filter(link -> link.name().equals(name)).findFirst();
    }
}
