package org.stretchdeploy.rest.fake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Health;
import org.stretchdeploy.api.Metric;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.Trial;
import org.stretchdeploy.api.Tunnel;

/** Operations in memory, moved on by the test. A vApp named {@code blocked} is forbidden by its precheck. */
public final class FakeStretchDeploy implements StretchDeploy {
    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<OperationId, Operation> operations = new ConcurrentHashMap<>();
    private final Map<OperationId, List<OperationEvent>> events = new ConcurrentHashMap<>();
    private final Map<OperationId, List<Consumer<OperationEvent>>> listeners = new ConcurrentHashMap<>();
    private final Map<String, Map.Entry<Object, OperationId>> keys = new ConcurrentHashMap<>();

    private volatile boolean storeAway;
    private volatile StretchRequest lastDeploy;

    /** From now on, or no longer, everything that needs the database fails. */
    public void storeAway(boolean away) {
        storeAway = away;
    }

    private void needsStore() {
        if (storeAway) {
            throw StretchException.unavailable("store-unavailable", "The controller's database does not answer.", null);
        }
    }

    @Override
    public Health health() {
        return Health.of(List.of(new Health.Part(Health.STORE, !storeAway, storeAway ? "It does not answer." : "")));
    }

    @Override
    public Plan plan(StretchRequest request) {
        return plan(Operation.Kind.DEPLOY, request.source(), request.vApp());
    }

    @Override
    public Plan plan(ReturnRequest request) {
        return plan(Operation.Kind.RETURN, request.source(), request.vApp());
    }

    private static Plan plan(Operation.Kind kind, CloudName source, String vApp) {
        return new Plan(
                kind,
                "Moves " + vApp + " away from " + source + ".",
                findings(vApp),
                List.of(new Plan.PlannedStep("1.1", "create-routed-vapp", "Create the routed vApp", "public")),
                List.of(new Plan.ObjectChange(
                        source.value(),
                        "EdgeGateway",
                        "edge",
                        Plan.Action.CHANGE,
                        true,
                        List.of(new Plan.DiffLine('+', "nat dnat 443"), new Plan.DiffLine(' ', "nat snat any")))),
                List.of(new Plan.Loss("snapshots", "web", "Snapshots of web stay behind.")),
                new Plan.Estimate(1024, Duration.ofMinutes(3), Duration.ofSeconds(40)),
                "ab".repeat(32));
    }

    private static List<Finding> findings(String vApp) {
        return vApp.equals("blocked")
                ? List.of(new Finding(
                        "network-not-routed",
                        Finding.Severity.BLOCKER,
                        "private",
                        "net",
                        "The network is not routed.",
                        "Route it."))
                : List.of();
    }

    /** What was asked for last. */
    public StretchRequest lastDeploy() {
        return lastDeploy;
    }

    @Override
    public OperationId deploy(StretchRequest request, Optional<String> idempotencyKey) {
        lastDeploy = request;
        return start(
                Operation.Kind.DEPLOY,
                request,
                request.source(),
                request.target(),
                request.vApp(),
                request.vms(),
                idempotencyKey);
    }

    @Override
    public OperationId bringBack(ReturnRequest request, Optional<String> idempotencyKey) {
        return start(
                Operation.Kind.RETURN,
                request,
                request.source(),
                new CloudName("public"),
                request.vApp(),
                request.vms(),
                idempotencyKey);
    }

    private synchronized OperationId start(
            Operation.Kind kind,
            Object request,
            CloudName source,
            CloudName target,
            String vApp,
            List<String> vms,
            Optional<String> key) {
        needsStore();
        if (key.isPresent() && keys.containsKey(key.get())) {
            var before = keys.get(key.get());
            if (!before.getKey().equals(request)) {
                throw StretchException.conflict("idempotency-key-reused", "The key was used for something else.");
            }
            return before.getValue();
        }
        if (!findings(vApp).isEmpty()) {
            throw StretchException.blocked(findings(vApp));
        }
        var id = new OperationId("op-" + numbers.incrementAndGet());
        key.ifPresent(text -> keys.put(text, Map.entry(request, id)));
        operations.put(id, operation(id, kind, source, target, vApp, vms));
        if (request instanceof StretchRequest deploy) {
            deploy.trial().ifPresent(t -> trial(id, new Trial(Trial.State.PENDING, t.writes(), Optional.empty())));
        }
        events.put(id, new ArrayList<>());
        listeners.put(id, new CopyOnWriteArrayList<>());
        happen(id, "submitted", "Submitted.");
        return id;
    }

    private static Operation operation(
            OperationId id, Operation.Kind kind, CloudName source, CloudName target, String vApp, List<String> vms) {
        return new Operation(
                id,
                kind,
                Operation.State.RUNNING,
                kind + " " + vApp,
                source,
                target,
                vApp,
                vms,
                START,
                Optional.empty(),
                false,
                false,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                0);
    }

    /** Makes something happen and tells the followers. */
    public synchronized void happen(OperationId id, String type, String message) {
        var history = events.get(id);
        var event = new OperationEvent(id, history.size() + 1L, START, type, "", message, Map.of());
        history.add(event);
        operations.computeIfPresent(id, (same, old) -> with(old, event.sequence(), old.state(), old.cancelRequested()));
        listeners.get(id).forEach(listener -> listener.accept(event));
    }

    private void trial(OperationId id, Trial trial) {
        operations.computeIfPresent(id, (same, old) -> with(old, old.alarms(), Optional.of(trial)));
    }

    /** Raises the alarm of an operation that does not move. */
    public synchronized void stall(OperationId id) {
        Alarm alarm = new Alarm(Alarm.STALLED, START, "No progress since " + START + ".");
        operations.computeIfPresent(id, (same, old) -> with(old, List.of(alarm), old.trial()));
        happen(id, "stalled", "no progress");
    }

    private static Operation with(Operation old, List<Alarm> alarms, Optional<Trial> trial) {
        return new Operation(
                old.id(),
                old.kind(),
                old.state(),
                old.title(),
                old.source(),
                old.target(),
                old.vApp(),
                old.vms(),
                old.submittedAt(),
                old.endedAt(),
                old.cancelRequested(),
                old.pivotPassed(),
                old.steps(),
                old.failure(),
                old.continuity(),
                old.notices(),
                old.remaining(),
                alarms,
                trial,
                old.sequence());
    }

    /** Ends an operation with an event. */
    public synchronized void end(OperationId id, Operation.State state) {
        operations.computeIfPresent(id, (same, old) -> with(old, old.sequence() + 1, state, old.cancelRequested()));
        happen(id, "ended", "Ended " + state + ".");
    }

    private static Operation with(Operation old, long sequence, Operation.State state, boolean cancelRequested) {
        return new Operation(
                old.id(),
                old.kind(),
                state,
                old.title(),
                old.source(),
                old.target(),
                old.vApp(),
                old.vms(),
                old.submittedAt(),
                state.ended() ? Optional.of(START.plusSeconds(60)) : Optional.empty(),
                cancelRequested,
                old.pivotPassed(),
                old.steps(),
                old.failure(),
                old.continuity(),
                old.notices(),
                old.remaining(),
                old.alarms(),
                old.trial(),
                sequence);
    }

    @Override
    public List<Operation> operations(int limit) {
        needsStore();
        return operations.values().stream().limit(limit).toList();
    }

    @Override
    public Operation operation(OperationId id) {
        needsStore();
        return Optional.ofNullable(operations.get(id))
                .orElseThrow(() -> StretchException.notFound("unknown-operation", "There is no operation " + id + "."));
    }

    @Override
    public void cancel(OperationId id) {
        if (operation(id).state().ended()) {
            throw StretchException.conflict("operation-ended", "The operation has ended.");
        }
        operations.computeIfPresent(id, (same, old) -> with(old, old.sequence(), old.state(), true));
        happen(id, "cancel-requested", "Cancel asked for.");
    }

    @Override
    public void commit(OperationId id) {
        Trial trial = operation(id)
                .trial()
                .orElseThrow(() -> StretchException.conflict("not-on-trial", "The operation is no deploy on trial."));
        trial(id, new Trial(Trial.State.COMMITTED, trial.writes(), Optional.of(START.plusSeconds(1800))));
        happen(id, "committed", "The machines stay.");
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                new Metric(
                        "stretch_operations",
                        "Operations by state.",
                        "gauge",
                        List.of(
                                new Metric.Sample(Map.of("state", "RUNNING"), 1),
                                new Metric.Sample(Map.of("state", "a \"quoted\" \\ word"), 2.5))),
                new Metric("stretch_bytes_total", "Bytes.", "counter", List.of(new Metric.Sample(Map.of(), 4.2e12))));
    }

    @Override
    public void retry(OperationId id) {
        if (operation(id).state() != Operation.State.NEEDS_OPERATOR) {
            throw StretchException.conflict("nothing-to-retry", "The operation does not wait for an operator.");
        }
        operations.computeIfPresent(id, (same, old) -> with(old, old.sequence(), Operation.State.RUNNING, false));
    }

    @Override
    public synchronized Subscription follow(OperationId id, long afterSequence, Consumer<OperationEvent> listener) {
        operation(id);
        events.get(id).stream()
                .filter(event -> event.sequence() > afterSequence)
                .forEach(listener);
        listeners.get(id).add(listener);
        return () -> listeners.get(id).remove(listener);
    }

    @Override
    public List<StretchedVApp> stretched() {
        return List.of(new StretchedVApp(
                new CloudName("private"),
                new CloudName("public"),
                "shop",
                List.of("web"),
                "up",
                List.of(),
                Optional.empty()));
    }

    @Override
    public List<Tunnel> tunnels() {
        return List.of(FakeTunnels.tunnel());
    }

    /** How many follow an operation now. */
    public int followers(OperationId id) {
        return listeners.get(id).size();
    }
}
