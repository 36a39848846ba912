package org.stretchdeploy.stretch.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Trial;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.plan.StepPlaces;
import org.stretchdeploy.stretch.internal.plan.TunnelPrechecks;
import org.stretchdeploy.stretch.internal.run.DeploySteps;
import org.stretchdeploy.stretch.internal.run.ReturnTable;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.StepState;

/** Translates the engine's words into the API's. Pure functions of the journal. */
final class OperationView {
    private final ObjectMapper json;

    OperationView(ObjectMapper json) {
        this.json = json;
    }

    static Operation.Kind kind(OperationState state) {
        return state.workflow().equals(ReturnTable.NAME) ? Operation.Kind.RETURN : Operation.Kind.DEPLOY;
    }

    /**
     * @param alarms what is known besides the journal
     * @param trial  how the trial of the deploy stands
     */
    Operation operation(OperationState state, Rates rates, List<Alarm> alarms, Optional<Trial> trial) {
        boolean home = kind(state) == Operation.Kind.RETURN;
        JsonNode input = state.input();
        String source = input.path("source").asText();
        String target = input.path("target").asText();
        List<String> vms = new ArrayList<>();
        input.path("vms").forEach(vm -> vms.add(vm.path("name").asText()));
        List<Operation.Step> steps = new ArrayList<>();
        state.steps().forEach(step -> steps.add(step(step, state, source, target, home, rates)));
        String vApp = input.path("vApp").asText();
        return new Operation(
                new OperationId(state.id().value()),
                kind(state),
                phase(state.phase()),
                (home ? "Return " : "Stretch deploy ") + String.join(", ", vms) + " of " + vApp,
                new CloudName(source),
                new CloudName(target),
                vApp,
                vms,
                state.submittedAt(),
                state.endedAt(),
                state.cancelRequested(),
                state.pivotPassed(),
                steps,
                failure(state),
                state.output("continuity").flatMap(this::continuity),
                notices(state),
                state.remaining().stream().map(OperationView::remaining).toList(),
                Stream.concat(stalled(state).stream(), alarms.stream()).toList(),
                trial,
                state.lastSeq());
    }

    private static String remaining(JournalEvent.RemainingStep step) {
        return step.stepId() + " " + step.title() + ": " + step.sentence();
    }

    private static Operation.State phase(Phase phase) {
        return switch (phase) {
            case RUNNING -> Operation.State.RUNNING;
            case COMPENSATING -> Operation.State.COMPENSATING;
            case SUCCEEDED -> Operation.State.SUCCEEDED;
            case COMPENSATED -> Operation.State.COMPENSATED;
            case CANCELLED -> Operation.State.CANCELLED;
            case NEEDS_OPERATOR -> Operation.State.NEEDS_OPERATOR;
        };
    }

    private static Optional<Operation.Failure> failure(OperationState state) {
        if (state.phase() == Phase.SUCCEEDED || state.code().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Operation.Failure(
                failedStep(state), state.code().get(), state.sentence().orElse("")));
    }

    /**
     * The row that failed in the way in which the operation did; without one, as when the node went away, how far it had
     * come. A row that failed for a while and went on is not meant.
     */
    private static String failedStep(OperationState state) {
        return last(state, step -> step.code().isPresent() && step.code().equals(state.code()))
                .or(() -> last(state, step -> step.since().isPresent()))
                .orElse("");
    }

    private static Optional<String> last(OperationState state, Predicate<StepState> wanted) {
        return state.steps().stream().filter(wanted).map(StepState::id).reduce((earlier, later) -> later);
    }

    private List<String> notices(OperationState state) {
        List<String> notices = new ArrayList<>();
        onlyAppliance(state).ifPresent(notices::add);
        state.output("differences").ifPresent(list -> list.forEach(d -> notices.add(d.asText())));
        return notices;
    }

    /** Said of a deploy that has opened a tunnel with an appliance less than the controller is set to. */
    private Optional<String> onlyAppliance(OperationState state) {
        JsonNode tunnel = state.input().path("tunnel");
        if (kind(state) == Operation.Kind.RETURN
                || state.input().path("joins").asBoolean()
                || !tunnel.hasNonNull("standbyWanted")) {
            return Optional.empty();
        }
        return Optional.of(json.convertValue(tunnel, DeployPlan.TunnelPlan.class))
                .filter(DeployPlan.TunnelPlan::lacksPort)
                .map(TunnelPrechecks::onlyAppliance);
    }

    /** The alarm of an operation that does not move, with what its step said last. */
    private static Optional<Alarm> stalled(OperationState state) {
        return state.stalledSince().map(since -> {
            Optional<StepState> step = state.currentStep().flatMap(state::step);
            String where =
                    step.map(s -> " Step " + s.id() + " (" + s.title() + ").").orElse("");
            String said = step.flatMap(StepState::sentence)
                    .or(() -> state.progress()
                            .filter(p -> state.currentStep().equals(Optional.of(p.stepId())))
                            .map(Progress::text))
                    .filter(text -> !text.isBlank())
                    .map(text -> " Last heard: " + text)
                    .orElse("");
            return new Alarm(
                    Alarm.STALLED,
                    since,
                    "No progress since " + since + "." + where + said
                            + " The operation goes on by itself when the cause is mended.");
        });
    }

    private Optional<ContinuityReport> continuity(JsonNode node) {
        return Optional.of(json.convertValue(node, ContinuityReport.class));
    }

    private static Operation.Step step(
            StepState step, OperationState state, String source, String target, boolean home, Rates rates) {
        Optional<Operation.Progress> progress = state.progress()
                .filter(p -> p.stepId().equals(step.id()) && state.currentStep().equals(Optional.of(step.id())))
                .map(rates::describe);
        Operation.StepState word = word(step);
        Optional<Instant> ended = word == Operation.StepState.WAITING || word == Operation.StepState.RUNNING
                ? Optional.empty()
                : step.updatedAt();
        return new Operation.Step(
                step.id(),
                step.name(),
                step.title(),
                StepPlaces.cloud(step.id(), step.name(), source, target, home),
                word,
                step.since(),
                ended,
                progress,
                step.node());
    }

    private static Operation.StepState word(StepState step) {
        return switch (step.status()) {
            case PENDING -> Operation.StepState.WAITING;
            case SKIPPED -> Operation.StepState.SKIPPED;
            case INTENDED, RETRYING -> Operation.StepState.RUNNING;
            case DONE -> Operation.StepState.DONE;
            case FAILED, UNDO_FAILED -> Operation.StepState.FAILED;
            case UNDOING, UNDO_RETRYING -> Operation.StepState.UNDOING;
            case UNDONE -> Operation.StepState.UNDONE;
        };
    }

    /** Only what surfaces show; notes and outputs are the workflow's own business. */
    Optional<OperationEvent> event(
            org.stretchdeploy.workflow.OperationId id, JournalEntry entry, OperationState state) {
        JournalEvent e = entry.event();
        if (e instanceof JournalEvent.OperationSubmitted) {
            return event(id, entry, "submitted", "", "submitted", Map.of());
        } else if (e instanceof JournalEvent.StepIntended s) {
            return event(
                    id,
                    entry,
                    "step-started",
                    s.stepId(),
                    title(state, s.stepId()),
                    data("attempt", "" + s.attempt(), s.node()));
        } else if (e instanceof JournalEvent.StepDone s) {
            return event(id, entry, "step-done", s.stepId(), title(state, s.stepId()), node(s.node()));
        } else if (e instanceof JournalEvent.StepFailed s) {
            return event(
                    id,
                    entry,
                    "step-failed",
                    s.stepId(),
                    s.sentence(),
                    Map.of("code", s.code(), "final", "" + s.retryAt().isEmpty()));
        } else if (e instanceof JournalEvent.StepUndone s) {
            return event(id, entry, "step-undone", s.stepId(), title(state, s.stepId()), node(s.node()));
        } else if (e instanceof JournalEvent.UndoFailed s) {
            return event(
                    id,
                    entry,
                    "undo-failed",
                    s.stepId(),
                    s.sentence(),
                    Map.of("code", s.code(), "final", "" + s.retryAt().isEmpty()));
        } else if (e instanceof JournalEvent.Interrupted s) {
            return event(
                    id,
                    entry,
                    "interrupted",
                    "",
                    "the node " + s.node() + " went away in the middle; another, or itself again, has it now",
                    node(Optional.of(s.node())));
        } else if (e instanceof JournalEvent.CompensationStarted s) {
            return event(id, entry, "compensation-started", "", s.sentence(), Map.of("code", s.code()));
        } else if (e instanceof JournalEvent.CancelRequested) {
            return event(id, entry, "cancel-requested", "", "cancel requested", Map.of());
        } else if (e instanceof JournalEvent.PivotPassed s) {
            return event(id, entry, "pivot-passed", s.stepId(), "no way back from here", Map.of());
        } else if (e instanceof JournalEvent.Stalled s) {
            return event(id, entry, "stalled", s.stepId().orElse(""), "no progress since " + s.since(), Map.of());
        } else if (e instanceof JournalEvent.ProgressResumed s) {
            return event(id, entry, "progress-resumed", s.stepId().orElse(""), "it moves again", Map.of());
        } else if (e instanceof JournalEvent.Signalled s && s.name().equals(DeploySteps.COMMIT)) {
            return event(id, entry, "committed", "", "the trial is committed: the machines stay", Map.of());
        } else if (e instanceof JournalEvent.Ended s) {
            return event(id, entry, "ended", "", s.sentence(), ended(s));
        }
        return Optional.empty();
    }

    private static Map<String, String> node(Optional<String> node) {
        return node.map(name -> Map.of("node", name)).orElse(Map.of());
    }

    private static Map<String, String> data(String key, String value, Optional<String> node) {
        Map<String, String> data = new LinkedHashMap<>(node(node));
        data.put(key, value);
        return data;
    }

    private static Map<String, String> ended(JournalEvent.Ended s) {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("state", s.end().name());
        data.put("code", s.code() == null ? "" : s.code());
        return data;
    }

    private static String title(OperationState state, String stepId) {
        return state.step(stepId).map(StepState::title).orElse(stepId);
    }

    private static Optional<OperationEvent> event(
            org.stretchdeploy.workflow.OperationId id,
            JournalEntry entry,
            String type,
            String step,
            String message,
            Map<String, String> data) {
        return Optional.of(new OperationEvent(
                new OperationId(id.value()),
                entry.seq(),
                entry.at(),
                type,
                step,
                message == null ? "" : message,
                data));
    }

    /** A progress report carries the number of the last stored event: following goes on from there. */
    static OperationEvent progress(
            org.stretchdeploy.workflow.OperationId id, long sequence, Progress progress, Rates rates) {
        Operation.Progress p = rates.describe(progress);
        Map<String, String> data = new LinkedHashMap<>();
        data.put("done", "" + p.done());
        data.put("total", "" + p.total());
        data.put("unit", p.unit());
        data.put("ratePerSecond", "" + Math.round(p.ratePerSecond()));
        data.put("secondsLeft", "" + p.secondsLeft());
        return new OperationEvent(
                new OperationId(id.value()),
                sequence,
                progress.at(),
                "step-progress",
                progress.stepId(),
                p.text(),
                data);
    }
}
