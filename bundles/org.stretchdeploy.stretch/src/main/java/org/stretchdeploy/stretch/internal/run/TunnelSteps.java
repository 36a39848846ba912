package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
import org.stretchdeploy.stretch.internal.model.Stretch.ApplianceEnd;
import org.stretchdeploy.stretch.internal.run.Ends.Macs;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Announcement;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Probe;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.ProbeAnswer;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Status;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** What the steps ask of the two edge agents, and what they conclude from the answers. */
final class TunnelSteps {
    /** Stands in a status for "an older configuration is still in force". */
    private static final String UNKNOWN = "*";

    /** Long enough for an agent that starts again or a lease that moves, and well within the time of the rows. */
    static final int BASELINE_ROUNDS = 8;

    /** Name of a flow that asks whether an address is free on its own segment. */
    static final String FREE = "free";

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STALE = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofSeconds(8);
    private static final String BASELINE_ROUND = "baselineRound";
    private static final ProbeAnswer NO_WORD =
            new ProbeAnswer(Optional.empty(), 0, "", "the edge appliance beside it does not report");

    /** An agent tries up to four addresses to ask from, and a peer that does not answer takes three seconds for each. */
    private static final Duration SERVICE_SILENCE = Duration.ofSeconds(18);

    private final TunnelControl tunnels;

    TunnelSteps(TunnelControl tunnels) {
        this.tunnels = tunnels;
    }

    /**
     * An address of the stretched networks and who answers for it.
     *
     * @param mac answer, empty when nobody answered; words that no machine has for an address when it is not known who did
     */
    public record Flow(Side from, String network, String address, String name, String mac) {
        private static final String NOT_ASKED = "not asked: ";

        String id(String prefix) {
            return prefix + "-" + from.name().toLowerCase(java.util.Locale.ROOT) + "-" + network + "-" + address;
        }

        /** Several machines answered, or one at both ends, or nobody could be asked. */
        boolean isDoubtful() {
            return mac.indexOf(' ') >= 0;
        }

        /** Why nobody could be asked, if so. */
        Optional<String> notAsked() {
            return mac.startsWith(NOT_ASKED) ? Optional.of(mac.substring(NOT_ASKED.length())) : Optional.empty();
        }

        private Flow answered(ProbeAnswer answer) {
            return answered(answer.notAsked().isEmpty() ? answer.mac().orElse("") : NOT_ASKED + answer.notAsked());
        }

        Flow answered(String answer) {
            return new Flow(from, network, address, name, answer);
        }
    }

    void configure(Ends ends, Side side, Macs fenced, List<Announcement> announcements, List<Probe> probes) {
        List<ApplianceEnd> members = ends.end(side).members();
        for (int member = 0; member < members.size(); member++) {
            tunnels.configure(members.get(member).agent(), ends.wanted(side, member, fenced, announcements, probes));
        }
    }

    /**
     * Whether both ends are up, forward every network and have proven the frame size.
     *
     * @param complete of an end with two agents both have to be there; a tunnel that is open already may have lost one of them
     */
    StepResult up(StepScope<?> scope, Ends ends, boolean complete) {
        for (Side side : Side.values()) {
            Optional<Status> status = fresh(scope, ends, side);
            List<Status> all = allFresh(scope, ends, side);
            if (status.isEmpty()
                    || complete && all.size() < ends.end(side).members().size()) {
                scope.progress(
                        0, 2, "count", "waiting for the edge appliance in the " + word(side) + " cloud to report");
                return StepResult.again(POLL);
            }
            Status s = status.get();
            Set<String> networks = names(ends);
            if (!(complete ? all : List.of(s))
                            .stream().allMatch(each -> each.state().equals("UP"))
                    || !s.forwarding().containsAll(networks)
                    || !s.mtuProven().containsAll(networks)) {
                scope.progress(
                        1,
                        2,
                        "count",
                        "the tunnel is " + s.state() + (s.reason().isEmpty() ? "" : ": " + s.reason()));
                return StepResult.again(POLL);
            }
        }
        return StepResult.done();
    }

    private static String word(Side side) {
        return side.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Set<String> names(Ends ends) {
        return ends.deploy().networks().stream()
                .map(DeployPlan.NetworkPlan::name)
                .collect(Collectors.toSet());
    }

    /** What the agent says that forwards, or the only one. */
    private Optional<Status> fresh(StepScope<?> scope, Ends ends, Side side) {
        return allFresh(scope, ends, side).stream().min(Status.FORWARDING_FIRST);
    }

    private List<Status> allFresh(StepScope<?> scope, Ends ends, Side side) {
        return ends.end(side).members().stream()
                .flatMap(member -> tunnels.status(member.agent()).stream())
                .filter(s -> s.at().isAfter(scope.now().minus(STALE)))
                .toList();
    }

    /** Whether something holds at every agent of an end that tells about itself: the standby may be the next to forward. */
    private boolean everywhere(StepScope<?> scope, Ends ends, Side side, Predicate<Status> condition) {
        List<Status> all = allFresh(scope, ends, side);
        return !all.isEmpty() && all.stream().allMatch(condition);
    }

    /** Whether an end has told about itself lately. */
    boolean reports(StepScope<?> scope, Ends ends, Side side) {
        return fresh(scope, ends, side).isPresent();
    }

    /** Whether an end keeps these MAC addresses silent. */
    boolean fenced(StepScope<?> scope, Ends ends, Side side, Macs macs) {
        return everywhere(scope, ends, side, s -> macs.byNetwork().entrySet().stream()
                .allMatch(e -> s.fenced().getOrDefault(e.getKey(), Set.of()).containsAll(e.getValue())));
    }

    /** Whether an end has let these MAC addresses go. */
    boolean unfenced(StepScope<?> scope, Ends ends, Side side, Macs macs) {
        return everywhere(
                scope,
                ends,
                side,
                s -> !s.fenced().containsKey(UNKNOWN)
                        && macs.byNetwork().entrySet().stream()
                                .noneMatch(e -> s.fenced().getOrDefault(e.getKey(), Set.of()).stream()
                                        .anyMatch(e.getValue()::contains)));
    }

    boolean announced(StepScope<?> scope, Ends ends, Side side, List<Announcement> announcements) {
        Set<String> wanted = announcements.stream().map(Announcement::id).collect(Collectors.toSet());
        return fresh(scope, ends, side)
                .filter(s -> s.announced().containsAll(wanted))
                .isPresent();
    }

    /** The addresses to watch, seen from both sides: gateways and every VM that has a fixed address. */
    static List<Flow> flows(DeployPlan plan, List<Vm> machines) {
        List<Flow> flows = new ArrayList<>();
        for (DeployPlan.NetworkPlan network : plan.networks()) {
            for (Side side : Side.values()) {
                if (!network.isolated()) {
                    flows.add(new Flow(side, network.name(), network.subnet().gateway(), "gateway", ""));
                }
                for (Vm vm : machines) {
                    vm.nics().stream()
                            .filter(n -> n.network().equals(network.name()))
                            .flatMap(n -> n.address().stream())
                            .forEach(a -> flows.add(new Flow(side, network.name(), a, vm.name(), "")));
                }
            }
        }
        return flows;
    }

    static List<Probe> probes(List<Flow> flows, Side side, String prefix) {
        return flows.stream()
                .filter(f -> f.from() == side)
                .map(f -> new Probe(
                        f.id(prefix), f.network(), f.address(), f.name().equals(FREE)))
                .toList();
    }

    /** The flows with their answers once every probe has one, or the time for silence is over. */
    Optional<List<Flow>> answers(StepScope<?> scope, Ends ends, List<Flow> flows, String prefix) {
        List<Flow> answered = new ArrayList<>();
        boolean patience = scope.now().isBefore(asked(scope, prefix).plus(SILENCE));
        for (Flow flow : flows) {
            Optional<ProbeAnswer> answer =
                    tunnels.active(ends.end(flow.from())).map(s -> s.probes().get(flow.id(prefix)));
            if (answer.isEmpty() && patience) {
                return Optional.empty();
            }
            answered.add(flow.answered(answer.orElse(NO_WORD)));
        }
        return Optional.of(answered);
    }

    /** The id of a baseline's questions in this round, see {@link #baseline}. */
    static String baselineId(StepScope<?> scope, String prefix) {
        int round = Round.of(scope, BASELINE_ROUND);
        return round == 1 ? prefix : prefix + "-" + round;
    }

    /**
     * The answers that later ones are compared with. While the lease of a pair moves, a machine may be seen at both ends, which
     * would never be seen again; and who could not be asked would count as silent, of whom nothing is wanted later: what
     * is doubtful is asked again.
     *
     * @param id of this round, see {@link #baselineId}
     * @param rounds after which doubtful answers are given, too
     */
    Optional<List<Flow>> baseline(StepScope<?> scope, Ends ends, List<Flow> flows, String id, int rounds) {
        Optional<List<Flow>> answers = answers(scope, ends, flows, id);
        if (Round.of(scope, BASELINE_ROUND) < rounds
                && answers.stream().flatMap(List::stream).anyMatch(Flow::isDoubtful)) {
            Round.next(scope, BASELINE_ROUND);
            return Optional.empty();
        }
        return answers;
    }

    /** The failure of a step that has to know who answers, if one of these could not be asked. */
    static Optional<StepResult> notAsked(List<Flow> answers) {
        return answers.stream()
                .filter(flow -> flow.notAsked().isPresent())
                .findFirst()
                .map(flow -> StepResult.failed(
                        "segment-not-asked",
                        "Who answers for " + flow.address() + " on network " + flow.network()
                                + " could not be asked from the "
                                + word(flow.from()) + " side: "
                                + flow.notAsked().orElseThrow()
                                + ". Look whether both edge appliances are well; then try again."));
    }

    /** With who could not be asked as silent: nothing will be wanted of it later. */
    static List<Flow> known(List<Flow> answers) {
        return answers.stream()
                .map(flow -> flow.notAsked().isPresent() ? flow.answered("") : flow)
                .toList();
    }

    /** What machines said to these questions once there is a word to each, or the time for it is over. */
    Optional<List<ServiceResult>> said(
            StepScope<?> scope, Ends ends, Side side, List<ServiceQuestion> questions, String prefix) {
        boolean patience = scope.now().isBefore(asked(scope, prefix).plus(SERVICE_SILENCE));
        Optional<Status> status = tunnels.active(ends.end(side));
        List<ServiceResult> said = new ArrayList<>();
        for (ServiceQuestion question : questions) {
            String id = question.id(prefix);
            Optional<ServiceResult> result = status.flatMap(Status::services).map(results -> results.get(id));
            if (result.isEmpty() && patience) {
                return Optional.empty();
            }
            said.add(result.orElseGet(() -> ServiceResult.notAsked(id, notAsked(scope, ends, side, status))));
        }
        return Optional.of(said);
    }

    private String notAsked(StepScope<?> scope, Ends ends, Side side, Optional<Status> status) {
        if (!reports(scope, ends, side)) {
            return "the edge appliance beside it does not report";
        }
        return status.flatMap(Status::services).isEmpty()
                ? "the edge appliance beside it is of an older release, which cannot ask for services; a stretch that is"
                        + " opened anew has one that can"
                : "the edge appliance beside it has not told what came of it";
    }

    /** When this round of probes was first asked for; kept in the journal so that a restart does not wait again. */
    private static Instant asked(StepScope<?> scope, String prefix) {
        String key = "asked-" + prefix;
        return scope.noted(key, Instant.class).orElseGet(() -> {
            scope.note(key, scope.now());
            return scope.now();
        });
    }

    StepResult poll() {
        return StepResult.again(POLL);
    }

    /** The report: what answered before has to answer now, with the same MAC address. */
    static ContinuityReport report(StepScope<?> scope, List<Flow> before, List<Flow> after) {
        List<ContinuityReport.Flow> lines = new ArrayList<>();
        boolean proven = true;
        for (int i = 0; i < before.size(); i++) {
            Flow b = before.get(i);
            Flow a = after.get(i);
            boolean was = !b.mac().isEmpty();
            boolean is = a.mac().equalsIgnoreCase(b.mac()) && was;
            proven &= !was || is;
            lines.add(new ContinuityReport.Flow(
                    b.name() + " (" + b.address() + ") seen from the " + word(b.from()) + " side of " + b.network(),
                    "arp",
                    was,
                    is,
                    -1,
                    a.notAsked()
                            .map(why -> "could not be asked: " + why)
                            .orElse(a.mac().isEmpty() ? "no answer" : "answered by " + a.mac())));
        }
        return new ContinuityReport(scope.now(), proven, lines);
    }
}
