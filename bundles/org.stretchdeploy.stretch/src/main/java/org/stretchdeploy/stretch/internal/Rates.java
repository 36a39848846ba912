package org.stretchdeploy.stretch.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.workflow.Progress;

/** Rate and time left of the step that runs, from the reports of the last ten seconds. Thread-safe. */
final class Rates {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private record Sample(Instant at, long done) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private String step = "";

    synchronized void add(Progress progress) {
        boolean another = !progress.stepId().equals(step)
                || !samples.isEmpty() && samples.getLast().done() > progress.done();
        if (another) {
            samples.clear();
            step = progress.stepId();
        }
        samples.addLast(new Sample(progress.at(), progress.done()));
        while (samples.size() > 2
                && samples.getFirst().at().isBefore(progress.at().minus(WINDOW))) {
            samples.removeFirst();
        }
    }

    synchronized Operation.Progress describe(Progress progress) {
        double rate = 0;
        if (progress.stepId().equals(step) && samples.size() >= 2) {
            Sample first = samples.getFirst();
            Sample last = samples.getLast();
            long millis = Duration.between(first.at(), last.at()).toMillis();
            rate = millis <= 0 ? 0 : (last.done() - first.done()) * 1000.0 / millis;
        }
        long left = rate > 0 && progress.total() > 0 ? Math.round((progress.total() - progress.done()) / rate) : -1;
        return new Operation.Progress(progress.done(), progress.total(), progress.unit(), rate, left, progress.text());
    }
}
