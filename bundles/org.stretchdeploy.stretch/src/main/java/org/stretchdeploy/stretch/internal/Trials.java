package org.stretchdeploy.stretch.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.Trial;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.model.Stretch.TrialMark;
import org.stretchdeploy.stretch.internal.register.Stretches;
import org.stretchdeploy.stretch.internal.run.DeploySteps;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.WorkflowEngine;
import org.stretchdeploy.workflow.WorkflowException;

/**
 * Deploys on trial: their end, their commit, how they stand. The end is in the record of the stretch, the returns are
 * operations with a number in their idempotency key; this class keeps nothing that a restart would miss, so any node
 * may look, also several at a time. Thread-safe.
 */
final class Trials {
    private static final Logger LOG = LoggerFactory.getLogger(Trials.class);

    /** Another operation that holds the vApp, or another node that was faster, is no reason for an alarm yet. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(20);

    private final Stretches stretches;
    private final WorkflowEngine engine;
    private final Clock clock;
    private final Starter starter;
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    /** Submits the return of a trial. */
    interface Starter {
        OperationId start(ReturnRequest request, String key, String trial);
    }

    /** Why a return could not begin, and when to try again. */
    private record Trouble(Instant since, String sentence, Instant nextTry) {}

    Trials(Stretches stretches, WorkflowEngine engine, Clock clock, Starter starter) {
        this.stretches = stretches;
        this.engine = engine;
        this.clock = clock;
        this.starter = starter;
    }

    /** Starts the return of every trial that is over. Called every few seconds. */
    void look() {
        Instant now = clock.instant();
        for (Stretch stretch : stretches.all()) {
            for (TrialMark trial : stretch.trials()) {
                if (trial.open() && !now.isBefore(trial.endsAt())) {
                    try {
                        expired(stretch, trial, now);
                    } catch (StretchException | WorkflowException e) {
                        trouble(trial, now, e.getMessage());
                    }
                }
            }
        }
        troubles.keySet().removeIf(operation -> find(operation).isEmpty());
    }

    private void expired(Stretch stretch, TrialMark trial, Instant now) {
        List<OperationState> returns = returns(trial.operation());
        if (returns.stream().anyMatch(r -> !r.ended())) {
            troubles.remove(trial.operation());
            return;
        }
        Optional<OperationState> last = returns.stream().max(Comparator.comparing(OperationState::submittedAt));
        if (last.filter(r -> r.phase() == Phase.NEEDS_OPERATOR && !r.abandoned())
                .isPresent()) {
            trouble(trial, now, "Its return, operation " + last.get().id() + ", needs an operator.");
            return;
        }
        Instant earliest = last.flatMap(OperationState::endedAt)
                .map(at -> at.plus(wait(returns.size())))
                .orElse(Instant.MIN);
        if (now.isBefore(earliest)) {
            trouble(
                    trial,
                    now,
                    "Its return, operation " + last.orElseThrow().id() + ", went back ("
                            + last.get().sentence().orElse("cancelled") + "); the next one starts at " + earliest
                            + ".");
            return;
        }
        Trouble before = troubles.get(trial.operation());
        if (before == null || !now.isBefore(before.nextTry())) {
            start(stretch, trial, returns.size() + 1, now);
        }
    }

    private void start(Stretch stretch, TrialMark trial, int number, Instant now) {
        var request = new ReturnRequest(
                new CloudName(stretch.deploy().source()),
                stretch.deploy().vApp(),
                trial.vms(),
                List.of("*"),
                trial.discard() ? TargetWrites.DISCARD : TargetWrites.KEEP);
        try {
            OperationId id = starter.start(request, prefix(trial.operation()) + number, trial.operation());
            LOG.info(
                    "event=trial-over operation={} return={} number={} endedAt={}",
                    trial.operation(),
                    id,
                    number,
                    trial.endsAt());
            troubles.remove(trial.operation());
        } catch (StretchException e) {
            boolean held = e.kind() == StretchException.Kind.CONFLICT
                    || e.findings().stream().anyMatch(f -> f.id().equals("operation-running"));
            if (!held || now.isAfter(trial.endsAt().plus(GRACE))) {
                trouble(trial, now, e.getMessage());
            }
        }
    }

    private void trouble(TrialMark trial, Instant now, String sentence) {
        Trouble before = troubles.put(trial.operation(), new Trouble(trial.endsAt(), sentence, now.plus(LOOK_AGAIN)));
        if (before == null) {
            LOG.warn(
                    "event=alarm code={} operation={} since={} message=\"{}\"",
                    Alarm.TRIAL_OVERDUE,
                    trial.operation(),
                    trial.endsAt(),
                    sentence.replace('"', '\'').replace('\n', ' '));
        }
    }

    private static Duration wait(int attempts) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(10, attempts - 1));
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    /** Begin of the idempotency keys of the returns that a trial has caused. */
    private static String prefix(String operation) {
        return "trial-over:" + operation + ":";
    }

    private List<OperationState> returns(String operation) {
        return engine.withKeyPrefix(prefix(operation));
    }

    private Optional<TrialMark> find(String operation) {
        return stretches.all().stream()
                .flatMap(s -> s.trial(operation).stream())
                .filter(TrialMark::open)
                .findFirst();
    }

    /**
     * Ends a trial: the machines stay. Doing it twice is fine.
     *
     * @throws StretchException CONFLICT when there is no trial, or it is over
     */
    void commit(OperationState deploy) {
        if (deploy.input().path("trial").isMissingNode()
                || deploy.input().path("trial").isNull()) {
            throw StretchException.conflict("not-on-trial", "Operation " + deploy.id() + " is no deploy on trial.");
        }
        String operation = deploy.id().value();
        boolean signalled = !deploy.ended() && signal(deploy);
        Optional<TrialMark> mark =
                stretches.find(deploy.input().path("stretchId").asText()).flatMap(s -> s.trial(operation));
        if (mark.isEmpty() && signalled || mark.filter(m -> !m.open()).isPresent()) {
            return;
        }
        if (mark.isEmpty()) {
            throw StretchException.conflict(
                    deploy.phase() == Phase.SUCCEEDED ? "trial-over" : "not-on-trial",
                    deploy.phase() == Phase.SUCCEEDED
                            ? "The trial is over, its machines are home again."
                            : "The deploy has not succeeded, so there is nothing to commit.");
        }
        returns(operation).stream().filter(r -> !r.ended()).findFirst().ifPresent(r -> {
            throw StretchException.conflict(
                    "trial-over",
                    "The trial is over: operation " + r.id()
                            + " brings its machines home. Cancel that one first, then commit within a minute.");
        });
        stretches.update(
                deploy.input().path("stretchId").asText(),
                s -> s.withTrials(s.trials().stream()
                        .map(t -> t.operation().equals(operation) ? t.committed(clock.instant()) : t)
                        .toList()));
        troubles.remove(operation);
        LOG.info("event=trial-committed operation={}", operation);
    }

    private boolean signal(OperationState deploy) {
        try {
            engine.signal(deploy.id(), DeploySteps.COMMIT, Json.mapper().valueToTree(true), "user");
            return true;
        } catch (WorkflowException e) {
            LOG.debug("event=commit-after-end operation={}", deploy.id());
            return false;
        }
    }

    /** How the trial of a deploy stands; empty when it is none or came to nothing. */
    Optional<Trial> of(OperationState deploy) {
        var wish = deploy.input().path("trial");
        if (wish.isMissingNode() || wish.isNull()) {
            return Optional.empty();
        }
        TargetWrites writes = wish.path("discard").asBoolean() ? TargetWrites.DISCARD : TargetWrites.KEEP;
        Optional<TrialMark> mark = stretches
                .find(deploy.input().path("stretchId").asText())
                .flatMap(s -> s.trial(deploy.id().value()));
        if (mark.isPresent()) {
            return Optional.of(
                    new Trial(state(mark.get()), writes, Optional.of(mark.get().endsAt())));
        }
        return switch (deploy.phase()) {
            case RUNNING ->
                Optional.of(new Trial(
                        deploy.signals().containsKey(DeploySteps.COMMIT) ? Trial.State.COMMITTED : Trial.State.PENDING,
                        writes,
                        Optional.empty()));
            case NEEDS_OPERATOR -> Optional.of(new Trial(Trial.State.PENDING, writes, Optional.empty()));
            case SUCCEEDED -> Optional.of(new Trial(Trial.State.RETURNED, writes, Optional.empty()));
            default -> Optional.empty();
        };
    }

    private Trial.State state(TrialMark mark) {
        if (!mark.open()) {
            return Trial.State.COMMITTED;
        }
        if (clock.instant().isBefore(mark.endsAt())) {
            return Trial.State.RUNNING;
        }
        return troubles.containsKey(mark.operation()) ? Trial.State.OVERDUE : Trial.State.RETURNING;
    }

    /** The alarm of a trial that is over and whose machines are not on their way home. */
    Optional<Alarm> alarm(String deploy) {
        return Optional.ofNullable(troubles.get(deploy))
                .map(t -> new Alarm(
                        Alarm.TRIAL_OVERDUE,
                        t.since(),
                        "The trial is over, but its machines are not on their way home: " + t.sentence()));
    }
}
