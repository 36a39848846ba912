package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.GatePlan;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
import org.stretchdeploy.stretch.internal.model.Tier;
import org.stretchdeploy.stretch.internal.run.Ends.Macs;
import org.stretchdeploy.stretch.internal.run.TunnelSteps.Flow;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Probe;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/**
 * Holds the machines of the next start order back until those of the one before run, answer on their own segment where
 * they answered before the move, and have had the start delay that the vApp gives them.
 */
final class TierGate {
    /** The engine's own deadline is for a gate that does not even look any more. */
    private static final Duration SLACK = Duration.ofMinutes(2);

    private final TunnelSteps tunnel;

    TierGate(TunnelSteps tunnel) {
        this.tunnel = tunnel;
    }

    /**
     * Where the machines start.
     *
     * @param side   whose edge appliance asks
     * @param fenced MAC addresses that this side keeps silent
     */
    record Place(Cloud cloud, ObjectId vApp, Ends ends, Side side, Macs fenced) {}

    static Duration deadline(Tier<?> tier) {
        long seconds = tier.gate().map(GatePlan::seconds).orElse(0L) + tier.delaySeconds();
        return SLACK.plusSeconds(seconds);
    }

    /** @param before who answered before anything moved */
    StepResult look(StepScope<?> scope, Tier<?> tier, Place place, List<Flow> before) {
        GatePlan gate = tier.gate().orElseThrow();
        Optional<String> awaited = off(tier, gate, place);
        boolean answered = false;
        if (awaited.isEmpty()) {
            List<Flow> flows = flows(tier, gate, place.side(), before);
            List<ServiceQuestion> served = ServiceGate.served(
                    scope, tier.waitedFor().stream().map(Tier.Member::name).toList());
            boolean asks = !flows.isEmpty() || !served.isEmpty();
            awaited = asks ? silent(scope, place, flows, served) : Optional.empty();
            answered = awaited.isEmpty() && asks;
        }
        int delay = answered ? tier.delayWithoutGuests() : tier.delaySeconds();
        Duration waited = Duration.between(scope.since(), scope.now());
        if (awaited.isEmpty() && waited.toSeconds() >= delay) {
            return StepResult.done();
        }
        Duration limit = Duration.ofSeconds(gate.seconds() + delay);
        if (awaited.isPresent() && waited.compareTo(limit) > 0) {
            return StepResult.failed(
                    "gate-not-passed",
                    "The machines of start order " + tier.order() + " are not up " + limit.toSeconds()
                            + " s after their start: " + awaited.get()
                            + ". Those of the next order were not started. Look at the guest's console.");
        }
        scope.progress(
                0,
                1,
                "count",
                awaited.map(a -> "waiting until " + tier.names() + " is up: " + a)
                        .orElse("start delay of " + tier.names() + ", " + delay + " s"));
        return tunnel.poll();
    }

    private static Optional<String> off(Tier<?> tier, GatePlan gate, Place place) {
        List<Tier.Member> members =
                tier.waitedFor().stream().filter(m -> gate.power(m.name())).toList();
        if (members.isEmpty()) {
            return Optional.empty();
        }
        VApp vApp = place.cloud().inventory().vApp(place.vApp());
        for (Tier.Member member : members) {
            Optional<Vm> vm = vApp.vm(member.name());
            if (vm.filter(v -> v.state() == PowerState.ON).isEmpty()) {
                return Optional.of("VM " + member.name() + " is awaited to run, but it is "
                        + vm.map(v -> v.state().name()).orElse("gone"));
            }
        }
        return Optional.empty();
    }

    private static List<Flow> flows(Tier<?> tier, GatePlan gate, Side side, List<Flow> before) {
        List<Flow> flows = new ArrayList<>();
        for (Tier.Member member : tier.waitedFor()) {
            before.stream()
                    .filter(f -> gate.network(member.name()))
                    .filter(f -> f.from() == side && f.name().equals(member.name()))
                    .filter(f -> member.nics().stream()
                            .anyMatch(n -> n.mac().equalsIgnoreCase(f.mac())
                                    && n.network().equals(f.network())))
                    .forEach(flows::add);
        }
        return flows;
    }

    /** Asks all of them, round after round. */
    private Optional<String> silent(StepScope<?> scope, Place place, List<Flow> flows, List<ServiceQuestion> served) {
        int round = Round.of(scope, Continuity.ROUND);
        String prefix = scope.operationId() + "-" + scope.stepId() + "-" + scope.attempt() + "-" + round;
        List<Probe> probes = new ArrayList<>(TunnelSteps.probes(flows, place.side(), prefix));
        probes.addAll(ServiceGate.probes(served, prefix));
        tunnel.configure(place.ends(), place.side(), place.fenced(), List.of(), probes);
        Optional<List<Flow>> now = tunnel.answers(scope, place.ends(), flows, prefix);
        Optional<List<ServiceResult>> said = tunnel.said(scope, place.ends(), place.side(), served, prefix);
        if (now.isEmpty() || said.isEmpty()) {
            return Optional.of(
                    tunnel.reports(scope, place.ends(), place.side())
                            ? "VM "
                                    + (flows.isEmpty()
                                            ? served.get(0).vm()
                                            : flows.get(0).name())
                                    + " is awaited to answer at "
                                    + probes.get(0).address() + " on network "
                                    + probes.get(0).network()
                            : "the edge appliance beside it does not report");
        }
        for (int i = 0; i < flows.size(); i++) {
            Flow wanted = flows.get(i);
            Flow answer = now.get().get(i);
            String mac = answer.mac();
            if (!mac.equalsIgnoreCase(wanted.mac())) {
                Round.next(scope, Continuity.ROUND);
                return Optional.of("VM " + wanted.name() + " is awaited to answer at " + wanted.address()
                        + " on network " + wanted.network() + " as it did before, but "
                        + answer.notAsked()
                                .map(why -> "nobody could be asked: " + why)
                                .orElse(mac.isEmpty() ? "nobody answers there" : "the answer comes from " + mac));
            }
        }
        Optional<String> missing = ServiceGate.missing(served, said.get());
        missing.ifPresent(m -> Round.next(scope, Continuity.ROUND));
        return missing;
    }
}
