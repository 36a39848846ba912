package org.stretchdeploy.director.linux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.RouterSpec.NatEntry;
import org.stretchdeploy.director.linux.internal.Ipv4.Range;

/**
 * Translates NAT entries to nftables statements. The kernel takes the first matching statement of a NAT chain and
 * remembers its choice per connection, so the order of the entries is the order of evaluation and a later change does
 * not touch connections that exist.
 */
final class NatRules {
    /** Ranges of ports that move to other numbers become one statement per port, up to this many. */
    private static final int SHIFTED_PORTS_LIMIT = 512;

    private NatRules() {}

    /** Statements for the prerouting chain. */
    static List<String> destination(RouterSpec router) {
        List<String> rules = new ArrayList<>();
        if (!router.nat().enabled()) {
            return rules;
        }
        for (NatEntry entry : router.nat().entries()) {
            switch (entry.kind()) {
                case DNAT -> rules.addAll(destination(entry));
                case ONE_TO_ONE ->
                    rules.add("ip daddr " + single(entry.externalAddress(), entry) + " dnat to "
                            + single(entry.internalAddress(), entry));
                case SNAT -> {}
            }
        }
        return rules;
    }

    private static List<String> destination(NatEntry entry) {
        List<String> rules = new ArrayList<>();
        String match = "ip daddr " + Ipv4.range(entry.externalAddress()) + " ";
        String target = "dnat to " + Ipv4.range(entry.internalAddress());
        String protocol = protocol(entry.protocol());
        Optional<Ports> external = Ports.parse(entry.externalPort());
        Optional<Ports> internal = Ports.parse(entry.internalPort());
        if (protocol.equals("ICMP")) {
            return List.of(match + "ip protocol icmp " + target);
        }
        if (protocol.equals("ANY") && external.isEmpty() && internal.isEmpty()) {
            return List.of(match + target);
        }
        for (String transport : transports(protocol)) {
            if (external.isEmpty()) {
                String to = internal.map(ports -> ":" + ports).orElse("");
                rules.add(match + "meta l4proto " + transport + " " + target + to);
            } else {
                rules.addAll(ports(entry, match, transport, external.get(), internal, target));
            }
        }
        return rules;
    }

    private static List<String> ports(
            NatEntry entry, String match, String transport, Ports external, Optional<Ports> internal, String target) {
        String matchPorts = match + transport + " dport ";
        if (internal.isEmpty() || internal.get().equals(external)) {
            return List.of(matchPorts + external + " " + target);
        }
        if (internal.get().single()) {
            return List.of(matchPorts + external + " " + target + ":" + internal.get());
        }
        if (internal.get().size() != external.size() || external.size() > SHIFTED_PORTS_LIMIT) {
            throw new HostException("NAT rule " + entry.id() + ": ports " + external + " cannot be mapped to "
                    + internal.get() + "; the ranges must be equally long, at most " + SHIFTED_PORTS_LIMIT);
        }
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < external.size(); i++) {
            rules.add(matchPorts + (external.first() + i) + " " + target + ":"
                    + (internal.get().first() + i));
        }
        return rules;
    }

    /** Statements for the postrouting chain. */
    static List<String> source(RouterSpec router) {
        List<String> rules = new ArrayList<>(hairpin(router));
        if (!router.nat().enabled()) {
            return List.of();
        }
        for (NatEntry entry : router.nat().entries()) {
            switch (entry.kind()) {
                case SNAT -> rules.addAll(source(entry));
                case ONE_TO_ONE ->
                    rules.add("oifname @external ip saddr " + single(entry.internalAddress(), entry) + " snat to "
                            + single(entry.externalAddress(), entry));
                case DNAT -> {}
            }
        }
        if (router.nat().masquerade()) {
            for (RouterSpec.Interface external : externals(router)) {
                external.addresses().stream()
                        .findFirst()
                        .ifPresent(address -> rules.add("oifname \"" + Names.interfaceName(external.name())
                                + "\" snat to " + Ipv4.format(Ipv4.cidr(address).address())));
            }
        }
        return rules;
    }

    private static List<String> source(NatEntry entry) {
        String protocol = protocol(entry.protocol());
        String match = "oifname @external " + address("saddr", entry.internalAddress());
        String target = "snat to " + Ipv4.range(entry.externalAddress());
        return switch (protocol) {
            case "ANY" -> List.of(match + target);
            case "ICMP" -> List.of(match + "ip protocol icmp " + target);
            default ->
                transports(protocol).stream()
                        .map(transport -> match + "meta l4proto " + transport + " "
                                + Ports.parse(entry.internalPort())
                                        .map(ports -> transport + " sport " + ports + " ")
                                        .orElse("")
                                + target)
                        .toList();
        };
    }

    /**
     * An inside client that asks for an external address of ours ends at a machine of its own subnet; the answer must
     * come back through the router, so the client's address is hidden.
     */
    private static List<String> hairpin(RouterSpec router) {
        List<String> rules = new ArrayList<>();
        for (RouterSpec.Interface inside : router.interfaces()) {
            if (inside.side() == RouterSpec.Side.INTERNAL) {
                for (String address : inside.addresses()) {
                    rules.add("oifname \"" + Names.interfaceName(inside.name()) + "\" ip saddr "
                            + Ipv4.cidr(address).subnetText() + " ct status dnat masquerade");
                }
            }
        }
        return rules;
    }

    private static String address(String field, String text) {
        return text == null || text.isBlank() || text.equalsIgnoreCase("any")
                ? ""
                : "ip " + field + " " + Ipv4.range(text) + " ";
    }

    static List<RouterSpec.Interface> externals(RouterSpec router) {
        return router.interfaces().stream()
                .filter(i -> i.side() == RouterSpec.Side.EXTERNAL)
                .toList();
    }

    private static String single(String text, NatEntry entry) {
        Range range = Ipv4.range(text);
        if (!range.single()) {
            throw new HostException("NAT rule " + entry.id() + ": '" + text + "' must be one address");
        }
        return range.toString();
    }

    private static String protocol(String text) {
        String word = text == null || text.isBlank() ? "ANY" : text.strip().toUpperCase(Locale.ROOT);
        return switch (word) {
            case "TCP", "UDP", "TCP_UDP", "ICMP", "ANY" -> word;
            default -> throw new HostException("'" + text + "' is not a protocol that NAT knows");
        };
    }

    private static List<String> transports(String protocol) {
        return switch (protocol) {
            case "TCP" -> List.of("tcp");
            case "UDP" -> List.of("udp");
            default -> List.of("tcp", "udp");
        };
    }
}
