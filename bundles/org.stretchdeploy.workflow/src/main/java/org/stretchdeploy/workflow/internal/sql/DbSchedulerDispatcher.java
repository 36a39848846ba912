package org.stretchdeploy.workflow.internal.sql;

import com.github.kagkarlsson.scheduler.CurrentlyExecuting;
import com.github.kagkarlsson.scheduler.HeartbeatState;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.store.StoreException;
import org.stretchdeploy.workflow.Dispatcher;
import org.stretchdeploy.workflow.OperationId;

/**
 * Operations shared between nodes: the db-scheduler library leases an operation to one node, keeps a heartbeat, and
 * gives the operation of a dead node to another. A node keeps its lease from turn to turn, so that work in the
 * background of a step (bytes on their way) stays where it is; it gives the lease back when there is long nothing to
 * do, and when it stops. A node that cannot renew its lease stops acting before another may take over; what it still
 * writes is fenced off by the journal's epoch.
 */
public final class DbSchedulerDispatcher implements Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(DbSchedulerDispatcher.class);
    private static final String TASK = "operation-turn";
    private static final String TABLE = "workflow_turn";
    /** Four missed beats and one detection round (two beats): taken over within 9 s and one poll. */
    private static final Duration HEARTBEAT = Duration.ofMillis(1500);

    private static final int MISSED_HEARTBEATS = 4;
    /** The part of the time until takeover after which a node that cannot beat stops acting. */
    private static final double STOP_AT = 0.75;

    private static final Duration POLL = Duration.ofMillis(300);
    /**
     * A database that was away was away for all nodes: they live on, but none could beat. For this long after this node
     * has seen it again, the others may claim what is theirs before it is taken over.
     */
    private static final Duration GRACE = Duration.ofSeconds(9);
    /** How often a node that has lost its lease looks whether another has taken it. */
    private static final Duration LOOK_FOR_HEIR = Duration.ofMillis(500);
    /** A wait is cut into pieces of this length, so that a wake that meets a running turn elsewhere is not lost. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    /** Who has to wait longer than this gives the lease back. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(4);
    /** Operations that a node may hold for each step that it may run. */
    private static final int HELD_PER_THREAD = 16;

    private final Database database;
    private final Clock clock;
    private final String node;
    private final int held;
    private final Semaphore steps;
    private final Duration stopGrace;
    /** Woken between the last turn here and the end of the lease. */
    private final Set<String> woken = ConcurrentHashMap.newKeySet();

    private final Map<String, Lease> leases = new ConcurrentHashMap<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stretch-lease-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closing;
    private Scheduler scheduler;
    private CustomTask<Void> task;

    /** @param threads how many operations run a step at the same time */
    public DbSchedulerDispatcher(Database database, Clock clock, String node, int threads, Duration stopGrace) {
        this.database = database;
        this.clock = clock;
        this.node = node;
        this.held = threads * HELD_PER_THREAD;
        this.steps = new Semaphore(threads, true);
        this.stopGrace = stopGrace;
    }

    /** An operation that this node holds. */
    private static final class Lease {
        private final Thread thread = Thread.currentThread();
        private boolean woken;
        private boolean lost;
        private boolean ended;

        synchronized void wake() {
            woken = true;
            notifyAll();
        }

        /** A heartbeat could be written again, so nobody has taken it meanwhile. */
        synchronized boolean regain() {
            boolean was = lost && !ended;
            lost = lost && ended;
            notifyAll();
            return was;
        }

        /** The holder is interrupted in whatever it does. */
        synchronized boolean lose() {
            if (lost || ended) {
                return false;
            }
            lost = true;
            thread.interrupt();
            return true;
        }

        synchronized boolean lost() {
            return lost;
        }

        /** After this nobody interrupts the thread any more; whether a wake came too late to be heard. */
        synchronized boolean endWoken() {
            ended = true;
            Thread.interrupted();
            return woken;
        }

        synchronized void await(Duration time) throws InterruptedException {
            long deadline = System.nanoTime() + time.toNanos();
            for (long left = time.toNanos(); !woken && !lost && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            woken = false;
        }

        synchronized void awaitRegained(Duration time) throws InterruptedException {
            if (lost) {
                TimeUnit.MILLISECONDS.timedWait(this, time.toMillis());
            }
        }
    }

    @Override
    public void start(Turn turn) {
        forgetOwnLeases();
        task = Tasks.custom(TASK, Void.class)
                .onFailureReschedule(FixedDelay.ofSeconds(5))
                .onDeadExecution(this::revive)
                .execute((instance, execution) -> {
                    Held held = hold(instance.getId(), turn);
                    Optional<Instant> next = held.next();
                    return (complete, operations) -> {
                        if (held.takenOver()) {
                            LOG.info("event=lease-taken-over operation={} node={}", instance.getId(), node);
                        } else if (woken.remove(instance.getId())) {
                            operations.reschedule(complete, clock.instant());
                        } else if (next.isPresent()) {
                            operations.reschedule(complete, spread(atMost(next.get())));
                        } else {
                            operations.remove();
                        }
                    };
                });
        scheduler = Scheduler.create(database.dataSource(), task)
                .tableName(TABLE)
                .schedulerName(new SchedulerName.Fixed(node))
                .threads(held)
                .pollingInterval(POLL)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(stopGrace)
                .failureLogging(LogLevel.WARN, true)
                .build();
        scheduler.start();
        watch.scheduleWithFixedDelay(this::giveUpLost, 300, 300, TimeUnit.MILLISECONDS);
    }

    /** Whoever had it has not been heard of; unless nobody could be heard, or it is this node after all, it is free. */
    private void revive(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        Execution execution = complete.getExecution();
        if (leases.containsKey(execution.getId())) {
            return;
        }
        boolean nobodyCouldBeHeard = database.troubledWithin(GRACE);
        if (!node.equals(execution.pickedBy) && nobodyCouldBeHeard) {
            LOG.info("event=takeover-put-off operation={} of={}", execution.getId(), execution.pickedBy);
            return;
        }
        LOG.info("event=takeover operation={} of={} by={}", execution.getId(), execution.pickedBy, node);
        operations.reschedule(complete, clock.instant());
    }

    /**
     * How a lease ended.
     *
     * @param next      when the next turn is due, wherever; empty when the operation has ended
     * @param takenOver by another node: nothing is left to give back
     */
    private record Held(Optional<Instant> next, boolean takenOver) {}

    /** Turn after turn, until there is long nothing to do or another node has it. */
    private Held hold(String id, Turn turn) {
        Lease lease = new Lease();
        leases.put(id, lease);
        try {
            while (!closing) {
                if (!keptOrRegained(id, lease)) {
                    return new Held(Optional.empty(), !closing);
                }
                Optional<Instant> next = turnUnlessLost(id, turn, lease);
                if (!lease.lost()) {
                    boolean idle =
                            next.isEmpty() || next.get().isAfter(clock.instant().plus(LONGEST_IDLE));
                    if (idle) {
                        return new Held(next, false);
                    }
                    lease.await(Duration.between(clock.instant(), atMost(next.get())));
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("event=lease-interrupted operation={}", id);
        } finally {
            leases.remove(id, lease);
            if (lease.endWoken()) {
                woken.add(id);
            }
        }
        return new Held(Optional.of(clock.instant()), false);
    }

    /** A turn that a lost lease cut short is due at once. */
    private Optional<Instant> turnUnlessLost(String id, Turn turn, Lease lease) throws InterruptedException {
        try {
            return oneTurn(new OperationId(id), turn);
        } catch (InterruptedException e) {
            if (lease.lost()) {
                return Optional.of(clock.instant());
            }
            throw e;
        }
    }

    /** Waits while the lease is lost; false when another node has taken the operation, or this one is closing. */
    private boolean keptOrRegained(String id, Lease lease) throws InterruptedException {
        while (lease.lost()) {
            Thread.interrupted();
            if (closing || leases.get(id) != lease || isElsewhere(id)) {
                return false;
            }
            lease.awaitRegained(LOOK_FOR_HEIR);
        }
        return true;
    }

    /** False, too, while the database cannot be asked. */
    private boolean isElsewhere(String id) {
        try {
            return !database.read(connection -> {
                try (PreparedStatement select = connection.prepareStatement("select count(*) from " + TABLE
                        + " where task_name = ? and task_instance = ? and picked and picked_by = ?")) {
                    select.setString(1, TASK);
                    select.setString(2, id);
                    select.setString(3, node);
                    try (ResultSet row = select.executeQuery()) {
                        return row.next() && row.getLong(1) == 1;
                    }
                }
            });
        } catch (StoreException e) {
            return false;
        }
    }

    private Optional<Instant> oneTurn(OperationId id, Turn turn) throws InterruptedException {
        steps.acquire();
        try {
            return turn.run(id);
        } finally {
            steps.release();
        }
    }

    /**
     * Before another node may take over: an action that hangs at a cloud is interrupted, no other is begun. When a
     * heartbeat can be written again, and none could have been if another had taken over, the holder goes on.
     */
    private void giveUpLost() {
        for (CurrentlyExecuting each : scheduler.getCurrentlyExecuting()) {
            String id = each.getTaskInstance().getId();
            Optional<Lease> lease = Optional.ofNullable(leases.get(id));
            HeartbeatState beats = each.getHeartbeatState();
            if (beats.getFractionDead() >= STOP_AT) {
                if (lease.filter(Lease::lose).isPresent()) {
                    LOG.error(
                            "event=lease-lost operation={} node={} reason=\"no heartbeat could be written\"", id, node);
                }
            } else if (beats.getFailedHeartbeats() == 0
                    && lease.filter(Lease::regain).isPresent()) {
                LOG.info("event=lease-regained operation={} node={}", id, node);
            }
        }
    }

    /** Nodes look at fixed beats: without chance, one that cannot run an operation might pick it up every time. */
    private static Instant spread(Instant next) {
        return next.plusMillis(ThreadLocalRandom.current().nextLong(POLL.toMillis() + 1));
    }

    private Instant atMost(Instant next) {
        Instant latest = clock.instant().plus(LONGEST_WAIT);
        return next.isBefore(latest) ? next : latest;
    }

    /** A node that starts holds nothing: what its former life had picked is free at once, not after missed beats. */
    private void forgetOwnLeases() {
        database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update " + TABLE
                    + " set picked = false, picked_by = null, last_heartbeat = null, version = version + 1"
                    + " where picked_by = ?")) {
                update.setString(1, node);
                return update.executeUpdate();
            }
        });
    }

    @Override
    public void wake(OperationId id, Instant at) {
        Lease lease = leases.get(id.value());
        if (lease != null && !at.isAfter(clock.instant())) {
            lease.wake();
            return;
        }
        try {
            schedule(id, at);
        } catch (RuntimeException e) {
            // what is journalled is found by the engine's watch when the database is back
            LOG.warn("event=not-woken operation={} reason=\"{}\"", id, e.getMessage());
        }
    }

    private void schedule(OperationId id, Instant at) {
        boolean later = at.isAfter(clock.instant().plus(LONGEST_WAIT));
        if (scheduler.scheduleIfNotExists(task.instance(id.value()), at) || later) {
            return; // a turn that is there already comes within the longest wait
        }
        try {
            scheduler.reschedule(TaskInstanceId.of(TASK, id.value()), at);
        } catch (TaskInstanceCurrentlyExecutingException | ExecutionException e) {
            // the second: it was picked between the library's look and its change
            woken.add(id.value());
            LOG.debug("event=woken-while-running operation={}", id);
        } catch (TaskInstanceNotFoundException e) {
            scheduler.scheduleIfNotExists(task.instance(id.value()), at);
        }
    }

    @Override
    public void close() {
        closing = true;
        watch.shutdownNow();
        leases.values().forEach(Lease::wake);
        if (scheduler != null) {
            scheduler.stop();
        }
    }
}
