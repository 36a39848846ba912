package org.stretchdeploy.rest.internal.resource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchDeploy;

/**
 * Events on their way to one caller: a bounded queue between whoever reports them and the thread that writes them out.
 *
 * <p>A caller that is too slow is cut off, never waited for: {@link #cutOff()} becomes true, and what is queued is still
 * given in order without a hole, so that the caller can resume after the last one it got.
 */
final class EventFeed implements AutoCloseable {
    static final int CAPACITY = 1024;

    private final BlockingQueue<OperationEvent> queue = new LinkedBlockingQueue<>(CAPACITY);
    private final StretchDeploy.Subscription subscription;
    private volatile boolean cutOff;

    EventFeed(StretchDeploy stretchDeploy, OperationId operation, long after) {
        subscription = stretchDeploy.follow(operation, after, this::accept);
    }

    private void accept(OperationEvent event) {
        if (!cutOff && !queue.offer(event)) {
            cutOff = true;
        }
    }

    /** Returns the next event, empty when none came in time. */
    Optional<OperationEvent> next(Duration wait) {
        try {
            return Optional.ofNullable(queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Waits for one event and takes what else is there. */
    List<OperationEvent> batch(Duration wait, int most) {
        var events = new ArrayList<OperationEvent>();
        next(wait).ifPresent(events::add);
        queue.drainTo(events, most - events.size());
        return List.copyOf(events);
    }

    /** True once an event had no room; no later event is given. */
    boolean cutOff() {
        return cutOff && queue.isEmpty();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
