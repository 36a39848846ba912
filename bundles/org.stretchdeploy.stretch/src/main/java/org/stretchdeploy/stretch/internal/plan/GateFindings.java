package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
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

    /** @param cloud where the machines are now */
    static List<Finding> services(
            String cloud, Gate gate, List<? extends Tier<?>> tiers, List<ServiceQuestion> questions) {
        List<Finding> findings = new ArrayList<>();
        for (Tier.Member member : GateQuestions.asked(gate, tiers)) {
            if (questions.stream().noneMatch(q -> q.vm().equals(member.name()))) {
                findings.add(new Finding(
                        "gate-no-address",
                        Finding.Severity.BLOCKER,
                        cloud,
                        member.name(),
                        "Its gate is " + gate.checkOf(member.name())
                                + ", but it has no fixed IPv4 address on a stretched network to be asked at.",
                        "Give it a gate of network or power, or a fixed address."));
            }
        }
        questions.stream()
                .filter(q -> q.from().isEmpty())
                .map(ServiceQuestion::network)
                .distinct()
                .forEach(network -> findings.add(new Finding(
                        "gate-no-free-address",
                        Finding.Severity.BLOCKER,
                        cloud,
                        network,
                        "The network has no free address from which the edge appliance could ask a machine for a service.",
                        "Free an address of its subnet, or give these machines a gate of network: "
                                + String.join(
                                        ", ",
                                        questions.stream()
                                                .filter(q -> q.network().equals(network))
                                                .map(ServiceQuestion::vm)
                                                .distinct()
                                                .toList())
                                + ".")));
        return withUnasked(cloud, gate, tiers, findings);
    }

    private static List<Finding> withUnasked(
            String cloud, Gate gate, List<? extends Tier<?>> tiers, List<Finding> findings) {
        Set<String> unasked = new TreeSet<>(gate.machines().keySet());
        unasked.removeIf(name -> gate.checkOf(name).kind() == Gate.Kind.NONE);
        List<Tier.Member> waitedFor = GateQuestions.waitedFor(tiers);
        waitedFor.forEach(member -> unasked.remove(member.name()));
        if (!unasked.isEmpty() || GateQuestions.isService(gate.check()) && waitedFor.isEmpty()) {
            findings.add(new Finding(
                    "gate-without-wait",
                    Finding.Severity.INFO,
                    cloud,
                    unasked.isEmpty() ? "all machines" : String.join(", ", unasked),
                    "Nobody waits for them, so their gate asks nothing: gates stand between two start orders, and they are"
                            + " in the last one, are not started, or are started without being waited for.",
                    "Nothing, or give them an earlier start order in the vApp's start section."));
        }
        return findings;
    }
}
