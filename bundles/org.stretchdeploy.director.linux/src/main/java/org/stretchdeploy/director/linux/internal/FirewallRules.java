package org.stretchdeploy.director.linux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.RouterSpec.FirewallEntry;
import org.stretchdeploy.director.linux.internal.Ipv4.Range;

/** Translates firewall entries to nftables statements, in their order; the first match decides. */
final class FirewallRules {
    private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "ICMP", "ANY");

    private FirewallRules() {}

    /** Statements of the chain that both forwarded packets and those for the router itself go through. */
    static List<String> rules(RouterSpec router) {
        List<String> rules = new ArrayList<>();
        if (!router.firewall().enabled()) {
            return rules;
        }
        for (FirewallEntry entry : router.firewall().entries()) {
            for (String match : matches(entry)) {
                if (entry.log()) {
                    rules.add(match + log(entry.id()));
                }
                rules.add(match + (entry.allow() ? "accept" : "drop"));
            }
        }
        if (router.firewall().logDefault()) {
            rules.add(log("default"));
        }
        return rules;
    }

    /** What becomes of a packet that no rule matched. */
    static String verdict(RouterSpec router) {
        return !router.firewall().enabled() || router.firewall().defaultAllow() ? "accept" : "drop";
    }

    private static String log(String id) {
        String word = id == null ? "" : id.replaceAll("[^A-Za-z0-9._:-]", "_");
        word = word.length() <= 48 ? word : word.substring(0, 48);
        return "limit rate 20/second log prefix \"firewall rule=" + word + " \"";
    }

    /** One match per kind of protocol, because only TCP and UDP have ports. */
    private static List<String> matches(FirewallEntry entry) {
        Set<String> protocols = protocols(entry);
        Optional<Ports> sourcePort = Ports.parse(entry.sourcePort());
        Optional<Ports> destinationPort = Ports.parse(entry.destinationPort());
        boolean ports = sourcePort.isPresent() || destinationPort.isPresent();
        String addresses = address("iifname", "ip saddr", entry.source()) + destination(entry);
        if (protocols.contains("ANY")) {
            if (!ports) {
                return List.of(addresses);
            }
            protocols = Set.of("TCP", "UDP");
        }
        List<String> matches = new ArrayList<>();
        Set<String> transports = new TreeSet<>(protocols);
        transports.remove("ICMP");
        if (!transports.isEmpty()) {
            String list = String.join(", ", transports).toLowerCase(Locale.ROOT);
            String original = entry.matchOnTranslate() ? "th dport " : "ct original proto-dst ";
            matches.add(addresses + "meta l4proto { " + list + " } "
                    + sourcePort.map(p -> "th sport " + p + " ").orElse("")
                    + destinationPort.map(p -> original + p + " ").orElse(""));
        }
        if (protocols.contains("ICMP")) {
            matches.add(addresses + "ip protocol icmp ");
        }
        return matches;
    }

    private static Set<String> protocols(FirewallEntry entry) {
        Set<String> protocols = new TreeSet<>();
        for (String word : entry.protocols()) {
            String protocol = word.strip().toUpperCase(Locale.ROOT);
            if (!PROTOCOLS.contains(protocol)) {
                throw new HostException("Firewall rule " + entry.id() + ": unknown protocol '" + word + "'");
            }
            protocols.add(protocol);
        }
        return protocols.isEmpty() ? Set.of("ANY") : protocols;
    }

    private static String destination(FirewallEntry entry) {
        return address("oifname", entry.matchOnTranslate() ? "ip daddr" : "ct original ip daddr", entry.destination());
    }

    private static String address(String interfaceMatch, String addressMatch, String text) {
        String word = text == null ? "" : text.strip();
        switch (word.toLowerCase(Locale.ROOT)) {
            case "", "any":
                return "";
            case "internal", "external":
                return interfaceMatch + " @" + word.toLowerCase(Locale.ROOT) + " ";
            default:
                List<Range> ranges = Ipv4.ranges(word);
                if (ranges.size() == 1 && ranges.get(0).single()) {
                    return addressMatch + " " + ranges.get(0) + " ";
                }
                return addressMatch + " { "
                        + ranges.stream()
                                .map(Range::toString)
                                .reduce((a, b) -> a + ", " + b)
                                .orElseThrow() + " } ";
        }
    }
}
