package org.stretchdeploy.stretch.internal.plan;

import java.util.List;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.stretch.internal.model.Tier;

/** What a plan says about gates between start orders (ADR 0026). */
final class GateFindings {
    private GateFindings() {}

    /** @param cloud where the machines are started */
    static Finding writesAtStake(String cloud, List<? extends Tier<?>> tiers) {
        String early = String.join(
                ", ",
                tiers.stream()
                        .limit(tiers.size() - 1L)
                        .map(Tier::names)
                        .filter(names -> !names.isEmpty())
                        .toList());
        return new Finding(
                "gate-may-lose-writes",
                Finding.Severity.INFO,
                cloud,
                early,
                "They are started before the others. If one of a start order does not come up, all go back to where they"
                        + " were, and what these have written in " + cloud + " until then is lost.",
                "Nothing, if the machines serve nobody until all are up. Otherwise let a failed deploy stop instead, or"
                        + " start all of them without a gate.");
    }
}
