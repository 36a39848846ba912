package org.stretchdeploy.director.linux.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.linux.internal.Ipv4.Cidr;
import org.stretchdeploy.director.linux.internal.Ipv4.Range;
import org.stretchdeploy.director.linux.internal.Namespaces.Link;

/**
 * Routers are namespaces with one link per interface into the fabric. A router is compared with what the kernel has and
 * only the difference is changed, so that applying the same router again disturbs nothing.
 */
final class Routers {
    /** Answer for an address only on its own interface; announce new addresses; forward leniently after a restart. */
    private static final List<String> SETTINGS = List.of(
            "net.ipv4.ip_forward=1",
            "net.ipv4.conf.all.rp_filter=0",
            "net.ipv4.conf.default.rp_filter=0",
            "net.ipv4.conf.all.arp_ignore=1",
            "net.ipv4.conf.all.arp_notify=1",
            "net.ipv4.conf.default.arp_notify=1",
            // Removing an interface's first address must not take the others of its subnet along.
            "net.ipv4.conf.all.promote_secondaries=1",
            "net.ipv4.conf.default.promote_secondaries=1",
            "net.ipv4.conf.all.send_redirects=0",
            "net.ipv4.conf.default.send_redirects=0");

    private static final int EXTRA_ADDRESSES_LIMIT = 256;

    private final Names names;
    private final Namespaces namespaces;
    private final Networks networks;
    private final Commands commands;
    private final DhcpServers dhcpServers;

    Routers(Names names, Namespaces namespaces, Networks networks, Commands commands, DhcpServers dhcpServers) {
        this.names = names;
        this.namespaces = namespaces;
        this.networks = networks;
        this.commands = commands;
        this.dhcpServers = dhcpServers;
    }

    void apply(RouterSpec router) {
        String namespace = names.router(Names.id(router.id()));
        // Everything that can be wrong with the value is found before anything is changed.
        String rules = NftCompiler.compile(router);
        Map<String, Set<String>> addresses = addresses(router);
        Map<String, String> routes = routes(router);
        String dhcp = dhcpServers.check(router.id(), router.dhcp());
        router.interfaces().forEach(i -> networks.bridge(i.networkId()));

        namespaces.ensure(namespace, SETTINGS);
        loadRules(namespace, router, rules);
        links(namespace, router);
        addresses.forEach((name, wanted) -> applyAddresses(namespace, name, wanted));
        applyRoutes(namespace, routes);
        dhcpServers.apply(router.id(), namespace, dhcp);
    }

    private void loadRules(String namespace, RouterSpec router, String rules) {
        boolean loaded = commands.attempt(namespaces.inside(
                        namespace, "nft", "list", "chain", "ip", NftCompiler.TABLE, NftCompiler.marker(router)))
                .ok();
        if (!loaded) {
            commands.runWithInput(rules, namespaces.inside(namespace, "nft", "-f", "-"));
            // Known only once connection tracking is in use; a stream that moved may look odd to a strict window check.
            commands.attempt(
                    namespaces.inside(namespace, "sysctl", "-q", "-w", "net.netfilter.nf_conntrack_tcp_be_liberal=1"));
        }
    }

    private void links(String namespace, RouterSpec router) {
        List<Link> inside = namespaces.links(namespace);
        List<Link> fabric = namespaces.links(names.fabric());
        Set<String> wanted =
                router.interfaces().stream().map(RouterSpec.Interface::name).collect(Collectors.toSet());
        for (Link link : inside) {
            if (!link.name().equals("lo") && !wanted.contains(link.name())) {
                namespaces.ip(namespace, "link del " + link.name());
            }
        }
        for (RouterSpec.Interface wish : router.interfaces()) {
            link(namespace, router.id(), wish, Networks.find(inside, wish.name()), fabric);
        }
    }

    private void link(
            String namespace, String routerId, RouterSpec.Interface wish, Optional<Link> inside, List<Link> fabric) {
        String port = names.routerPort(routerId, wish.name());
        String mac = Names.mac(wish.macAddress());
        Link bridge = networks.bridge(wish.networkId());
        Optional<Link> outside = Networks.find(fabric, port);
        if (inside.isEmpty() || outside.isEmpty()) {
            if (outside.isPresent()) {
                namespaces.ip(names.fabric(), "link del " + port);
            }
            if (inside.isPresent()) {
                namespaces.ip(namespace, "link del " + wish.name());
            }
            namespaces.ip(
                    namespace,
                    "link add " + wish.name() + " mtu " + bridge.mtu() + " address " + mac + " type veth peer name "
                            + port + " mtu " + bridge.mtu() + " netns " + names.fabric());
            namespaces.ip(names.fabric(), List.of("link set " + port + " master " + bridge.name() + " up"));
            namespaces.ip(namespace, "link set " + wish.name() + " up");
            return;
        }
        if (!inside.get().mac().equalsIgnoreCase(mac)
                || inside.get().mtu() != bridge.mtu()
                || !inside.get().up()) {
            namespaces.ip(namespace, "link set " + wish.name() + " address " + mac + " mtu " + bridge.mtu() + " up");
        }
        boolean plugged = outside.get().master().equals(Optional.of(bridge.name()))
                && outside.get().mtu() == bridge.mtu()
                && outside.get().up();
        if (!plugged) {
            namespaces.ip(names.fabric(), networks.plug(port, Optional.of(wish.networkId()), true));
        }
    }

    /** Wanted addresses of each interface: its own, then those that NAT answers for, as host addresses. */
    private static Map<String, Set<String>> addresses(RouterSpec router) {
        Map<String, Set<String>> wanted = new TreeMap<>();
        for (RouterSpec.Interface wish : router.interfaces()) {
            Set<String> own = new LinkedHashSet<>();
            wish.addresses().forEach(address -> own.add(Ipv4.cidr(address).toString()));
            if (wanted.put(Names.interfaceName(wish.name()), own) != null) {
                throw new HostException("Router " + router.name() + " has two interfaces named " + wish.name());
            }
        }
        List<RouterSpec.Interface> externals = NatRules.externals(router);
        if (!router.nat().enabled() || externals.isEmpty()) {
            return wanted;
        }
        Set<Long> own = router.interfaces().stream()
                .flatMap(i -> i.addresses().stream())
                .map(address -> Ipv4.cidr(address).address())
                .collect(Collectors.toSet());
        for (RouterSpec.NatEntry entry : router.nat().entries()) {
            Range range = Ipv4.range(entry.externalAddress());
            if (range.size() > EXTRA_ADDRESSES_LIMIT) {
                throw new HostException("NAT rule " + entry.id() + ": " + range + " has more than "
                        + EXTRA_ADDRESSES_LIMIT + " addresses");
            }
            for (long address = range.first(); address <= range.last(); address++) {
                if (!own.contains(address)) {
                    wanted.get(holder(externals, address)).add(Ipv4.format(address) + "/32");
                }
            }
        }
        return wanted;
    }

    private static String holder(List<RouterSpec.Interface> externals, long address) {
        return externals.stream()
                .filter(i -> i.addresses().stream().map(Ipv4::cidr).anyMatch(own -> own.subnet()
                        .contains(address)))
                .findFirst()
                .orElse(externals.get(0))
                .name();
    }

    private void applyAddresses(String namespace, String name, Set<String> wanted) {
        List<String> present = namespaces.addresses(namespace, name);
        List<String> lines = new ArrayList<>();
        for (String address : present) {
            if (!wanted.contains(address)) {
                lines.add("addr del " + address + " dev " + name);
            }
        }
        for (String address : wanted) {
            if (!present.contains(address)) {
                lines.add("addr add " + address + " dev " + name);
            }
        }
        namespaces.ip(namespace, lines);
    }

    /** Destination to next hop. */
    private static Map<String, String> routes(RouterSpec router) {
        Map<String, String> routes = new TreeMap<>();
        router.defaultGateway().ifPresent(hop -> routes.put("default", Ipv4.format(Ipv4.parse(hop))));
        for (RouterSpec.StaticRoute route : router.routes()) {
            Cidr network = Ipv4.cidr(route.network());
            routes.put(
                    network.length() == 0
                            ? "default"
                            : network.length() == 32 ? Ipv4.format(network.address()) : network.subnetText(),
                    Ipv4.format(Ipv4.parse(route.nextHop())));
        }
        return routes;
    }

    private void applyRoutes(String namespace, Map<String, String> wanted) {
        Map<String, String> present = new TreeMap<>();
        for (JsonNode route :
                namespaces.query(List.of("ip", "-n", namespace, "-j", "-4", "route", "show", "proto", "static"))) {
            present.put(route.path("dst").asText(), route.path("gateway").asText());
        }
        List<String> lines = new ArrayList<>();
        for (String network : present.keySet()) {
            if (!wanted.containsKey(network)) {
                lines.add("route del " + network + " proto static");
            }
        }
        wanted.forEach((network, hop) -> {
            if (!hop.equals(present.get(network))) {
                lines.add("route replace " + network + " via " + hop + " proto static");
            }
        });
        namespaces.ip(namespace, lines);
    }

    void delete(String routerId) {
        String namespace = names.router(Names.id(routerId));
        dhcpServers.delete(routerId, namespace);
        namespaces.delete(namespace);
    }

    Set<String> inventory(Set<String> known) {
        Set<String> ids = new TreeSet<>();
        known.stream().filter(id -> namespaces.exists(names.router(id))).forEach(ids::add);
        return ids;
    }
}
