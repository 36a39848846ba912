package org.stretchdeploy.tunnel.internal.core;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends what is not a frame, in order, on a thread of its own that exists while there is something to send. What waits
 * is bounded: measurements and answers to the peer's questions may be left out, and so never take the room of what we
 * have to say ourselves; when there is no room for that either, the connection is of no use and the owner hears of it. Thread-safe.
 */
final class Courier {
    private static final int WAITING = 64;
    private static final int WAITING_OF_LITTLE_WORTH = 32;

    private final ThreadPoolExecutor thread;

    /** @param stuck runs on the thread that has something to send when nothing more can wait */
    Courier(String name, Runnable stuck) {
        thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> {
                    Thread made = new Thread(task, name);
                    made.setDaemon(true);
                    return made;
                },
                (task, executor) -> {
                    if (!executor.isShutdown()) {
                        stuck.run();
                    }
                });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Sends, after what was to be sent before. */
    void send(Runnable sending) {
        thread.execute(sending);
    }

    /** The same for what may be lost: somebody asks again, or has a measurement less. */
    void sendIfRoom(Runnable sending) {
        if (thread.getQueue().size() < WAITING_OF_LITTLE_WORTH) {
            thread.execute(sending);
        }
    }

    void close() {
        thread.shutdownNow();
    }
}
