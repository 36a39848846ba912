package org.stretchdeploy.catalog;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Counts the bytes of one phase and tells the rate of the last ten seconds. Not thread-safe. */
final class ProgressMeter {
    private static final long WINDOW_NANOS = 10_000_000_000L;

    private final MoveListener listener;
    private final OptionalLong total;
    private final LongSupplier nanos;
    private final Deque<long[]> samples = new ArrayDeque<>();
    private long done;
    private long resumed;

    ProgressMeter(MoveListener listener, OptionalLong total, LongSupplier nanos) {
        this.listener = listener;
        this.total = total;
        this.nanos = nanos;
    }

    /** Bytes that an earlier try has done: they count as done, but not for the rate. */
    void resumed(MoveProgress.Phase phase, String fileName, long bytes) {
        resumed += bytes;
        done(phase, fileName, bytes);
    }

    void done(MoveProgress.Phase phase, String fileName, long bytes) {
        done += bytes;
        long now = nanos.getAsLong();
        samples.addLast(new long[] {now, done - resumed});
        while (samples.size() > 2 && now - samples.peekFirst()[0] > WINDOW_NANOS) {
            samples.removeFirst();
        }
        long[] first = samples.peekFirst();
        double seconds = (now - first[0]) / 1e9;
        double rate = seconds > 0 ? (done - resumed - first[1]) / seconds : 0;
        listener.progress(new MoveProgress(phase, fileName, done, total, rate));
    }
}
