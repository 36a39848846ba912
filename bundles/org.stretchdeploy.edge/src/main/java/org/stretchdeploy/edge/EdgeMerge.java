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
 * <p>Laws: when nobody else changed the edge, the result is the snapshot (canonically); a rule that a person added, changed or
 * deleted stays so; merging the result again changes nothing, provided that rules can be told apart by name or content.
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
     * The same, when it is not sure what was applied: rules that carry a tag of the operation go even when {@code ours} does not
     * have them.
     */
    public static Result restore(EdgeServices base, EdgeServices ours, EdgeServices current, String operation) {
        return merge(base, ours, current, EdgeRules.prefix(operation));
    }

    private static Result merge(EdgeServices base, EdgeServices ours, EdgeServices current, String tag) {
        var conflicts = new ArrayList<String>();
        var firewall = new ListMerge<>(
                        base.firewall().rules(),
                        ours.firewall().rules(),
                        current.firewall().rules(),
                        Identity.FIREWALL,
                        tag,
                        conflicts)
                .merge();
        var nat = new ListMerge<>(
                        base.nat().rules(), ours.nat().rules(), current.nat().rules(), Identity.NAT, tag, conflicts)
                .merge();
        var dhcp = new ListMerge<>(base.dhcp(), ours.dhcp(), current.dhcp(), Identity.DHCP, tag, conflicts).merge();
        var routes =
                new ListMerge<>(base.routes(), ours.routes(), current.routes(), Identity.ROUTE, tag, conflicts).merge();
        var services = new EdgeServices(
                new Firewall(
                        setting(
                                "firewall on",
                                base.firewall().enabled(),
                                ours.firewall().enabled(),
                                current.firewall().enabled(),
                                conflicts),
                        setting(
                                "firewall default",
                                base.firewall().defaultPolicy(),
                                ours.firewall().defaultPolicy(),
                                current.firewall().defaultPolicy(),
                                conflicts),
                        setting(
                                "firewall default log",
                                base.firewall().logDefault(),
                                ours.firewall().logDefault(),
                                current.firewall().logDefault(),
                                conflicts),
                        firewall),
                new Nat(
                        natEnabled(base, ours, current, nat, conflicts),
                        setting("NAT type", base.nat().type(), ours.nat().type(), current.nat().type(), conflicts),
                        setting(
                                "masquerade",
                                base.nat().masquerade(),
                                ours.nat().masquerade(),
                                current.nat().masquerade(),
                                conflicts),
                        nat),
                dhcp,
                routes);
        return new Result(services, conflicts);
    }

    /** NAT that we had switched on stays on for rules that a person added since. */
    private static boolean natEnabled(
            EdgeServices base,
            EdgeServices ours,
            EdgeServices current,
            List<NatRule> merged,
            List<String> conflicts) {
        boolean restored = setting(
                "NAT on", base.nat().enabled(), ours.nat().enabled(), current.nat().enabled(), conflicts);
        List<String> known = base.nat().rules().stream().map(CanonicalForm::of).toList();
        boolean needed = merged.stream().anyMatch(rule -> rule.enabled() && !known.contains(CanonicalForm.of(rule)));
        if (!restored && current.nat().enabled() && needed) {
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
