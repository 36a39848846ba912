package org.stretchdeploy.vendor.vcd.internal;

import java.util.List;
import java.util.stream.IntStream;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

/** Whether services of an edge do the same: a rule without an id of the cloud's is equal to one with. Pure. */
final class EdgeComparison {
    private EdgeComparison() {}

    static boolean same(EdgeServices present, EdgeServices wanted) {
        return sameFirewall(present.firewall(), wanted.firewall())
                && sameNat(present.nat(), wanted.nat())
                && present.dhcp().equals(wanted.dhcp())
                && present.routes().equals(wanted.routes());
    }

    static boolean sameFirewall(EdgeServices.Firewall one, EdgeServices.Firewall other) {
        return one.enabled() == other.enabled()
                && one.defaultPolicy() == other.defaultPolicy()
                && one.logDefault() == other.logDefault()
                && one.rules().size() == other.rules().size()
                && IntStream.range(0, one.rules().size())
                        .allMatch(
                                i -> sameRule(one.rules().get(i), other.rules().get(i)));
    }

    private static boolean sameRule(FirewallRule one, FirewallRule other) {
        boolean sameId = one.id().isEmpty() || other.id().isEmpty() || one.id().equals(other.id());
        return sameId && withoutId(one).equals(withoutId(other));
    }

    private static FirewallRule withoutId(FirewallRule rule) {
        return new FirewallRule(
                "",
                rule.name(),
                rule.enabled(),
                rule.policy(),
                rule.protocols(),
                rule.source(),
                rule.sourcePort(),
                rule.destination(),
                rule.destinationPort(),
                rule.log());
    }

    private static boolean sameNat(EdgeServices.Nat one, EdgeServices.Nat other) {
        return one.enabled() == other.enabled()
                && one.type().equals(other.type())
                && one.masquerade() == other.masquerade()
                && sameRules(one.rules(), other.rules());
    }

    private static boolean sameRules(List<NatRule> one, List<NatRule> other) {
        return one.size() == other.size()
                && IntStream.range(0, one.size())
                        .allMatch(i -> comparable(one.get(i)).equals(comparable(other.get(i))));
    }

    /** Without the id, and without what the edge of a vApp cannot express. */
    private static NatRule comparable(NatRule rule) {
        return new NatRule(
                "",
                rule.name(),
                rule.enabled(),
                rule.type(),
                rule.protocol(),
                rule.externalAddress(),
                rule.externalPort(),
                rule.internalAddress(),
                rule.internalPort(),
                rule.vm(),
                NatRule.FirewallMatch.MATCH_INTERNAL_ADDRESS);
    }
}
