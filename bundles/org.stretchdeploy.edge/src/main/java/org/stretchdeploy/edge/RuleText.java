package org.stretchdeploy.edge;

import java.util.Locale;
import org.stretchdeploy.api.edge.EdgeServices.Dhcp;
import org.stretchdeploy.api.edge.EdgeServices.Firewall;
import org.stretchdeploy.api.edge.EdgeServices.Nat;
import org.stretchdeploy.api.edge.EdgeServices.StaticRoute;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

/** Rules as people read them, one line each: {@code DNAT tcp 203.0.113.10:443 -> 10.1.0.30:443  "web"}. */
public final class RuleText {
    private RuleText() {}

    /** DNAT reads from outside to inside, SNAT from inside to outside, one-to-one both ways. */
    public static String of(NatRule rule) {
        String outside = endpoint(rule.externalAddress(), rule.externalPort(), "(chosen)");
        String inside = rule.vm()
                .map(nic -> nic.vm() + "#" + nic.nicIndex() + port(rule.internalPort()))
                .orElseGet(() -> endpoint(rule.internalAddress(), rule.internalPort(), "any"));
        String body =
                switch (rule.type()) {
                    case DNAT -> "DNAT " + protocol(rule.protocol()) + outside + " -> " + inside;
                    case SNAT -> "SNAT " + protocol(rule.protocol()) + inside + " -> " + outside;
                    case ONE_TO_ONE -> "NAT 1:1 " + outside + " <-> " + inside;
                };
        String match =
                switch (rule.firewallMatch()) {
                    case MATCH_INTERNAL_ADDRESS -> "";
                    case MATCH_EXTERNAL_ADDRESS -> " match-external";
                    case BYPASS -> " bypass-firewall";
                };
        return body + match + tail(rule.enabled(), rule.name());
    }

    public static String of(FirewallRule rule) {
        return "firewall " + Words.lower(rule.policy()) + " " + Words.protocols(rule.protocols()) + " "
                + endpoint(rule.source(), rule.sourcePort(), "any") + " -> "
                + endpoint(rule.destination(), rule.destinationPort(), "any") + (rule.log() ? " log" : "")
                + tail(rule.enabled(), rule.name());
    }

    public static String of(Dhcp dhcp) {
        return "DHCP on " + Words.name(dhcp.network()) + " " + Words.name(dhcp.firstAddress()) + "-"
                + Words.name(dhcp.lastAddress()) + " lease " + dhcp.defaultLeaseSeconds() + "/" + dhcp.maxLeaseSeconds()
                + " s" + (dhcp.enabled() ? "" : " (off)");
    }

    public static String of(StaticRoute route) {
        return "route " + Words.address(route.network()) + " via " + Words.address(route.nextHop())
                + tail(true, route.name());
    }

    public static String settings(Firewall firewall) {
        return "firewall " + (firewall.enabled() ? "on" : "off") + ", unmatched packets: "
                + Words.lower(firewall.defaultPolicy()) + (firewall.logDefault() ? ", logged" : "");
    }

    public static String settings(Nat nat) {
        return "NAT " + (nat.enabled() ? "on" : "off") + (Words.name(nat.type()).isEmpty() ? "" : ", " + nat.type())
                + (nat.masquerade() ? ", masquerade" : "");
    }

    private static String tail(boolean enabled, String name) {
        String clean = Words.name(name);
        return (enabled ? "" : " (off)") + (clean.isEmpty() ? "" : "  \"" + clean + "\"");
    }

    private static String protocol(String protocol) {
        String folded = Words.protocol(protocol).toLowerCase(Locale.ROOT);
        return folded.equals(Words.ANY) ? "" : folded.replace('_', '+') + " ";
    }

    private static String endpoint(String address, String port, String nothing) {
        String shown = address == null || address.isBlank() ? nothing : Words.address(address);
        return shown + port(port);
    }

    private static String port(String port) {
        String folded = Words.port(port);
        return folded.equals(Words.ANY) ? "" : ":" + folded;
    }
}
