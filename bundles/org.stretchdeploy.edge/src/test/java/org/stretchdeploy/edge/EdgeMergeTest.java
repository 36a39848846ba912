package org.stretchdeploy.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.stretchdeploy.edge.Sample.allow;
import static org.stretchdeploy.edge.Sample.dnat;
import static org.stretchdeploy.edge.Sample.edge;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;

class EdgeMergeTest {
    private static final String TAG = "[stretch:op-1:fw]";
    private final FirewallRule a = allow("1", "a", "10.0.0.1");
    private final FirewallRule b = allow("2", "b", "10.0.0.2");
    private final FirewallRule our = allow("3", "tunnel " + TAG, "10.0.0.3");

    private static EdgeServices fw(FirewallRule... rules) {
        return edge(List.of(), List.of(rules));
    }

    private static List<String> names(EdgeMerge.Result result) {
        return result.services().firewall().rules().stream()
                .map(FirewallRule::name)
                .toList();
    }

    @Test
    void oursGoesAndAPersonsRuleStaysWhereItWasPut() {
        var person = allow("9", "person", "10.0.0.9");
        var result = EdgeMerge.restore(fw(a, b), fw(a, our, b), fw(a, our, person, b));
        assertThat(names(result)).containsExactly("a", "person", "b");
        assertThat(result.conflicts()).isEmpty();
    }

    @Test
    void whatWeRemovedComesBackInItsPlaceWithoutItsOldNumber() {
        var result = EdgeMerge.restore(fw(a, b), fw(b), fw(b));
        assertThat(names(result)).containsExactly("a", "b");
        assertThat(result.services().firewall().rules().get(0).id()).isEmpty();
    }

    @Test
    void whatWeChangedIsChangedBack() {
        var result = EdgeMerge.restore(fw(a), fw(allow("1", "a", "10.0.0.77")), fw(allow("5", "a", "10.0.0.77")));
        assertThat(result.services().firewall().rules()).containsExactly(allow("5", "a", "10.0.0.1"));
    }

    @Test
    void aPersonsChangeOfOurRuleMakesItTheirs() {
        var edited = allow("3", "tunnel " + TAG, "10.0.0.200");
        var result = EdgeMerge.restore(fw(a), fw(a, our), fw(a, edited), "op-1");
        assertThat(names(result)).containsExactly("a", "tunnel");
        assertThat(result.conflicts()).singleElement().asString().contains("was changed meanwhile");
    }

    @Test
    void aPersonsChangeOfWhatWeChangedStaysAndIsReported() {
        var result = EdgeMerge.restore(fw(a), fw(allow("1", "a", "10.0.0.77")), fw(allow("1", "a", "10.0.0.88")));
        assertThat(result.services().firewall().rules()).containsExactly(allow("1", "a", "10.0.0.88"));
        assertThat(result.conflicts()).singleElement().asString().contains("changed again meanwhile");
    }

    @Test
    void aPersonsDeletionStays() {
        assertThat(names(EdgeMerge.restore(fw(a, b), fw(a, b, our), fw(b, our))))
                .containsExactly("b");
    }

    @Test
    void aPersonsOrderStays() {
        var result = EdgeMerge.restore(fw(a, b), fw(a, b, our), fw(our, b, a));
        assertThat(names(result)).containsExactly("b", "a");
    }

    @Test
    void anUnknownRuleOfTheOperationGoes() {
        assertThat(names(EdgeMerge.restore(fw(a), fw(a), fw(a, our), "op-1"))).containsExactly("a");
        assertThat(names(EdgeMerge.restore(fw(a), fw(a), fw(a, our), "op-2"))).hasSize(2);
    }

    @Test
    void natThatSomebodyUsesStaysOn() {
        var off = new EdgeServices(
                fw().firewall(), new EdgeServices.Nat(false, "ipTranslation", false, List.of()), List.of(), List.of());
        var ours = EdgeRules.withNatRules(edge(List.of(), List.of()), List.of(dnat("1", "x " + TAG, "10.1.0.1")));
        var used = EdgeRules.withNatRules(ours, List.of(dnat("1", "x " + TAG, "10.1.0.1"), dnat("2", "p", "10.1.0.2")));
        assertThat(EdgeMerge.restore(off, ours, ours).services().nat().enabled())
                .isFalse();
        var result = EdgeMerge.restore(off, ours, used);
        assertThat(result.services().nat().enabled()).isTrue();
        assertThat(result.conflicts()).singleElement().asString().contains("stays on");
    }

    @Test
    void tagsAreFoundAndTakenOff() {
        assertThat(EdgeRules.tagged("web", TAG)).isEqualTo("web " + TAG);
        assertThat(EdgeRules.tagged("web " + TAG, TAG)).isEqualTo("web " + TAG);
        assertThat(EdgeRules.untagged("web " + TAG)).isEqualTo("web");
        var services = fw(a, our);
        assertThat(EdgeRules.ours(services, TAG).firewall().rules()).containsExactly(our);
        assertThat(EdgeRules.without(services, EdgeRules.prefix("op-1"))
                        .firewall()
                        .rules())
                .containsExactly(a);
        assertThat(EdgeRules.present(services, EdgeRules.EVERY_TAG)).isTrue();
    }
}
