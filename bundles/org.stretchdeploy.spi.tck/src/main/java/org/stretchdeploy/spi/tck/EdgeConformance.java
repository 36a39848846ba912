package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Policy;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.Edges.EdgeReference;
import org.stretchdeploy.spi.Edges.OrgEdge;
import org.stretchdeploy.spi.Edges.VAppEdge;
import org.stretchdeploy.spi.Edges.Versioned;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Vm;

/** Chapter 6: services of edges. Rules are compared by what they mean, because clouds write words their own way. */
public abstract class EdgeConformance extends ConformanceTest {
    private static final String ADDRESS = "10.99.7.40";

    private boolean vAppEdges() {
        return has(Capability.ROUTED_VAPP_NETWORK) && has(Capability.VAPP_EDGE_SERVICES);
    }

    /** Asserts the refusal of a cloud whose vApp edges cannot be configured; true when it was that. */
    private boolean refusesVAppEdges() {
        if (vAppEdges()) {
            return false;
        }
        if (has(Capability.ROUTED_VAPP_NETWORK)) {
            var edge = new VAppEdge(vApp("edge", routed("inner")), "inner");
            refusedFor(Capability.VAPP_EDGE_SERVICES, (org.assertj.core.api.ThrowableAssert.ThrowingCallable)
                    () -> cloud.edges().read(edge));
        } else {
            ObjectId home = vApp("edge");
            refusedFor(Capability.ROUTED_VAPP_NETWORK, () -> cloud.vApps().addNetwork(home, routed("inner")));
        }
        return true;
    }

    private VAppEdge edge() {
        return new VAppEdge(vApp("edge", routed("inner")), "inner");
    }

    private Versioned read(EdgeReference edge) {
        return call(() -> cloud.edges().read(edge));
    }

    private void apply(EdgeReference edge, EdgeServices wanted) {
        done(() -> cloud.edges().apply(edge, wanted, cloud.edges().read(edge).version()));
    }

    private static FirewallRule allow(String name, String port) {
        return new FirewallRule("", name, true, Policy.ALLOW, List.of("TCP"), "Any", "Any", ADDRESS, port, false);
    }

    private static EdgeServices withFirewall(EdgeServices services, List<FirewallRule> rules) {
        return new EdgeServices(
                new EdgeServices.Firewall(true, Policy.DROP, services.firewall().logDefault(), rules),
                services.nat(),
                services.dhcp(),
                services.routes());
    }

    private static EdgeServices plus(EdgeServices services, FirewallRule... more) {
        var rules = new ArrayList<>(services.firewall().rules());
        rules.addAll(List.of(more));
        return withFirewall(services, rules);
    }

    private static List<String> meanings(EdgeServices services) {
        return services.firewall().rules().stream().map(Meaning::of).toList();
    }

    @Test
    void rule_6_1_readingTwiceGivesTheSameVersion() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        Versioned first = read(edge);
        assertThat(first.version()).isNotBlank();
        assertThat(read(edge)).isEqualTo(first);
    }

    @Test
    void rule_6_2_theFirewallBecomesWhatIsGiven() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        EdgeServices wanted = withFirewall(read(edge).services(), List.of(allow("web", "443"), allow("ssh", "22")));
        apply(edge, wanted);
        EdgeServices now = read(edge).services();
        assertThat(meanings(now)).isEqualTo(meanings(wanted));
        assertThat(now.firewall().enabled()).isTrue();
        assertThat(now.firewall().defaultPolicy()).isEqualTo(Policy.DROP);
    }

    @Test
    void rule_6_3_applyingWhatIsThereChangesNothing() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        apply(edge, plus(read(edge).services(), allow("web", "443")));
        Versioned before = read(edge);
        apply(edge, before.services());
        assertThat(read(edge)).isEqualTo(before);
    }

    @Test
    void rule_6_4_aStaleVersionIsAConflict() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        Versioned stale = read(edge);
        apply(edge, plus(stale.services(), allow("a person's", "80")));
        refused(
                () -> cloud.edges().apply(edge, plus(stale.services(), allow("ours", "443")), stale.version()),
                Category.CONFLICT);
        assertThat(meanings(read(edge).services()))
                .hasSize(meanings(stale.services()).size() + 1);
    }

    @Test
    void rule_6_5_rulesThatAreInTheWantedServicesStay() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        apply(edge, plus(read(edge).services(), allow("a person's", "80")));
        EdgeServices withPerson = read(edge).services();
        apply(edge, plus(withPerson, allow("ours " + tag("fw").text(), "443")));
        assertThat(meanings(read(edge).services())).containsAll(meanings(withPerson));
    }

    @Test
    void rule_6_6_theOrderOfRulesIsKept() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        EdgeServices wanted =
                withFirewall(read(edge).services(), List.of(allow("c", "3"), allow("a", "1"), allow("b", "2")));
        apply(edge, wanted);
        assertThat(meanings(read(edge).services())).isEqualTo(meanings(wanted));
        var reversed = new ArrayList<>(read(edge).services().firewall().rules());
        java.util.Collections.reverse(reversed);
        EdgeServices other = withFirewall(read(edge).services(), reversed);
        apply(edge, other);
        assertThat(meanings(read(edge).services())).isEqualTo(meanings(other));
    }

    @Test
    void rule_6_7_aTagInARulesNameIsFound() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        apply(edge, plus(read(edge).services(), allow("ours " + tag("fw").text(), "443")));
        assertThat(read(edge).services().firewall().rules())
                .anyMatch(rule -> rule.name().contains(tag("fw").text()));
        assertThat(cloud.inventory().tagged(operation))
                .anyMatch(tagged ->
                        tagged.kind().equals("FirewallRule") && tagged.tag().equals(tag("fw")));
    }

    @Test
    void rule_6_8_aNetworkThatIsNotRoutedHasNoEdge() {
        var edge = new VAppEdge(vApp("edgeless", isolated("inner")), "inner");
        refused(Set.of(Category.USER, Category.NOT_FOUND), () -> cloud.edges().read(edge));
    }

    @Test
    void rule_6_9_anUnknownEdgeIsNotFound() {
        refused(Set.of(Category.NOT_FOUND), () -> cloud.edges().read(new OrgEdge(subject.absent("EdgeGateway"))));
    }

    @Test
    void rule_6_10_portForwardingToAVmIsKept() {
        if (refusesVAppEdges()) {
            return;
        }
        ObjectId home = vAppWithVm("home");
        done(() -> cloud.vApps().addNetwork(home, routed("inner")));
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().setNics(vm.id(), nics(vm, "inner", ADDRESS, true)));
        var edge = new VAppEdge(home, "inner");
        EdgeServices before = read(edge).services();
        NatRule rule = new NatRule(
                "",
                "web",
                true,
                NatRule.Type.DNAT,
                "TCP",
                "",
                "8443",
                "",
                "443",
                Optional.of(new NatRule.VmNic(
                        vm.name(), onlyVm(home).localId(), vm.nics().get(0).index())),
                NatRule.FirewallMatch.MATCH_INTERNAL_ADDRESS);
        apply(
                edge,
                new EdgeServices(
                        before.firewall(),
                        new EdgeServices.Nat(true, "portForwarding", true, List.of(rule)),
                        before.dhcp(),
                        before.routes()));
        assertThat(read(edge).services().nat().rules()).singleElement().satisfies(kept -> {
            assertThat(kept.type()).isEqualTo(NatRule.Type.DNAT);
            assertThat(kept.externalPort()).isEqualTo("8443");
            assertThat(kept.internalPort()).isEqualTo("443");
            assertThat(kept.vm().map(NatRule.VmNic::localId))
                    .isEqualTo(rule.vm().map(NatRule.VmNic::localId));
        });
    }

    private NatRule gatewayRule() {
        String outside = cloud.inventory().edgeGateways(subject.vdc()).stream()
                .filter(gateway -> gateway.id().equals(subject.edgeGateway()))
                .findFirst()
                .orElseThrow()
                .externalAddresses()
                .get(0);
        return new NatRule(
                "",
                name("nat") + " " + tag("nat").text(),
                true,
                NatRule.Type.DNAT,
                "TCP",
                outside,
                "48443",
                "192.0.2.77",
                "48443",
                Optional.empty(),
                NatRule.FirewallMatch.MATCH_INTERNAL_ADDRESS);
    }

    private static EdgeServices withNat(EdgeServices services, NatRule more) {
        var rules = new ArrayList<>(services.nat().rules());
        rules.add(more);
        return new EdgeServices(
                services.firewall(),
                new EdgeServices.Nat(
                        services.nat().enabled(),
                        services.nat().type(),
                        services.nat().masquerade(),
                        rules),
                services.dhcp(),
                services.routes());
    }

    @Test
    void rule_6_11_aGatewaysNatIsChangedAndRestored() {
        var edge = new OrgEdge(subject.edgeGateway());
        if (!has(Capability.EDGE_GATEWAY_NAT)) {
            refusedFor(Capability.EDGE_GATEWAY_NAT, () -> cloud.edges()
                    .apply(
                            edge,
                            withNat(cloud.edges().read(edge).services(), gatewayRule()),
                            cloud.edges().read(edge).version()));
            return;
        }
        EdgeServices before = read(edge).services();
        List<String> natBefore = before.nat().rules().stream().map(Meaning::of).toList();
        NatRule rule = gatewayRule();
        later(() -> apply(edge, before));
        apply(edge, withNat(before, rule));
        List<String> natNow =
                read(edge).services().nat().rules().stream().map(Meaning::of).toList();
        assertThat(natNow).containsAll(natBefore).contains(Meaning.of(rule)).hasSize(natBefore.size() + 1);
        assertThat(cloud.inventory().tagged(operation))
                .anyMatch(tagged ->
                        tagged.kind().equals("NatRule") && tagged.tag().equals(tag("nat")));
        apply(edge, before);
        assertThat(read(edge).services().nat().rules().stream().map(Meaning::of))
                .containsExactlyElementsOf(natBefore);
        assertThat(cloud.inventory().tagged(operation)).isEmpty();
    }

    @Test
    void rule_6_12_aChangeHasAnotherVersion() {
        if (refusesVAppEdges()) {
            return;
        }
        VAppEdge edge = edge();
        Versioned before = read(edge);
        apply(edge, plus(before.services(), allow("web", "443")));
        assertThat(read(edge).version()).isNotEqualTo(before.version());
    }
}
