package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.GatePlan;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Probe;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Service;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.control.ServiceResult.Answer;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/**
 * What machines say when they are asked whether they serve (ADR 0034): before anything moves, so that nobody waits later for
 * what was never there, and between two start orders.
 */
final class ServiceGate {
    /** Output of the row that asks before: the questions that were answered. */
    private static final String SERVED = "served";

    /** A guest that is busy, or a lost frame, does not end a deploy. */
    private static final int ROUNDS_BEFORE = 3;

    private final TunnelSteps tunnel;
    private final StepScope<?> scope;
    private final List<ServiceQuestion> questions;

    /** All questions of the operation's gates. */
    ServiceGate(TunnelSteps tunnel, StepScope<?> scope, Optional<GatePlan> gate) {
        this.tunnel = tunnel;
        this.scope = scope;
        this.questions = gate.map(GatePlan::services).orElse(List.of());
    }

    /** The questions that were answered before and whose machine is one of these. */
    static List<ServiceQuestion> served(StepScope<?> scope, List<String> machines) {
        return scope.output(SERVED, ServiceQuestion[].class).stream()
                .flatMap(Arrays::stream)
                .filter(question -> machines.contains(question.vm()))
                .toList();
    }

    static List<Probe> probes(List<ServiceQuestion> questions, String prefix) {
        return questions.stream()
                .map(q -> new Probe(
                        q.id(prefix),
                        q.network(),
                        q.address(),
                        true,
                        Optional.of(new Service(q.mac(), q.port(), q.from()))))
                .toList();
    }

    private String roundKey() {
        return "serves-round-" + scope.attempt();
    }

    private int round() {
        return Round.of(scope, roundKey());
    }

    private String prefix() {
        return scope.operationId() + "-serves-" + scope.attempt() + "-" + round();
    }

    /** What the agent beside the machines is to ask now. */
    List<Probe> probes() {
        return probes(questions, prefix());
    }

    /**
     * Done when every machine has answered at one address at least, where its gate will ask it again.
     *
     * @param side whose agent asks
     * @param done what the row gives when that is so
     */
    StepResult before(Ends ends, Side side, StepResult.Done done) {
        if (questions.isEmpty()) {
            return done;
        }
        Optional<List<ServiceResult>> said = tunnel.said(scope, ends, side, questions, prefix());
        if (said.isEmpty()) {
            scope.progress(0, 1, "count", "asking machines for the services that gates wait for");
            return tunnel.poll();
        }
        List<ServiceQuestion> served = new ArrayList<>();
        Map<String, String> silent = new LinkedHashMap<>();
        boolean asked = true;
        for (int i = 0; i < questions.size(); i++) {
            ServiceQuestion question = questions.get(i);
            ServiceResult result = said.get().get(i);
            if (result.answer() == Answer.OPEN) {
                served.add(question);
            } else {
                silent.merge(question.vm(), what(question, result), (one, other) -> one + "; " + other);
                asked &= result.answer() != Answer.NOT_ASKED;
            }
        }
        served.forEach(question -> silent.remove(question.vm()));
        if (silent.isEmpty()) {
            return done.with(SERVED, served);
        }
        if (round() < ROUNDS_BEFORE) {
            Round.next(scope, roundKey());
            return tunnel.poll();
        }
        return refused(silent, asked);
    }

    private static StepResult refused(Map<String, String> silent, boolean asked) {
        String who = String.join(", ", silent.keySet());
        String what = String.join("; ", silent.values());
        if (!asked) {
            return StepResult.failed(
                    "gate-not-asked",
                    "The gate asks " + who + " for a service, and they could not all be asked before the move: " + what
                            + ". Nothing was moved. Without a service: a gate of network.");
        }
        return StepResult.failed(
                "gate-silent",
                "The gate would wait in vain for " + who + ", which do not serve now, before the move: " + what
                        + ". Nothing was moved. Start the service, or give them a gate of network.");
    }

    private static String what(ServiceQuestion question, ServiceResult result) {
        String why =
                switch (result.answer()) {
                    case OPEN -> "answers";
                    case CLOSED -> "refuses the connection";
                    case SILENT -> "does not answer";
                    case NOT_ASKED -> "could not be asked: " + result.reason();
                };
        return question.vm() + " at " + question.address() + " on network " + question.network() + ", "
                + question.service() + ", " + why;
    }

    /** The first one that does not serve as it did. */
    static Optional<String> missing(List<ServiceQuestion> served, List<ServiceResult> said) {
        for (int i = 0; i < served.size(); i++) {
            if (said.get(i).answer() != Answer.OPEN) {
                return Optional.of("VM " + what(served.get(i), said.get(i)) + ", as it did before");
            }
        }
        return Optional.empty();
    }
}
