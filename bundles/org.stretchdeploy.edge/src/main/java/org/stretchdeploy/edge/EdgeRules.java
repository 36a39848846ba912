package org.stretchdeploy.edge;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Firewall;
import org.stretchdeploy.api.edge.EdgeServices.Nat;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

/**
 * Which rules are ours: those that carry a tag {@code [stretch:operation:purpose]} in their name.
 *
 * <p>Functions that take a {@code tag} accept a whole tag text, or the opening {@code [stretch:operation:} of one
 * operation ({@link #prefix}), or {@link #EVERY_TAG}.
 */
public final class EdgeRules {
    /** What every tag begins with. */
    public static final String EVERY_TAG = "[stretch:";

    private static final Pattern TAG = Pattern.compile("\\s*\\[stretch:[a-z0-9-]{1,40}:[a-z0-9.-]{1,60}]");

    private EdgeRules() {}

    /** What the tags of one operation begin with. */
    public static String prefix(String operation) {
        return EVERY_TAG + operation + ":";
    }

    /** A rule's name with a tag. */
    public static String tagged(String name, String tag) {
        return name.contains(tag) ? name : (name.strip() + " " + tag).strip();
    }

    /** A rule's name without any tag. */
    public static String untagged(String name) {
        return TAG.matcher(name).replaceAll("").strip();
    }

    public static boolean ours(NatRule rule, String tag) {
        return carries(rule.name(), tag);
    }

    public static boolean ours(FirewallRule rule, String tag) {
        return carries(rule.name(), tag);
    }

    /** The same services with only the rules that carry the tag. */
    public static EdgeServices ours(EdgeServices services, String tag) {
        return filter(services, rule -> ours(rule, tag), rule -> ours(rule, tag));
    }

    /** The same services without the rules that carry the tag. */
    public static EdgeServices without(EdgeServices services, String tag) {
        return filter(services, rule -> !ours(rule, tag), rule -> !ours(rule, tag));
    }

    /** Whether any rule carries the tag. */
    public static boolean present(EdgeServices services, String tag) {
        return services.nat().rules().stream().anyMatch(rule -> ours(rule, tag))
                || services.firewall().rules().stream().anyMatch(rule -> ours(rule, tag));
    }

    /** The same services with other firewall rules. */
    public static EdgeServices withFirewallRules(EdgeServices services, List<FirewallRule> rules) {
        Firewall firewall = services.firewall();
        return new EdgeServices(
                new Firewall(firewall.enabled(), firewall.defaultPolicy(), firewall.logDefault(), rules),
                services.nat(),
                services.dhcp(),
                services.routes());
    }

    /** The same services with other NAT rules. */
    public static EdgeServices withNatRules(EdgeServices services, List<NatRule> rules) {
        Nat nat = services.nat();
        return new EdgeServices(
                services.firewall(),
                new Nat(nat.enabled(), nat.type(), nat.masquerade(), rules),
                services.dhcp(),
                services.routes());
    }

    static NatRule untagged(NatRule rule) {
        return copy(rule, rule.id(), untagged(rule.name()));
    }

    static FirewallRule untagged(FirewallRule rule) {
        return copy(rule, rule.id(), untagged(rule.name()));
    }

    static NatRule withId(NatRule rule, String id) {
        return copy(rule, id, rule.name());
    }

    static FirewallRule withId(FirewallRule rule, String id) {
        return copy(rule, id, rule.name());
    }

    private static NatRule copy(NatRule rule, String id, String name) {
        return new NatRule(
                id,
                name,
                rule.enabled(),
                rule.type(),
                rule.protocol(),
                rule.externalAddress(),
                rule.externalPort(),
                rule.internalAddress(),
                rule.internalPort(),
                rule.vm(),
                rule.firewallMatch());
    }

    private static FirewallRule copy(FirewallRule rule, String id, String name) {
        return new FirewallRule(
                id,
                name,
                rule.enabled(),
                rule.policy(),
                rule.protocols(),
                rule.source(),
                rule.sourcePort(),
                rule.destination(),
                rule.destinationPort(),
                rule.log());
    }

    private static boolean carries(String name, String tag) {
        return name != null && name.contains(tag);
    }

    private static EdgeServices filter(
            EdgeServices services, Predicate<NatRule> nat, Predicate<FirewallRule> firewall) {
        return withFirewallRules(
                withNatRules(
                        services, services.nat().rules().stream().filter(nat).toList()),
                services.firewall().rules().stream().filter(firewall).toList());
    }
}
