package org.stretchdeploy.stretch.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.Metric;
import org.stretchdeploy.api.Metric.Sample;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.Trial;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.StepState;

/** Counts what the engine of this node does, and puts it together with how everything stands. Thread-safe. */
final class Meters {
    private final Map<Map<String, String>, Double> steps = new ConcurrentHashMap<>();
    private final Map<Map<String, String>, Double> stepSeconds = new ConcurrentHashMap<>();
    private final Map<Map<String, String>, Double> ended = new ConcurrentHashMap<>();
    private final Map<Map<String, String>, Double> endedSeconds = new ConcurrentHashMap<>();
    private final Map<Map<String, String>, Double> bytes = new ConcurrentHashMap<>();
    private final Map<Map<String, String>, Double> stalls = new ConcurrentHashMap<>();
    private final AtomicLong fencesBroken = new AtomicLong();
    private final Map<String, Instant> begun = new ConcurrentHashMap<>();
    private final Map<String, Long> copied = new ConcurrentHashMap<>();

    /** @param table the operation as it was at some time; its rows do not change */
    void happened(JournalEntry entry, OperationState table) {
        JournalEvent event = entry.event();
        String kind = OperationView.kind(table).name().toLowerCase(Locale.ROOT);
        if (event instanceof JournalEvent.StepIntended e) {
            begun.putIfAbsent(table.id() + "/" + e.stepId(), entry.at());
        } else if (event instanceof JournalEvent.UndoIntended e) {
            begun.putIfAbsent(table.id() + "/" + e.stepId(), entry.at());
        } else if (event instanceof JournalEvent.StepDone e) {
            step(table, e.stepId(), kind, "done", entry.at());
        } else if (event instanceof JournalEvent.StepFailed e) {
            count(table, e.stepId(), kind, e.retryAt().isPresent() ? "retried" : "failed");
        } else if (event instanceof JournalEvent.StepUndone e) {
            step(table, e.stepId(), kind, "undone", entry.at());
        } else if (event instanceof JournalEvent.UndoFailed e) {
            count(table, e.stepId(), kind, e.retryAt().isPresent() ? "undo-retried" : "undo-failed");
        } else if (event instanceof JournalEvent.Stalled) {
            add(stalls, Map.of("kind", kind), 1);
        } else if (event instanceof JournalEvent.Ended e) {
            var labels = Map.of("kind", kind, "state", e.end().name());
            add(ended, labels, 1);
            add(endedSeconds, labels, seconds(table.submittedAt(), entry.at()));
            begun.keySet().removeIf(key -> key.startsWith(table.id() + "/"));
            copied.keySet().removeIf(key -> key.startsWith(table.id() + "/"));
        }
    }

    /** Somebody started a machine that is fenced. */
    void fenceBroken() {
        fencesBroken.incrementAndGet();
    }

    /** Bytes of packages that went to or from a cloud. */
    void progressed(OperationState table, Progress progress) {
        if (progress.unit().equals("bytes")) {
            String key = table.id() + "/" + progress.stepId();
            long before = copied.getOrDefault(key, 0L);
            copied.put(key, progress.done());
            // a smaller number is another file of the same step, or a step that was begun again
            long more = progress.done() >= before ? progress.done() - before : progress.done();
            String kind = OperationView.kind(table).name().toLowerCase(Locale.ROOT);
            add(bytes, Map.of("kind", kind, "step", name(table, progress.stepId())), more);
        }
    }

    private void step(OperationState table, String id, String kind, String outcome, Instant at) {
        count(table, id, kind, outcome);
        Instant from = begun.remove(table.id() + "/" + id);
        if (from != null) {
            add(stepSeconds, Map.of("kind", kind, "step", name(table, id), "outcome", outcome), seconds(from, at));
        }
    }

    private void count(OperationState table, String id, String kind, String outcome) {
        add(steps, Map.of("kind", kind, "step", name(table, id), "outcome", outcome), 1);
    }

    private static String name(OperationState table, String stepId) {
        return table.step(stepId).map(StepState::name).orElse("unknown");
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private static void add(Map<Map<String, String>, Double> counter, Map<String, String> labels, double more) {
        counter.merge(labels, more, Double::sum);
    }

    /** Everything, the values of this moment included. */
    List<Metric> read(List<Operation> operations, List<StretchDeploy.StretchedVApp> stretched) {
        List<Metric> all = new ArrayList<>();
        all.add(grouped(
                "stretch_operations",
                "Operations in the journal, the newest 1000, by kind and state.",
                operations,
                o -> Map.of(
                        "kind", o.kind().name().toLowerCase(Locale.ROOT),
                        "state", o.state().name())));
        all.add(gauge(
                "stretch_operations_stalled",
                "Operations that make no progress.",
                operations.stream()
                        .filter(o -> o.alarms().stream().anyMatch(a -> a.code().equals(Alarm.STALLED)))
                        .count()));
        List<Alarm> alarms = new ArrayList<>();
        operations.forEach(o -> alarms.addAll(o.alarms()));
        stretched.forEach(s -> alarms.addAll(s.alarms()));
        all.add(alarms(alarms));
        all.add(grouped(
                "stretch_trials",
                "Deploys on trial by how the trial stands.",
                operations.stream().flatMap(o -> o.trial().stream()).toList(),
                (Trial t) -> Map.of("state", t.state().name())));
        all.add(grouped(
                "stretch_vapps",
                "Stretched vApps by the state of their tunnel.",
                stretched,
                s -> Map.of("tunnel", s.tunnel())));
        all.addAll(counted());
        return all;
    }

    /** What this node has counted: all that is known while the database is away. */
    List<Metric> counted() {
        List<Metric> all = new ArrayList<>();
        all.add(counter("stretch_steps_total", "Steps by outcome since this controller started.", steps));
        all.add(counter(
                "stretch_step_seconds_total", "Time from begin to end of steps, retries included.", stepSeconds));
        all.add(counter("stretch_operations_ended_total", "Operations that ended, by end.", ended));
        all.add(counter("stretch_operation_seconds_total", "Time from submission to end of operations.", endedSeconds));
        all.add(counter("stretch_bytes_total", "Bytes of packages fetched and sent, by step.", bytes));
        all.add(counter(
                "stretch_fences_broken_total",
                "Fenced machines that somebody started and this controller switched off.",
                Map.of(Map.of(), (double) fencesBroken.get())));
        all.add(counter("stretch_stalls_total", "Alarms because of no progress.", stalls));
        return all;
    }

    /** What there is to tell; while the database is away, only what this node has counted itself. */
    List<Metric> all(Supplier<List<Metric>> stored) {
        List<Metric> all = new ArrayList<>();
        boolean up = true;
        try {
            all.addAll(stored.get());
        } catch (RuntimeException e) {
            if (StoreOutage.of(e).isEmpty()) {
                throw e;
            }
            up = false;
            all.addAll(counted());
        }
        all.add(gauge("stretch_store_up", "1 while the controller's database answers this node, else 0.", up ? 1 : 0));
        return all;
    }

    /** The known codes are always there, so that an alert rule has something to compare. */
    private static Metric alarms(List<Alarm> alarms) {
        Map<String, Long> byCode = new TreeMap<>(
                Map.of(Alarm.STALLED, 0L, Alarm.TRIAL_OVERDUE, 0L, Alarm.FENCE_BROKEN, 0L, Alarm.NO_STANDBY, 0L));
        alarms.forEach(a -> byCode.merge(a.code(), 1L, Long::sum));
        return new Metric(
                "stretch_alarms",
                "Alarms now, by code.",
                "gauge",
                byCode.entrySet().stream()
                        .map(e -> new Sample(Map.of("code", e.getKey()), e.getValue()))
                        .toList());
    }

    private static Metric gauge(String name, String help, double value) {
        return new Metric(name, help, "gauge", List.of(new Sample(Map.of(), value)));
    }

    private static <T> Metric grouped(
            String name, String help, Collection<T> things, Function<T, Map<String, String>> labels) {
        Map<Map<String, String>, Long> groups =
                things.stream().collect(Collectors.groupingBy(labels, Collectors.counting()));
        return new Metric(
                name,
                help,
                "gauge",
                groups.entrySet().stream()
                        .map(e -> new Sample(e.getKey(), e.getValue()))
                        .toList());
    }

    private static Metric counter(String name, String help, Map<Map<String, String>, Double> values) {
        return new Metric(
                name,
                help,
                "counter",
                values.entrySet().stream()
                        .map(e -> new Sample(e.getKey(), e.getValue()))
                        .toList());
    }
}
