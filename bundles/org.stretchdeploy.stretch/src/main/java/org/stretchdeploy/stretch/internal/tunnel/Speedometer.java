package org.stretchdeploy.stretch.internal.tunnel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import org.stretchdeploy.tunnel.control.ProcessStatus;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.control.TrafficCounters;

/**
 * Speeds from successive counters of the agents. Intervals are taken from the agents' own clocks, so that the way to the
 * controller does not distort them. A restarted agent begins anew. Memory is bounded by {@link #KEEP} per agent. Thread
 * safe.
 */
final class Speedometer {
    /** How old the older of two reports may be. */
    private static final Duration KEEP = Duration.ofSeconds(30);

    /** The shortest interval that gives a steady figure. */
    private static final Duration SHORTEST = Duration.ofMillis(1800);

    private final Map<String, Deque<Sample>> samples = new ConcurrentHashMap<>();

    private record Sample(
            Instant time, Instant started, ProcessStatus process, Map<String, TrafficCounters> counters) {}

    /** Two moments of an agent. */
    record Interval(double seconds, Map<String, TrafficCounters> before, Optional<Double> loss) {
        Optional<Double> bytes(String key, TrafficCounters now) {
            return rate(key, now.bytes(), old -> old.bytes());
        }

        Optional<Double> frames(String key, TrafficCounters now) {
            return rate(key, now.frames(), old -> old.frames());
        }

        Optional<Double> drops(String key, TrafficCounters now) {
            return rate(key, dropped(now), Interval::dropped);
        }

        private Optional<Double> rate(String key, long now, ToLongFunction<TrafficCounters> count) {
            // a network that was taken away and came back counts from nought
            return Optional.ofNullable(before.get(key))
                    .map(old -> now - count.applyAsLong(old))
                    .filter(more -> more >= 0)
                    .map(more -> more / seconds);
        }

        static long dropped(TrafficCounters counters) {
            return counters.drops().values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Notes a report; the same one may come again. */
    void note(StatusReport report) {
        if (report.time() == null) {
            return;
        }
        Map<String, TrafficCounters> counters = new HashMap<>();
        report.tunnels().forEach(tunnel -> tunnel.networks().forEach(network -> {
            counters.put(key(tunnel.id(), network.id(), true), network.outbound());
            counters.put(key(tunnel.id(), network.id(), false), network.inbound());
        }));
        samples.compute(report.agent(), (agent, known) -> {
            Deque<Sample> past = known == null ? new ArrayDeque<>() : known;
            Sample fresh = new Sample(report.time(), report.started(), report.process(), counters);
            if (!past.isEmpty() && restarted(past.getLast(), fresh)) {
                past.clear();
            }
            if (past.isEmpty() || past.getLast().time.isBefore(fresh.time)) {
                past.addLast(fresh);
            }
            while (past.size() > 2 && past.getFirst().time.isBefore(fresh.time.minus(KEEP))) {
                past.removeFirst();
            }
            return past;
        });
    }

    private static boolean restarted(Sample before, Sample after) {
        return before.started == null ? after.started != null : !before.started.equals(after.started);
    }

    /** The newest interval of an agent that is long enough; empty before there are two reports. */
    Optional<Interval> interval(String agent) {
        AtomicReference<Interval> found = new AtomicReference<>();
        samples.computeIfPresent(agent, (id, past) -> {
            found.set(newest(past));
            return past;
        });
        return Optional.ofNullable(found.get());
    }

    private static Interval newest(Deque<Sample> past) {
        Sample last = past.getLast();
        Iterator<Sample> back = past.descendingIterator();
        while (back.hasNext()) {
            Sample older = back.next();
            Duration between = Duration.between(older.time, last.time);
            if (between.compareTo(SHORTEST) >= 0) {
                return new Interval(between.toMillis() / 1000.0, older.counters, loss(older, last));
            }
        }
        return null;
    }

    private static Optional<Double> loss(Sample before, Sample after) {
        if (before.process == null || after.process == null) {
            return Optional.empty();
        }
        long sent = after.process.segmentsSent() - before.process.segmentsSent();
        long again = after.process.segmentsResent() - before.process.segmentsResent();
        return sent <= 0 || again < 0 ? Optional.empty() : Optional.of(Math.min(1.0, (double) again / sent));
    }

    /** Forgets agents that are no more. */
    void keepOnly(Set<String> agents) {
        samples.keySet().retainAll(agents);
    }

    static String key(String tunnel, String network, boolean outbound) {
        return tunnel + "\n" + network + (outbound ? "\n>" : "\n<");
    }
}
