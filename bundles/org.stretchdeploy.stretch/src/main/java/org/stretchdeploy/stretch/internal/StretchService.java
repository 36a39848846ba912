package org.stretchdeploy.stretch.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Health;
import org.stretchdeploy.api.Metric;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.stretch.internal.cloud.CloudFailures;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.plan.PlanDocument;
import org.stretchdeploy.stretch.internal.plan.Planner;
import org.stretchdeploy.stretch.internal.plan.Prechecks;
import org.stretchdeploy.stretch.internal.plan.ReturnPlanner;
import org.stretchdeploy.stretch.internal.plan.Survey;
import org.stretchdeploy.stretch.internal.plan.Surveyor;
import org.stretchdeploy.stretch.internal.plan.TunnelPlanner;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.run.Fenced;
import org.stretchdeploy.stretch.internal.run.Parts;
import org.stretchdeploy.stretch.internal.run.ReturnTable;
import org.stretchdeploy.stretch.internal.tunnel.TunnelMetrics;
import org.stretchdeploy.stretch.internal.tunnel.TunnelView;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.Submission;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowEngine;
import org.stretchdeploy.workflow.WorkflowException;
import org.stretchdeploy.workflow.WorkflowListener;

/** The API over planner and engine. */
public final class StretchService implements StretchDeploy, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StretchService.class);

    private final Parts parts;
    private final WorkflowEngine engine;
    private final OpenOperations operations;
    private final Random chance;
    private final Workflow<DeployPlan> deployTable;
    private final Workflow<ReturnPlan> returnTable;
    private final Surveyor surveyor;
    private final ReturnPlanner returnPlanner;
    private final OperationView view;
    private final Trials trials;
    private final FenceWatch fences;
    private final Meters meters = new Meters();
    private final TunnelView tunnelView;
    private final Clock clock;
    private final Map<String, Rates> rates = new ConcurrentHashMap<>();
    private final List<WorkflowEngine.Registration> registrations;

    public StretchService(Parts parts, WorkflowEngine engine, ObjectMapper json, Clock clock) {
        this(parts, engine, json, clock, DeployTable.with(parts), ReturnTable.with(parts), new SecureRandom());
    }

    /** With other tables, because the simulation has to catch broken ones, and with chance that can be repeated. */
    StretchService(
            Parts parts,
            WorkflowEngine engine,
            ObjectMapper json,
            Clock clock,
            Workflow<DeployPlan> deployTable,
            Workflow<ReturnPlan> returnTable,
            Random chance) {
        this.parts = parts;
        this.chance = chance;
        this.clock = clock;
        this.tunnelView = new TunnelView(parts.tunnels());
        this.engine = engine;
        this.operations = new OpenOperations(engine);
        this.view = new OperationView(json);
        this.deployTable = deployTable;
        this.returnTable = returnTable;
        this.surveyor = new Surveyor(
                parts.clouds(), parts.stretches(), parts.packages(), operations::heldLocks, parts.tunnels()::settings);
        this.returnPlanner = new ReturnPlanner(parts.clouds(), parts.stretches(), parts.packages(), operations::holder);
        this.fences = new FenceWatch(parts.clouds(), parts.breaches(), this::fenced, clock, meters::fenceBroken);
        this.trials = new Trials(parts.stretches(), engine, clock, this::bringBack);
        this.registrations =
                List.of(engine.subscribe(new Ear()), engine.register(deployTable), engine.register(returnTable));
    }

    /** Keeps the rates of running steps and writes one log line per event. */
    private final class Ear implements WorkflowListener {
        private final Map<org.stretchdeploy.workflow.OperationId, OperationState> tables = new ConcurrentHashMap<>();

        @Override
        public void onEvent(org.stretchdeploy.workflow.OperationId id, JournalEntry entry) {
            Optional<OperationState> table = table(id);
            table.ifPresent(state -> meters.happened(entry, state));
            table.flatMap(state -> view.event(id, entry, state)).ifPresent(e -> {
                LOG.info(
                        "event={} operation={} step={} message=\"{}\" {}",
                        e.type(),
                        id,
                        e.step(),
                        e.message().replace('"', '\'').replace('\n', ' '),
                        e.data());
                if (e.type().equals("ended")) {
                    rates.remove(id.value());
                    tables.remove(id);
                }
            });
        }

        /** The operation as it was at its first event: the titles of its rows do not change, and reading it is dear. */
        private Optional<OperationState> table(org.stretchdeploy.workflow.OperationId id) {
            return Optional.ofNullable(
                    tables.computeIfAbsent(id, k -> engine.find(k).orElse(null)));
        }

        @Override
        public void onProgress(org.stretchdeploy.workflow.OperationId id, Progress progress) {
            rates(id.value()).add(progress);
            table(id).ifPresent(state -> meters.progressed(state, progress));
        }
    }

    /** Looks after what has to happen by itself. Called every few seconds; never throws. */
    void look() {
        look("trials", trials::look);
        look("tunnels", () -> tunnelView.look(places()));
    }

    /** Looks for fenced machines that somebody has started. Called every few seconds; never throws. */
    public void lookAtFences() {
        look("fences", fences::look);
    }

    private static void look(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            StoreOutage.log(LOG, what, e);
        }
    }

    private List<Fenced> fenced() {
        return Fenced.of(parts.stretches().all(), operations.open(), deployTable, returnTable);
    }

    private Rates rates(String id) {
        return rates.computeIfAbsent(id, k -> new Rates());
    }

    /** Whether a registered cloud may not be removed. */
    public boolean uses(String cloud) {
        boolean stretched = parts.stretches().all().stream()
                .anyMatch(s ->
                        s.deploy().source().equals(cloud) || s.deploy().target().equals(cloud));
        return stretched
                || operations.open().stream()
                        .anyMatch(s -> s.input().path("source").asText().equals(cloud)
                                || s.input().path("target").asText().equals(cloud));
    }

    /** Whether an operation is known, has ended and will not go on. */
    public boolean isOver(String operation) {
        return operations.isOver(operation);
    }

    private record Draft(Survey survey, Optional<DeployPlan> plan, Plan document) {}

    private Draft draft(StretchRequest request) {
        try {
            Survey survey = surveyor.survey(request);
            List<Finding> findings = Prechecks.run(survey);
            if (findings.stream().anyMatch(Finding::blocks)) {
                String summary = "The deploy of " + request.vApp() + " is blocked.";
                return new Draft(
                        survey, Optional.empty(), PlanDocument.blocked(Operation.Kind.DEPLOY, summary, findings));
            }
            DeployPlan plan = Planner.plan(survey, newStretchId());
            return new Draft(
                    survey, Optional.of(plan), PlanDocument.deploy(survey, plan, deployTable.rows(plan), findings));
        } catch (CloudException e) {
            throw CloudFailures.translate("one of the clouds", e);
        }
    }

    private String newStretchId() {
        byte[] bytes = new byte[6];
        chance.nextBytes(bytes);
        return "st-" + java.util.HexFormat.of().formatHex(bytes);
    }

    @Override
    public Plan plan(StretchRequest request) {
        return draft(request).document();
    }

    @Override
    public Plan plan(ReturnRequest request) {
        ReturnPlanner.Draft draft = returnDraft(request, Optional.empty());
        return ReturnPlanner.document(draft, draft.plan().map(returnTable::rows).orElse(List.of()));
    }

    private ReturnPlanner.Draft returnDraft(ReturnRequest request, Optional<String> trial) {
        try {
            return returnPlanner.draft(request, trial);
        } catch (CloudException e) {
            throw CloudFailures.translate("one of the clouds", e);
        }
    }

    @Override
    public OperationId deploy(StretchRequest request, Optional<String> idempotencyKey) {
        Optional<OperationId> known = known("deploy", request.toString(), idempotencyKey);
        if (known.isPresent()) {
            return known.get();
        }
        while (true) {
            Draft draft = draft(request);
            refuse(draft.document(), request.acceptedLosses());
            DeployPlan plan = draft.plan().orElseThrow();
            String vApp = Surveyor.lockKey(plan.source(), plan.sourceVApp());
            List<String> tunnel = TunnelPlanner.tunnelLocks(plan);
            try {
                return submit(
                        deployTable.name(),
                        deployTable.encode(plan),
                        key("deploy", request.toString(), idempotencyKey),
                        Stream.concat(Stream.of(vApp), tunnel.stream()).toArray(String[]::new));
            } catch (StretchException e) {
                // another deploy took this end of the tunnel after we had looked; the next plan takes another one
                if (tunnel.stream().noneMatch(operations.heldLocks()::containsKey)
                        || operations.heldLocks().containsKey(vApp)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public OperationId bringBack(ReturnRequest request, Optional<String> idempotencyKey) {
        Optional<OperationId> known = known("return", request.toString(), idempotencyKey);
        if (known.isPresent()) {
            return known.get();
        }
        return bringBack(request, key("return", request.toString(), idempotencyKey), Optional.empty());
    }

    /** The return at the end of a trial. */
    private OperationId bringBack(ReturnRequest request, String key, String trial) {
        return bringBack(request, key, Optional.of(trial));
    }

    private OperationId bringBack(ReturnRequest request, String key, Optional<String> trial) {
        ReturnPlanner.Draft draft = returnDraft(request, trial);
        refuse(
                ReturnPlanner.document(
                        draft, draft.plan().map(returnTable::rows).orElse(List.of())),
                request.acceptedLosses());
        ReturnPlan plan = draft.plan().orElseThrow();
        return submit(
                returnTable.name(),
                returnTable.encode(plan),
                key,
                Surveyor.lockKey(plan.source(), draft.stretch().deploy().sourceVApp()));
    }

    private static void refuse(Plan plan, List<String> accepted) {
        if (!plan.executable()) {
            throw StretchException.blocked(plan.findings());
        }
        PlanDocument.unaccepted(plan, accepted).ifPresent(loss -> {
            throw StretchException.blocked(List.of(new Finding(
                    "consent-needed",
                    Finding.Severity.BLOCKER,
                    "",
                    loss.subject(),
                    loss.sentence(),
                    "Accept it by naming " + loss.id() + " in acceptedLosses.")));
        });
    }

    /**
     * The key that the engine sees holds a digest of the request: the plan that is submitted is made anew each time and
     * may differ, the request may not.
     */
    private String key(String word, String request, Optional<String> idempotencyKey) {
        return idempotencyKey
                .map(k -> word + ":" + k + ":" + Integer.toHexString(request.hashCode()))
                .orElseGet(() -> word + ":" + newStretchId());
    }

    private Optional<OperationId> known(String word, String request, Optional<String> idempotencyKey) {
        if (idempotencyKey.isEmpty()) {
            return Optional.empty();
        }
        checkKey(idempotencyKey.get());
        String prefix = word + ":" + idempotencyKey.get() + ":";
        String whole = key(word, request, idempotencyKey);
        Optional<OperationState> before = engine.withKeyPrefix(prefix).stream().findFirst();
        if (before.filter(s -> !s.idempotencyKey().equals(whole)).isPresent()) {
            throw StretchException.conflict(
                    "idempotency-key-reused",
                    "The idempotency key was used for another request (operation "
                            + before.get().id() + "); choose a new one.");
        }
        return before.map(s -> new OperationId(s.id().value()));
    }

    private static void checkKey(String key) {
        if (!key.matches("[A-Za-z0-9._-]{1,100}")) {
            throw StretchException.user(
                    "invalid-idempotency-key",
                    "An idempotency key is 1 to 100 letters, digits, dots, dashes and underscores.");
        }
    }

    private OperationId submit(
            String workflow, com.fasterxml.jackson.databind.JsonNode input, String key, String... locks) {
        try {
            return new OperationId(
                    engine.submit(Submission.of(workflow, input, key).locking(locks))
                            .value());
        } catch (WorkflowException e) {
            throw translate(e);
        }
    }

    private static StretchException translate(WorkflowException e) {
        String said = String.valueOf(e.getMessage());
        String sentence = said.isEmpty()
                ? "The journal refused."
                : Character.toUpperCase(said.charAt(0)) + said.substring(1) + ".";
        return switch (e.code()) {
            case CONFLICT -> StretchException.conflict("operation-running", sentence);
            case NOT_FOUND -> StretchException.notFound("unknown-operation", sentence);
            case WRONG_PHASE -> StretchException.conflict("wrong-state", sentence);
            default ->
                StoreOutage.of(e)
                        .orElseGet(() -> new StretchException(
                                StretchException.Kind.INTERNAL, "workflow", sentence, List.of(), e));
        };
    }

    @Override
    public List<Operation> operations(int limit) {
        if (limit < 1 || limit > 1000) {
            throw StretchException.user("invalid-limit", "The limit is a number from 1 to 1000.");
        }
        return engine.list(limit).stream().map(this::describe).toList();
    }

    private Operation describe(OperationState state) {
        List<Alarm> alarms =
                new ArrayList<>(trials.alarm(state.id().value()).stream().toList());
        String stretch = state.input().path("stretchId").asText();
        if (!state.ended() && parts.stretches().find(stretch).isEmpty()) {
            alarms.addAll(fences.alarms(stretch));
        }
        return view.operation(state, rates(state.id().value()), alarms, trials.of(state));
    }

    private OperationState require(OperationId id) {
        return engine.find(new org.stretchdeploy.workflow.OperationId(id.value()))
                .orElseThrow(() -> StretchException.notFound(
                        "unknown-operation", "There is no operation " + Quoted.quote(id.value()) + "."));
    }

    @Override
    public Operation operation(OperationId id) {
        return describe(require(id));
    }

    @Override
    public void commit(OperationId id) {
        trials.commit(require(id));
    }

    @Override
    public List<Metric> metrics() {
        return meters.all(() -> Stream.concat(
                        meters.read(operations(1000), stretched()).stream(),
                        TunnelMetrics.of(tunnels(), clock.instant()).stream())
                .toList());
    }

    @Override
    public Health health() {
        return StoreOutage.health(engine::probe);
    }

    private List<TunnelView.Place> places() {
        return parts.stretches().all().stream().map(TunnelView.Place::of).toList();
    }

    @Override
    public List<Tunnel> tunnels() {
        return tunnelView.tunnels(places());
    }

    @Override
    public void cancel(OperationId id) {
        require(id);
        switch (engine.cancel(new org.stretchdeploy.workflow.OperationId(id.value()), "user", "cancel requested")) {
            case TOO_LATE ->
                throw StretchException.conflict(
                        "too-late",
                        "The machines run in their new place already: the operation can only go forward. Use return to bring them back.");
            case ALREADY_ENDED -> throw StretchException.conflict("already-ended", "The operation has ended already.");
            default -> {}
        }
    }

    @Override
    public void retry(OperationId id) {
        require(id);
        try {
            engine.retry(new org.stretchdeploy.workflow.OperationId(id.value()), "user");
        } catch (WorkflowException e) {
            throw translate(e);
        }
    }

    @Override
    public Subscription follow(OperationId id, long afterSequence, Consumer<OperationEvent> listener) {
        require(id);
        var engineId = new org.stretchdeploy.workflow.OperationId(id.value());
        var registration = engine.subscribe(engineId, afterSequence, new WorkflowListener() {
            private long last = afterSequence;
            private Optional<OperationState> table = Optional.empty();

            @Override
            public void onEvent(org.stretchdeploy.workflow.OperationId ignored, JournalEntry entry) {
                last = entry.seq();
                table = table.or(() -> engine.find(engineId));
                table.flatMap(s -> view.event(engineId, entry, s)).ifPresent(listener);
            }

            @Override
            public void onProgress(org.stretchdeploy.workflow.OperationId ignored, Progress progress) {
                listener.accept(OperationView.progress(engineId, last, progress, rates(id.value())));
            }
        });
        return registration::close;
    }

    @Override
    public List<StretchedVApp> stretched() {
        return parts.stretches().all().stream().map(this::describe).toList();
    }

    private StretchedVApp describe(Stretch s) {
        return new StretchedVApp(
                new CloudName(s.deploy().source()),
                new CloudName(s.deploy().target()),
                s.deploy().vApp(),
                s.vms().stream().map(Stretch.MovedVm::name).toList(),
                tunnelView.sourceState(s),
                Stream.concat(
                                s.trials().stream().flatMap(t -> trials.alarm(t.operation()).stream()),
                                Stream.concat(
                                        fences.alarms(s.id()).stream(),
                                        tunnelView.lacking(TunnelView.Place.of(s)).stream()))
                        .toList(),
                s.trials().stream()
                        .filter(Stretch.TrialMark::open)
                        .map(Stretch.TrialMark::endsAt)
                        .min(Comparator.naturalOrder()));
    }

    @Override
    public void close() {
        registrations.forEach(WorkflowEngine.Registration::close);
    }
}
