package org.stretchdeploy.edge;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.stretchdeploy.api.edge.EdgeServices.Dhcp;
import org.stretchdeploy.api.edge.EdgeServices.StaticRoute;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

/**
 * How entries of one sort are recognised.
 *
 * @param content  canonical line; equal lines are the same entry
 * @param id       the cloud's own identity, empty when there is none
 * @param name     name, which carries our tag in entries of ours
 * @param text     for people
 * @param untagged the entry without our tags in its name
 * @param withId   the entry with another id
 */
record Identity<T>(
        Function<T, String> content,
        Function<T, String> id,
        Function<T, String> name,
        Function<T, String> text,
        UnaryOperator<T> untagged,
        BiFunction<T, String, T> withId) {

    static final Identity<NatRule> NAT = new Identity<>(
            CanonicalForm::of,
            NatRule::id,
            rule -> Words.name(rule.name()),
            RuleText::of,
            EdgeRules::untagged,
            EdgeRules::withId);
    static final Identity<FirewallRule> FIREWALL = new Identity<>(
            CanonicalForm::of,
            FirewallRule::id,
            rule -> Words.name(rule.name()),
            RuleText::of,
            EdgeRules::untagged,
            EdgeRules::withId);
    static final Identity<Dhcp> DHCP = new Identity<>(
            CanonicalForm::of, Dhcp::network, dhcp -> "", RuleText::of, UnaryOperator.identity(), (dhcp, id) -> dhcp);
    static final Identity<StaticRoute> ROUTE = new Identity<>(
            CanonicalForm::of,
            route -> "",
            route -> Words.name(route.name()),
            RuleText::of,
            UnaryOperator.identity(),
            (route, id) -> route);

    boolean same(T one, T other) {
        return content.apply(one).equals(content.apply(other));
    }
}
