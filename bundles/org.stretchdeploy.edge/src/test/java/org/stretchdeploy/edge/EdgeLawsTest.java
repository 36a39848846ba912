package org.stretchdeploy.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.stretchdeploy.edge.Sample.allow;
import static org.stretchdeploy.edge.Sample.dnat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

/** Laws of the pure functions, over generated edges. */
class EdgeLawsTest {
    private static final String TAG = "[stretch:op-1:fw]";

    /** A snapshot, what we made of it, and what a person made of that; @param added the person's new rules. */
    record Story(EdgeServices base, EdgeServices ours, EdgeServices current, List<FirewallRule> added) {}

    @Provide
    Arbitrary<EdgeServices> edges() {
        var nat = Combinators.combine(ids(), names(), Arbitraries.integers().between(1, 4))
                .as((id, name, host) -> dnat(id, name, "10.1.0." + host));
        var firewall = Combinators.combine(
                        ids(), names(), Arbitraries.integers().between(1, 4))
                .as((id, name, host) -> allow(id, name, "10.2.0." + host));
        return Combinators.combine(nat.list().ofMaxSize(5), firewall.list().ofMaxSize(6))
                .as(Sample::edge);
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.of("", "1", "2", "3", "4", "5");
    }

    private static Arbitrary<String> names() {
        return Arbitraries.of("", "a", "b", "c");
    }

    @Provide
    Arbitrary<Story> stories() {
        return Combinators.combine(
                        edges(), Arbitraries.longs(), Arbitraries.of(true, false), Arbitraries.of(true, false))
                .as((base, seed, unique, numbered) -> story(base, new Random(seed), unique, numbered));
    }

    @Provide
    Arbitrary<Story> namedStories() {
        return Combinators.combine(edges(), Arbitraries.longs(), Arbitraries.of(true, false))
                .as((base, seed, numbered) -> story(base, new Random(seed), true, numbered));
    }

    private static Story story(EdgeServices base, Random random, boolean unique, boolean numbered) {
        var rules = new ArrayList<FirewallRule>();
        for (FirewallRule rule : base.firewall().rules()) {
            String id = numbered ? String.valueOf(rules.size() + 1) : "";
            rules.add(allow(id, unique ? "rule " + rules.size() : rule.name(), rule.source()));
        }
        var snapshot = EdgeRules.withFirewallRules(base, rules);
        for (int i = random.nextInt(4); i > 0; i--) {
            int place = random.nextInt(rules.size() + 1);
            int action = place == rules.size() ? 0 : random.nextInt(3);
            switch (action) {
                case 0 -> rules.add(place, allow(numbered ? "10" + i : "", "ours " + i + " " + TAG, "10.3.0." + i));
                case 1 -> rules.remove(place);
                default -> {
                    FirewallRule rule = rules.get(place);
                    rules.set(place, allow(rule.id(), rule.name(), "10.4.0." + i));
                }
            }
        }
        var ours = EdgeRules.withFirewallRules(base, rules);
        var added = new ArrayList<FirewallRule>();
        for (int i = random.nextInt(5); i > 0; i--) {
            int place = random.nextInt(rules.size() + 1);
            int action = place == rules.size() ? 0 : random.nextInt(4);
            switch (action) {
                case 0 -> {
                    FirewallRule rule = allow(numbered ? "20" + i : "", "person " + i, "10.5.0." + i);
                    rules.add(place, rule);
                    added.add(rule);
                }
                case 1 -> added.remove(rules.remove(place));
                case 2 -> rules.add(random.nextInt(rules.size()), rules.remove(place));
                default -> {
                    FirewallRule rule = rules.get(place);
                    if (!added.contains(rule)) {
                        rules.set(place, allow(rule.id(), rule.name(), "10.6.0." + i));
                    }
                }
            }
        }
        return new Story(snapshot, ours, EdgeRules.withFirewallRules(base, rules), List.copyOf(added));
    }

    @Property
    void anEdgeDoesNotDifferFromItself(@ForAll("edges") EdgeServices edge) {
        assertThat(EdgeDiff.between(edge, edge)).isEmpty();
    }

    @Property
    void theDifferenceIsEmptyExactlyWhenTheCanonicalFormsAreEqual(
            @ForAll("edges") EdgeServices one, @ForAll("edges") EdgeServices other) {
        assertThat(EdgeDiff.between(one, other).isEmpty()).isEqualTo(CanonicalForm.equal(one, other));
    }

    @Property
    void canonicalFormDoesNotKnowIds(@ForAll("edges") EdgeServices edge, @ForAll("edges") EdgeServices numbers) {
        var nat = new ArrayList<NatRule>();
        for (NatRule rule : edge.nat().rules()) {
            nat.add(EdgeRules.withId(rule, "n" + numbers.hashCode() + nat.size()));
        }
        assertThat(CanonicalForm.digest(EdgeRules.withNatRules(edge, nat))).isEqualTo(CanonicalForm.digest(edge));
    }

    @Property
    void withoutAPersonTheSnapshotComesBack(@ForAll("edges") EdgeServices base, @ForAll("edges") EdgeServices ours) {
        var result = EdgeMerge.restore(base, ours, ours);
        assertThat(CanonicalForm.text(result.services())).isEqualTo(CanonicalForm.text(base));
        assertThat(result.conflicts()).isEmpty();
    }

    @Property
    void withoutUsAPersonsWorkStaysAsItIs(@ForAll("stories") Story story) {
        var result = EdgeMerge.restore(story.base(), story.base(), story.current());
        assertThat(CanonicalForm.text(result.services())).isEqualTo(CanonicalForm.text(story.current()));
        assertThat(result.conflicts()).isEmpty();
    }

    @Property
    void aPersonsNewRulesAlwaysSurvive(@ForAll("stories") Story story) {
        var result = EdgeMerge.restore(story.base(), story.ours(), story.current(), "op-1");
        assertThat(result.services().firewall().rules()).containsAll(story.added());
    }

    @Property
    void noRuleOfOursSurvives(@ForAll("stories") Story story) {
        var result = EdgeMerge.restore(story.base(), story.ours(), story.current(), "op-1");
        assertThat(EdgeRules.present(result.services(), EdgeRules.prefix("op-1")))
                .isFalse();
    }

    /** Rules that can be told apart: of two equal unnamed rules nobody can say which one came back. */
    @Property
    void mergingTheResultAgainChangesNothing(@ForAll("namedStories") Story story) {
        var once = EdgeMerge.restore(story.base(), story.ours(), story.current(), "op-1")
                .services();
        var twice = EdgeMerge.restore(story.base(), story.ours(), once, "op-1").services();
        assertThat(CanonicalForm.text(twice)).isEqualTo(CanonicalForm.text(once));
    }
}
