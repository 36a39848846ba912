package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueOwnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicBoolean ended = new AtomicBoolean();
    /** What the own thread waits for. */
    private final Semaphore frames = new Semaphore(0);

    private final AtomicBoolean idle = new AtomicBoolean();
    private final AtomicInteger batches = new AtomicInteger();
    private final QueueOwner owner = new QueueOwner(this::awaitFrame, ended::get);

    @AfterEach
    void end() {
        ended.set(true);
        frames.release();
        owner.wake();
    }

    private void awaitFrame() {
        idle.set(true);
        try {
            frames.tryAcquire(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        idle.set(false);
    }

    /** An own thread that has nothing to do until a frame comes, or always has. */
    private void startOwn(AtomicBoolean busy) {
        daemon(() -> {
            owner.begin();
            while (!ended.get()) {
                if (busy.get()) {
                    batches.incrementAndGet();
                    owner.between();
                } else {
                    owner.waits();
                    batches.incrementAndGet();
                }
            }
        });
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void aWaitingOwnerIsRelievedAtOnceAndDoesNotWorkUntilItGetsTheQueueBack() {
        startOwn(new AtomicBoolean());
        await().atMost(PATIENCE).untilTrue(idle);
        assertThat(owner.take("lane")).isTrue();
        assertThat(owner.take("lane")).as("still").isTrue();
        assertThat(owner.take("other")).isFalse();
        frames.release();
        await().atMost(PATIENCE).untilFalse(idle);
        assertThat(batches).hasValue(0);
        owner.giveBack("other");
        assertThat(owner.take("other")).as("it was not theirs to give").isFalse();
        owner.giveBack("lane");
        await().atMost(PATIENCE).until(() -> batches.get() == 1);
    }

    @Test
    void aWorkingOwnerHandsOverOnlyWhenAsked() {
        startOwn(new AtomicBoolean(true));
        await().atMost(PATIENCE).until(() -> batches.get() > 1000);
        assertThat(owner.take("lane")).isFalse();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            owner.want("lane");
            return owner.take("lane");
        });
        int then = batches.get();
        assertThat(owner.take("other")).isFalse();
        assertThat(batches).hasValue(then);
        owner.giveBack("lane");
        await().atMost(PATIENCE).until(() -> batches.get() > then);
    }

    @Test
    void whoWantsAndDoesNotComeHoldsNobodyUp() {
        startOwn(new AtomicBoolean(true));
        await().atMost(PATIENCE).until(() -> batches.get() > 0);
        owner.want("lane");
        int then = batches.get();
        await().atMost(PATIENCE).until(() -> batches.get() > then + 1000);
    }

    @Test
    void theEndIsNotMissedByAnOwnerWhoseQueueIsLent() throws InterruptedException {
        Thread own = daemon(() -> {
            owner.begin();
            while (!ended.get()) {
                owner.waits();
            }
        });
        await().atMost(PATIENCE).untilTrue(idle);
        assertThat(owner.take("lane")).isTrue();
        frames.release();
        ended.set(true);
        owner.wake();
        own.join(20_000);
        assertThat(own.isAlive()).isFalse();
    }

    /** An owner and two borrowers count without a lock: what one of them overlooked would be missing. */
    @Test
    void oneWorksAtATimeAndSeesWhatTheOthersDid() throws InterruptedException {
        int[] work = new int[1];
        AtomicInteger expected = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        QueueOwner busy = new QueueOwner(Thread::onSpinWait, stop::get);
        Thread own = daemon(() -> {
            busy.begin();
            while (!stop.get()) {
                work[0]++;
                expected.incrementAndGet();
                busy.between();
                busy.waits();
            }
        });
        List<Thread> borrowers =
                List.of(borrower(busy, "one", work, expected, stop), borrower(busy, "two", work, expected, stop));
        await().atMost(PATIENCE).until(() -> expected.get() > 300_000);
        stop.set(true);
        busy.wake();
        own.join(20_000);
        for (Thread borrower : borrowers) {
            borrower.join(20_000);
        }
        assertThat(work[0]).isEqualTo(expected.get());
    }

    private static Thread borrower(
            QueueOwner owner, String name, int[] work, AtomicInteger expected, AtomicBoolean stop) {
        return daemon(() -> {
            while (!stop.get()) {
                owner.want(name);
                if (owner.take(name)) {
                    for (int i = 0; i < 100; i++) {
                        work[0]++;
                        expected.incrementAndGet();
                    }
                    owner.giveBack(name);
                }
            }
        });
    }
}
