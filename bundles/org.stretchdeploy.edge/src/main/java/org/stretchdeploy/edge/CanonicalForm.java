package org.stretchdeploy.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Dhcp;
import org.stretchdeploy.api.edge.EdgeServices.Firewall;
import org.stretchdeploy.api.edge.EdgeServices.Nat;
import org.stretchdeploy.api.edge.EdgeServices.StaticRoute;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

/**
 * One text for everything that means the same to an edge.
 *
 * <p>Left out: the cloud's ids of rules and of VMs, and DHCP entries that serve nothing. Folded: letter case of
 * addresses and words, the many ways to say <i>any</i>, {@code /32} and ranges of one, host bits of a CIDR, white space
 * in names. Kept: the order of rules, because the first that matches wins. DHCP entries and routes have no order and
 * are sorted.
 */
public final class CanonicalForm {
    private CanonicalForm() {}

    /** The text, one line per setting or rule, ending in a line feed. */
    public static String text(EdgeServices services) {
        var text = new StringBuilder();
        line(text, settings(services.firewall()));
        services.firewall().rules().forEach(rule -> line(text, of(rule)));
        line(text, settings(services.nat()));
        services.nat().rules().forEach(rule -> line(text, of(rule)));
        sorted(text, services.dhcp().stream().filter(CanonicalForm::serves).toList(), CanonicalForm::of);
        sorted(text, services.routes(), CanonicalForm::of);
        return text.toString();
    }

    /** SHA-256 of {@link #text}, 64 hexadecimal digits. */
    public static String digest(EdgeServices services) {
        try {
            byte[] bytes = text(services).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether both mean the same. */
    public static boolean equal(EdgeServices one, EdgeServices other) {
        return text(one).equals(text(other));
    }

    /** The line of a NAT rule. */
    public static String of(NatRule rule) {
        return String.join(
                " ",
                "nat-rule",
                rule.enabled() ? "on" : "off",
                Words.lower(rule.type()),
                Words.protocol(rule.protocol()),
                Words.endpoint(rule.externalAddress(), rule.externalPort()),
                "->",
                Words.endpoint(rule.internalAddress(), rule.internalPort()),
                rule.vm()
                        .map(nic -> "vm=" + Words.quoted(nic.vm()) + "#" + nic.nicIndex())
                        .orElse("vm=-"),
                Words.lower(rule.firewallMatch()),
                Words.quoted(rule.name()));
    }

    /** The line of a firewall rule. */
    public static String of(FirewallRule rule) {
        return String.join(
                " ",
                "firewall-rule",
                rule.enabled() ? "on" : "off",
                Words.lower(rule.policy()),
                Words.protocols(rule.protocols()),
                Words.endpoint(rule.source(), rule.sourcePort()),
                "->",
                Words.endpoint(rule.destination(), rule.destinationPort()),
                rule.log() ? "log" : "no-log",
                Words.quoted(rule.name()));
    }

    /** The line of a DHCP entry. */
    public static String of(Dhcp dhcp) {
        return "dhcp " + Words.quoted(dhcp.network()) + " " + (dhcp.enabled() ? "on " : "off ")
                + Words.address(dhcp.firstAddress()) + "-" + Words.address(dhcp.lastAddress())
                + " lease=" + dhcp.defaultLeaseSeconds() + "/" + dhcp.maxLeaseSeconds();
    }

    /** The line of a static route. */
    public static String of(StaticRoute route) {
        return "route " + Words.address(route.network()) + " via " + Words.address(route.nextHop()) + " "
                + Words.quoted(route.name());
    }

    /** The line of what a firewall does besides its rules. */
    public static String settings(Firewall firewall) {
        return "firewall " + (firewall.enabled() ? "on" : "off") + " default=" + Words.lower(firewall.defaultPolicy())
                + (firewall.logDefault() ? " log" : " no-log");
    }

    /** The line of what NAT does besides its rules. */
    public static String settings(Nat nat) {
        return "nat " + (nat.enabled() ? "on" : "off") + " type=" + Words.word(nat.type())
                + (nat.masquerade() ? " masquerade" : " no-masquerade");
    }

    /** False for an entry that stands only for "no DHCP here". */
    static boolean serves(Dhcp dhcp) {
        return dhcp.enabled()
                || !dhcp.firstAddress().isBlank()
                || !dhcp.lastAddress().isBlank();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    private static <T> void sorted(StringBuilder text, List<T> entries, Function<T, String> form) {
        entries.stream().map(form).sorted().forEach(entry -> line(text, entry));
    }
}
