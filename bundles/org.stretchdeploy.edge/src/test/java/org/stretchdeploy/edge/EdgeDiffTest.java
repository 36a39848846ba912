package org.stretchdeploy.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.stretchdeploy.edge.Sample.allow;
import static org.stretchdeploy.edge.Sample.dnat;
import static org.stretchdeploy.edge.Sample.edge;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Policy;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

class EdgeDiffTest {
    private static String diff(EdgeServices before, EdgeServices after) {
        return EdgeDiff.text(EdgeDiff.between(before, after));
    }

    @Test
    void newRulesReadLikeADiff() {
        var before = edge(List.of(), List.of());
        var after = edge(List.of(dnat("", "web [stretch:op-1:nat]", "10.1.0.30")), List.of(allow("", "", "Any")));
        assertThat(diff(before, after))
                .isEqualTo("+ firewall allow tcp any -> 10.1.0.30:443\n"
                        + "+ DNAT tcp 203.0.113.10:443 -> 10.1.0.30:443  \"web [stretch:op-1:nat]\"\n");
    }

    @Test
    void renumberedRulesAreNoDifference() {
        assertThat(diff(
                        edge(List.of(dnat("1", "a", "10.1.0.1"), dnat("2", "b", "10.1.0.2")), List.of()),
                        edge(List.of(dnat("7", "a", "10.1.0.1"), dnat("1", "b", "10.1.0.2")), List.of())))
                .isEmpty();
    }

    @Test
    void aRuleOfTheSameIdIsAChange() {
        assertThat(diff(
                        edge(List.of(dnat("1", "", "10.1.0.1")), List.of()),
                        edge(List.of(dnat("1", "", "10.1.0.2")), List.of())))
                .isEqualTo(
                        "~ DNAT tcp 203.0.113.10:443 -> 10.1.0.1:443  =>  DNAT tcp 203.0.113.10:443 -> 10.1.0.2:443\n");
    }

    @Test
    void aMovedRuleIsADifference() {
        var a = allow("1", "a", "10.0.0.1");
        var b = allow("2", "b", "10.0.0.2");
        assertThat(diff(edge(List.of(), List.of(a, b)), edge(List.of(), List.of(b, a))))
                .contains("moved from place")
                .hasLineCount(1);
    }

    @Test
    void settingsHaveALine() {
        var before = edge(List.of(), List.of());
        var after = new EdgeServices(
                new EdgeServices.Firewall(false, Policy.ALLOW, false, List.of()),
                before.nat(),
                before.dhcp(),
                before.routes());
        assertThat(diff(before, after))
                .isEqualTo("~ firewall on, unmatched packets: drop  =>  firewall off, unmatched packets: allow\n");
    }

    @Test
    void everySortOfRuleHasAText() {
        var vm = new NatRule(
                "",
                "",
                false,
                NatRule.Type.ONE_TO_ONE,
                "ANY",
                "",
                "Any",
                "",
                "Any",
                Optional.of(new NatRule.VmNic("web", "1f", 0)),
                NatRule.FirewallMatch.BYPASS);
        assertThat(RuleText.of(vm)).isEqualTo("NAT 1:1 (chosen) <-> web#0 bypass-firewall (off)");
        var snat = new NatRule(
                "",
                "out\nside",
                true,
                NatRule.Type.SNAT,
                "ANY",
                "203.0.113.10",
                "",
                "10.1.0.0/24",
                "",
                Optional.empty(),
                NatRule.FirewallMatch.MATCH_INTERNAL_ADDRESS);
        assertThat(RuleText.of(snat)).isEqualTo("SNAT 10.1.0.0/24 -> 203.0.113.10  \"out side\"");
        var rule = new FirewallRule(
                "", "", false, Policy.REJECT, List.of("UDP", "TCP"), "internal", "Any", "external", "53", true);
        assertThat(RuleText.of(rule)).isEqualTo("firewall reject tcp,udp internal -> external:53 log (off)");
    }
}
