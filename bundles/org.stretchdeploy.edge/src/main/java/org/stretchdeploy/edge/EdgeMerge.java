package org.stretchdeploy.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Firewall;
import org.stretchdeploy.api.edge.EdgeServices.Nat;
import org.stretchdeploy.api.edge.NatRule;

/**
 * Takes our work back from an edge and leaves a person's work there.
 *
 * <p>Laws: when nobody else changed the edge, the result is the snapshot (canonically); a rule that a person added,
 * changed or deleted stays so; merging the result again changes nothing, provided that rules can be told apart by name
 * or content.
 */
public final class EdgeMerge {
    private EdgeMerge() {}

    /**
     * @param services  what the edge is to be set to
     * @param conflicts sentences about what could not be brought back, because a person changed it too
     */
    public record Result(EdgeServices services, List<String> conflicts) {
        public Result {
            conflicts = List.copyOf(conflicts);
        }
    }

    /**
     * @param base    snapshot before we changed anything
     * @param ours    what we applied last
     * @param current what is there now
     */
    public static Result restore(EdgeServices base, EdgeServices ours, EdgeServices current) {
        return merge(base, ours, current, "");
    }

    /**
     * The same, when it is not sure what was applied: rules that carry a tag of the operation go even when {@code ours}
     * does not have them.
     */
    public static Result restore(EdgeServices base, EdgeServices ours, EdgeServices current, String operation) {
        return merge(base, ours, current, EdgeRules.prefix(operation));
    }

    private static Result merge(EdgeServices base, EdgeServices ours, EdgeServices current, String tag) {
        var conflicts = new ArrayList<String>();
        Firewall firewall = firewall(base.firewall(), ours.firewall(), current.firewall(), tag, conflicts);
        Nat nat = nat(base.nat(), ours.nat(), current.nat(), tag, conflicts);
        var dhcp = new ListMerge<>(base.dhcp(), ours.dhcp(), current.dhcp(), Identity.DHCP, tag, conflicts).merge();
        var routes =
                new ListMerge<>(base.routes(), ours.routes(), current.routes(), Identity.ROUTE, tag, conflicts).merge();
        return new Result(new EdgeServices(firewall, nat, dhcp, routes), conflicts);
    }

    private static Firewall firewall(
            Firewall base, Firewall ours, Firewall current, String tag, List<String> conflicts) {
        var rules =
                new ListMerge<>(base.rules(), ours.rules(), current.rules(), Identity.FIREWALL, tag, conflicts).merge();
        return new Firewall(
                setting("firewall on", base.enabled(), ours.enabled(), current.enabled(), conflicts),
                setting(
                        "firewall default",
                        base.defaultPolicy(),
                        ours.defaultPolicy(),
                        current.defaultPolicy(),
                        conflicts),
                setting("firewall default log", base.logDefault(), ours.logDefault(), current.logDefault(), conflicts),
                rules);
    }

    private static Nat nat(Nat base, Nat ours, Nat current, String tag, List<String> conflicts) {
        var rules = new ListMerge<>(base.rules(), ours.rules(), current.rules(), Identity.NAT, tag, conflicts).merge();
        return new Nat(
                natEnabled(base, ours, current, rules, conflicts),
                setting("NAT type", base.type(), ours.type(), current.type(), conflicts),
                setting("masquerade", base.masquerade(), ours.masquerade(), current.masquerade(), conflicts),
                rules);
    }

    /** NAT that we had switched on stays on for rules that a person added since. */
    private static boolean natEnabled(Nat base, Nat ours, Nat current, List<NatRule> merged, List<String> conflicts) {
        boolean restored = setting("NAT on", base.enabled(), ours.enabled(), current.enabled(), conflicts);
        List<String> known = base.rules().stream().map(CanonicalForm::of).toList();
        boolean needed = merged.stream().anyMatch(rule -> rule.enabled() && !known.contains(CanonicalForm.of(rule)));
        if (!restored && current.enabled() && needed) {
            conflicts.add("NAT was off before and is used by rules that were added meanwhile; it stays on.");
            return true;
        }
        return restored;
    }

    /** Ours is undone; a person's value stays. */
    private static <V> V setting(String what, V base, V ours, V current, List<String> conflicts) {
        if (Objects.equals(current, ours)) {
            return base;
        }
        if (!Objects.equals(base, ours) && !Objects.equals(base, current)) {
            conflicts.add("We had changed the setting \"" + what + "\" from " + base + " to " + ours
                    + ", and it was changed again meanwhile; it stays " + current + ".");
        }
        return current;
    }
}
