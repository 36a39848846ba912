package org.stretchdeploy.workflow.internal.sql;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.workflow.Dispatcher;
import org.stretchdeploy.workflow.OperationId;

/**
 * Turns shared between nodes: the db-scheduler library leases each turn to one node, keeps a heartbeat, and gives the
 * turn of a dead node to another. What a node that only seemed dead still does is fenced off by the journal's epoch.
 */
public final class DbSchedulerDispatcher implements Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(DbSchedulerDispatcher.class);
    private static final String TASK = "operation-turn";
    private static final String TABLE = "workflow_turn";
    /** Four missed beats and one detection round (two beats): taken over within 9 s and one poll. */
    private static final Duration HEARTBEAT = Duration.ofMillis(1500);

    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration POLL = Duration.ofMillis(300);
    /** A wait is cut into pieces of this length, so that a wake that meets a running turn elsewhere is not lost. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final Database database;
    private final Clock clock;
    private final String node;
    private final int threads;
    private final Duration stopGrace;
    private final Set<OperationId> wokenWhileRunning = ConcurrentHashMap.newKeySet();
    private Scheduler scheduler;
    private CustomTask<Void> task;

    public DbSchedulerDispatcher(Database database, Clock clock, String node, int threads, Duration stopGrace) {
        this.database = database;
        this.clock = clock;
        this.node = node;
        this.threads = threads;
        this.stopGrace = stopGrace;
    }

    @Override
    public void start(Turn turn) {
        forgetOwnLeases();
        task = Tasks.custom(TASK, Void.class)
                .onFailureReschedule(FixedDelay.ofSeconds(5))
                .onDeadExecutionRevive()
                .execute((instance, execution) -> {
                    OperationId id = new OperationId(instance.getId());
                    Optional<Instant> next = turn.run(id);
                    return (complete, operations) -> {
                        boolean woken = wokenWhileRunning.remove(id);
                        if (woken) {
                            operations.reschedule(complete, clock.instant());
                        } else if (next.isPresent()) {
                            operations.reschedule(complete, atMost(next.get()));
                        } else {
                            operations.remove();
                        }
                    };
                });
        scheduler = Scheduler.create(database.dataSource(), task)
                .tableName(TABLE)
                .schedulerName(new SchedulerName.Fixed(node))
                .threads(threads)
                .pollingInterval(POLL)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(stopGrace)
                .failureLogging(LogLevel.WARN, true)
                .enableImmediateExecution()
                .build();
        scheduler.start();
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
        TaskInstanceId instance = TaskInstanceId.of(TASK, id.value());
        boolean later = at.isAfter(clock.instant().plus(LONGEST_WAIT));
        if (scheduler.scheduleIfNotExists(task.instance(id.value()), at) || later) {
            return; // a turn that is there already comes within the longest wait
        }
        try {
            scheduler.reschedule(instance, at);
        } catch (TaskInstanceCurrentlyExecutingException e) {
            wokenWhileRunning.add(id);
            LOG.debug("event=woken-while-running operation={}", id);
        } catch (TaskInstanceNotFoundException e) {
            scheduler.scheduleIfNotExists(task.instance(id.value()), at);
        }
    }

    @Override
    public void close() {
        if (scheduler != null) {
            scheduler.stop();
        }
    }
}
