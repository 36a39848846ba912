package org.stretchdeploy.director.internal.cloud;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Ipv4;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.VAppNetwork.FenceMode;
import org.stretchdeploy.director.internal.model.Vm;

/** Turns a vApp network and its services into the router that the host builds. Pure: state in, spec out. */
final class VAppRouters {
    private static final String OUTSIDE = "uplink";
    private static final String INSIDE = "internal";

    private VAppRouters() {}

    /** The router of a network; none for a bridged one, and for an isolated one only when it serves DHCP. */
    static Optional<RouterSpec> of(CloudState s, VAppNetwork network) {
        boolean dhcp = network.dhcp != null && network.dhcp.enabled() && network.dhcp.range() != null;
        return switch (network.fenceMode) {
            case BRIDGED -> Optional.empty();
            case ISOLATED -> dhcp ? Optional.of(isolated(network)) : Optional.empty();
            case NAT_ROUTED -> Optional.of(routed(s, network));
        };
    }

    private static RouterSpec isolated(VAppNetwork network) {
        return new RouterSpec(
                network.id,
                network.name,
                List.of(inside(network)),
                Optional.empty(),
                List.of(),
                new RouterSpec.Nat(false, false, List.of()),
                new RouterSpec.Firewall(false, true, false, List.of()),
                dhcp(network));
    }

    private static RouterSpec routed(CloudState s, VAppNetwork network) {
        OrgNetwork parent = s.orgNetworks.get(network.parentId);
        IpScope outer = parent.scope();
        Set<String> outside = new LinkedHashSet<>();
        outside.add(network.externalIp + "/" + outer.prefixLength());
        List<RouterSpec.NatEntry> entries = new ArrayList<>();
        if (network.nat.enabled()) {
            for (VAppNetwork.NatRule rule : network.nat.rules()) {
                entry(s, network, rule).ifPresent(e -> {
                    entries.add(e);
                    outside.add(e.externalAddress() + "/" + outer.prefixLength());
                });
            }
        }
        boolean masquerade = network.nat.enabled() && network.nat.policy().equals("allowTraffic");
        RouterSpec.Interface uplink = new RouterSpec.Interface(
                OUTSIDE,
                Addresses.segment(parent),
                mac(network.id + OUTSIDE),
                List.copyOf(outside),
                RouterSpec.Side.EXTERNAL);
        return new RouterSpec(
                network.id,
                network.name,
                List.of(uplink, inside(network)),
                Optional.of(outer.gateway()),
                routes(network),
                new RouterSpec.Nat(network.nat.enabled(), masquerade, entries),
                firewall(s, network),
                dhcp(network));
    }

    private static RouterSpec.Interface inside(VAppNetwork network) {
        IpScope scope = network.scopes.get(0);
        return new RouterSpec.Interface(
                INSIDE,
                network.id,
                mac(network.id + INSIDE),
                List.of(scope.gateway() + "/" + scope.prefixLength()),
                RouterSpec.Side.INTERNAL);
    }

    private static List<RouterSpec.StaticRoute> routes(VAppNetwork network) {
        if (network.routing == null || !network.routing.enabled()) {
            return List.of();
        }
        return network.routing.routes().stream()
                .map(r -> new RouterSpec.StaticRoute(r.network(), r.nextHop()))
                .toList();
    }

    private static Optional<RouterSpec.NatEntry> entry(CloudState s, VAppNetwork network, VAppNetwork.NatRule rule) {
        Optional<String> inner = nic(s, network, rule.vmLocalId(), rule.vmNic()).map(Nic::ip);
        if (!rule.enabled() || inner.isEmpty() || inner.get().isEmpty()) {
            return Optional.empty();
        }
        if (rule.oneToOne()) {
            if (rule.externalIp().isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new RouterSpec.NatEntry(
                    rule.id(), RouterSpec.NatKind.ONE_TO_ONE, "ANY", rule.externalIp(), "Any", inner.get(), "Any"));
        }
        String external = rule.externalIp().isEmpty() ? network.externalIp : rule.externalIp();
        return Optional.of(new RouterSpec.NatEntry(
                rule.id(),
                RouterSpec.NatKind.DNAT,
                rule.protocol().toUpperCase(Locale.ROOT),
                external,
                port(rule.externalPort()),
                inner.get(),
                port(rule.internalPort())));
    }

    private static String port(int port) {
        return port < 0 ? "Any" : Integer.toString(port);
    }

    private static Optional<Nic> nic(CloudState s, VAppNetwork network, String localId, int index) {
        return s.vmsOf(network.ownerId).stream()
                .filter(v -> v.localId.equals(localId))
                .flatMap((Vm v) -> v.nics.stream())
                .filter(n -> n.index() == index && n.network().equals(network.name))
                .findFirst();
    }

    private static RouterSpec.Firewall firewall(CloudState s, VAppNetwork network) {
        List<RouterSpec.FirewallEntry> entries = new ArrayList<>();
        for (VAppNetwork.FirewallRule rule : network.firewall.rules()) {
            if (!rule.enabled()) {
                continue;
            }
            Optional<String> source = end(s, network, rule.sourceVm(), rule.sourceIp());
            Optional<String> destination = end(s, network, rule.destinationVm(), rule.destinationIp());
            if (source.isPresent() && destination.isPresent()) {
                entries.add(new RouterSpec.FirewallEntry(
                        rule.id(),
                        rule.policy().equalsIgnoreCase("allow"),
                        protocols(rule),
                        source.get(),
                        ports(rule.sourcePortRange(), rule.sourcePort()),
                        destination.get(),
                        ports(rule.destinationPortRange(), rule.port()),
                        rule.matchOnTranslate(),
                        rule.log()));
            }
        }
        return new RouterSpec.Firewall(
                network.firewall.enabled(),
                network.firewall.defaultAction().equalsIgnoreCase("allow"),
                network.firewall.logDefaultAction(),
                entries);
    }

    private static Set<String> protocols(VAppNetwork.FirewallRule rule) {
        Set<String> all = new LinkedHashSet<>();
        rule.protocols().forEach(p -> all.add(p.toUpperCase(Locale.ROOT)));
        return all;
    }

    /** Absent when the rule names a machine that has no address now: such a rule matches nothing. */
    private static Optional<String> end(CloudState s, VAppNetwork network, VAppNetwork.VmEnd vm, String address) {
        if (vm == null) {
            return Optional.of(word(address));
        }
        return nic(s, network, vm.localId(), vm.nic())
                .map(n -> vm.ipType().equalsIgnoreCase("NAT") ? n.externalIp() : n.ip())
                .filter(a -> !a.isEmpty());
    }

    static String word(String address) {
        return switch (address.toLowerCase(Locale.ROOT)) {
            case "", "any" -> "Any";
            case "internal" -> "internal";
            case "external" -> "external";
            default -> address;
        };
    }

    static String ports(String range, String single) {
        if (!range.isEmpty()) {
            return range.equalsIgnoreCase("any") ? "Any" : range;
        }
        return single.isEmpty() || single.startsWith("-") || single.equalsIgnoreCase("any") ? "Any" : single;
    }

    private static List<RouterSpec.Dhcp> dhcp(VAppNetwork network) {
        VAppNetwork.DhcpService dhcp = network.dhcp;
        if (dhcp == null || !dhcp.enabled() || dhcp.range() == null) {
            return List.of();
        }
        IpScope scope = network.scopes.get(0);
        List<String> dns = Stream.of(dhcp.primaryNameServer(), dhcp.secondaryNameServer(), scope.dns1(), scope.dns2())
                .filter(a -> !a.isEmpty())
                .distinct()
                .toList();
        String router = dhcp.routerIp().isEmpty() && network.fenceMode == FenceMode.NAT_ROUTED
                ? scope.gateway()
                : dhcp.routerIp();
        String domain = dhcp.domainName().isEmpty() ? scope.dnsSuffix() : dhcp.domainName();
        return List.of(new RouterSpec.Dhcp(
                INSIDE,
                dhcp.range().start(),
                dhcp.range().end(),
                dhcp.subMask().isEmpty() ? Ipv4.netmask(scope.prefixLength()) : dhcp.subMask(),
                Optional.of(router).filter(r -> !r.isEmpty()),
                dns,
                Optional.of(domain).filter(d -> !d.isEmpty()),
                dhcp.defaultLeaseTime(),
                Map.of()));
    }

    /** A stable, locally administered address for a router's interface. */
    static String mac(String seed) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(seed.getBytes(StandardCharsets.UTF_8));
            return String.format(
                    "02:%02x:%02x:%02x:%02x:%02x",
                    hash[0] & 0xff, hash[1] & 0xff, hash[2] & 0xff, hash[3] & 0xff, hash[4] & 0xff);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java", e);
        }
    }
}
