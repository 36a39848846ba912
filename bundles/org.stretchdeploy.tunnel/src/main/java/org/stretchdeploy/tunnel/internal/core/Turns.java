package org.stretchdeploy.tunnel.internal.core;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Lets only so much work be under way at once; what waits, boundedly, begins in order as other work ends. Thread-safe. */
final class Turns {
    private final int atOnce;
    private final int mostWaiting;
    private final Executor beginner;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int underWay;

    /** @param beginner begins what had to wait; not the thread that ended the work before, whose stack would grow */
    Turns(int atOnce, int mostWaiting, Executor beginner) {
        this.atOnce = atOnce;
        this.mostWaiting = mostWaiting;
        this.beginner = beginner;
    }

    /**
     * Begins work, at once or later.
     *
     * @return ends as the work does; fails at once with IllegalStateException when nothing more can wait
     */
    <T> CompletableFuture<T> take(Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable start = () -> start(work, result);
        synchronized (this) {
            if (underWay == atOnce) {
                if (waiting.size() >= mostWaiting) {
                    return CompletableFuture.failedFuture(new IllegalStateException("too much asked at once"));
                }
                waiting.add(start);
                return result;
            }
            underWay++;
        }
        start.run();
        return result;
    }

    private <T> void start(Supplier<CompletableFuture<T>> work, CompletableFuture<T> result) {
        work.get().whenComplete((value, failure) -> {
            ended();
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void ended() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                underWay--;
            }
        }
        if (next != null) {
            beginner.execute(next);
        }
    }
}
