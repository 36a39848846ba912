package org.stretchdeploy.workflow.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.WorkflowException;

/** The engine's own threads, made when first needed, gone after close. */
final class EngineThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineThreads.class);

    private Optional<ExecutorService> events = Optional.empty();
    private Optional<ScheduledExecutorService> watch = Optional.empty();

    static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "stretch-workflow-" + name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    synchronized Executor events() {
        events = Optional.of(Executors.newSingleThreadExecutor(named("events")));
        return events.get();
    }

    synchronized void every(Duration interval, Runnable task) {
        watch = Optional.of(Executors.newSingleThreadScheduledExecutor(named("watch")));
        watch.get()
                .scheduleWithFixedDelay(
                        () -> {
                            try {
                                task.run();
                            } catch (WorkflowException e) {
                                LOG.warn("event=watch-failed code={} reason=\"{}\"", e.code(), e.getMessage());
                            } catch (RuntimeException e) {
                                LOG.warn("event=watch-failed", e);
                            }
                        },
                        interval.toMillis(),
                        interval.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        watch.ifPresent(EngineThreads::stop);
        events.ifPresent(EngineThreads::stop);
    }

    static void stop(ExecutorService executor) {
        stop(executor, Duration.ofSeconds(10));
    }

    /** Waits for what runs, at most so long, then interrupts it. */
    static void stop(ExecutorService executor, Duration grace) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
                executor.awaitTermination(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
