package org.stretchdeploy.workflow.internal.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.store.SqlStates;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.WorkflowException;
import org.stretchdeploy.workflow.internal.Json;

/** The journal in H2 or PostgreSQL. Sequence numbers and epochs are checked in the transaction that appends. */
public final class SqlJournal implements Journal {
    private static final String OPEN = "phase in ('RUNNING', 'COMPENSATING')";

    private final Database shared;
    private final boolean closes;
    private final JournalDatabase database;
    private final HeaderRows rows;

    /**
     * @param closes whether the database ends with the journal
     * @throws WorkflowException JOURNAL_UNAVAILABLE when the tables cannot be brought up to date
     */
    public SqlJournal(Database database, boolean closes) {
        this.shared = database;
        this.closes = closes;
        this.database = new JournalDatabase(database);
        this.rows = new HeaderRows(this.database);
    }

    @Override
    public Created create(OperationId id, String inputDigest, JournalEntry entry) {
        database.requireSpace();
        JournalEvent.OperationSubmitted submitted = (JournalEvent.OperationSubmitted) entry.event();
        for (int attempt = 1; ; attempt++) {
            try {
                return database.write(connection -> {
                    HeaderRows.insert(connection, id, inputDigest, submitted, entry.at());
                    insertEvents(connection, id, List.of(entry));
                    for (String lock : submitted.lockKeys()) {
                        insertLock(connection, id, lock);
                    }
                    return new Created.New();
                });
            } catch (HeaderRows.KeyTaken e) {
                Optional<Header> existing = byIdempotencyKey(submitted.idempotencyKey());
                if (existing.isPresent()) {
                    return new Created.KeyUsed(existing.get());
                }
            } catch (LockTaken e) {
                Optional<OperationId> holder = holder(e.lockKey);
                if (holder.isPresent()) {
                    return new Created.LockHeld(e.lockKey, holder.get());
                }
            }
            // what was in the way is gone again: that operation ended, or its transaction rolled back
            if (attempt >= 5) {
                throw new WorkflowException(
                        WorkflowException.Code.CONFLICT, "too many operations compete for the same locks; try again");
            }
        }
    }

    private static final class LockTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String lockKey;

        LockTaken(String lockKey) {
            this.lockKey = lockKey;
        }
    }

    private static void insertLock(Connection connection, OperationId id, String lock) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into workflow_lock (lock_key, operation_id) values (?, ?)")) {
            insert.setString(1, lock);
            insert.setString(2, id.value());
            insert.executeUpdate();
        } catch (SQLException e) {
            if (SqlStates.duplicate(e)) {
                throw new LockTaken(lock);
            }
            throw e;
        }
    }

    private static void insertEvents(Connection connection, OperationId id, List<JournalEntry> entries)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into workflow_event (operation_id, seq, at, type, body) values (?, ?, ?, ?, ?)")) {
            for (JournalEntry entry : entries) {
                insert.setString(1, id.value());
                insert.setLong(2, entry.seq());
                insert.setObject(3, HeaderRows.utc(entry.at()));
                insert.setString(4, entry.event().getClass().getSimpleName());
                insert.setString(5, Json.write(entry.event()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private Optional<OperationId> holder(String lock) {
        return database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select operation_id from workflow_lock where lock_key = ?")) {
                select.setString(1, lock);
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(new OperationId(rows.getString(1))) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Optional<Header> header(OperationId id) {
        return rows.select("where id = ?", id.value()).stream().findFirst();
    }

    @Override
    public Optional<Header> byIdempotencyKey(String idempotencyKey) {
        return rows.select("where idempotency_key = ?", idempotencyKey).stream().findFirst();
    }

    /** Not a range of keys: a collation may sort punctuation as it likes. Reads headers at most, never a journal. */
    @Override
    public List<Header> byIdempotencyPrefix(String prefix) {
        String pattern = prefix.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
        return rows.select("where idempotency_key like ? escape '!' order by submitted_at desc, id desc", pattern);
    }

    @Override
    public Map<String, OperationId> locks() {
        return database.read(connection -> {
            try (PreparedStatement select =
                            connection.prepareStatement("select lock_key, operation_id from workflow_lock");
                    ResultSet rows = select.executeQuery()) {
                Map<String, OperationId> held = new TreeMap<>();
                while (rows.next()) {
                    held.put(rows.getString(1), new OperationId(rows.getString(2)));
                }
                return held;
            }
        });
    }

    @Override
    public List<Header> list(int limit) {
        return rows.select("order by submitted_at desc, id desc limit " + limit);
    }

    @Override
    public List<Header> unfinished() {
        return rows.select("where " + OPEN + " order by submitted_at, id");
    }

    @Override
    public List<JournalEntry> read(OperationId id, long afterSeq) {
        return database.read(connection -> read(connection, id, afterSeq));
    }

    private static List<JournalEntry> read(Connection connection, OperationId id, long afterSeq) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select seq, at, body from workflow_event where operation_id = ? and seq > ? order by seq")) {
            select.setString(1, id.value());
            select.setLong(2, afterSeq);
            List<JournalEntry> entries = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.add(new JournalEntry(
                            rows.getLong(1), HeaderRows.instant(rows, 2), Json.event(rows.getString(3))));
                }
            }
            return entries;
        }
    }

    @Override
    public List<JournalEntry> append(
            OperationId id, OptionalLong epoch, long expectedLastSeq, Instant at, List<JournalEvent> events) {
        List<JournalEntry> entries = new ArrayList<>();
        for (JournalEvent event : events) {
            entries.add(new JournalEntry(expectedLastSeq + entries.size() + 1, at, event));
        }
        return database.write(connection -> {
            advance(connection, id, epoch, expectedLastSeq, at, entries);
            insertEvents(connection, id, entries);
            if (events.stream().anyMatch(Journal::givesLocksBack)) {
                try (PreparedStatement delete =
                        connection.prepareStatement("delete from workflow_lock where operation_id = ?")) {
                    delete.setString(1, id.value());
                    delete.executeUpdate();
                }
            }
            return entries;
        });
    }

    /** Locks the row, checks the writer's right and the sequence, moves both forward. */
    private static void advance(
            Connection connection,
            OperationId id,
            OptionalLong epoch,
            long expectedLastSeq,
            Instant at,
            List<JournalEntry> entries)
            throws SQLException {
        Phase phase;
        try (PreparedStatement select = connection.prepareStatement(
                "select epoch, last_seq, phase from workflow_operation where id = ? for update")) {
            select.setString(1, id.value());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new WorkflowException(WorkflowException.Code.NOT_FOUND, "there is no operation " + id);
                }
                if (epoch.isPresent() && row.getLong(1) != epoch.getAsLong()) {
                    throw new FencedException(id, epoch.getAsLong());
                }
                if (row.getLong(2) != expectedLastSeq) {
                    throw new StaleException(id, expectedLastSeq, row.getLong(2));
                }
                phase = Phase.valueOf(row.getString(3));
            }
        }
        for (JournalEntry entry : entries) {
            boolean needsPast = entry.event() instanceof JournalEvent.RetryRequested;
            phase = Journal.phaseAfter(phase, entry.event(), needsPast ? read(connection, id, 0) : List.of());
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update workflow_operation set last_seq = ?, phase = ?, updated_at = ? where id = ?")) {
            update.setLong(1, expectedLastSeq + entries.size());
            update.setString(2, phase.name());
            update.setObject(3, HeaderRows.utc(at));
            update.setString(4, id.value());
            update.executeUpdate();
        }
    }

    @Override
    public Claim claim(OperationId id, Claimant who) {
        return database.write(connection -> {
            Claim claim;
            try (PreparedStatement select = connection.prepareStatement(
                    "select epoch, running, owner, wake_at, wake_seq, last_seq, life from workflow_operation"
                            + " where id = ? for update")) {
                select.setString(1, id.value());
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        throw new WorkflowException(WorkflowException.Code.NOT_FOUND, "there is no operation " + id);
                    }
                    boolean wakeHolds = row.getLong(5) == row.getLong(6) && row.getObject(4) != null;
                    claim = new Claim(
                            id,
                            row.getLong(1) + 1,
                            row.getBoolean(2),
                            Optional.ofNullable(row.getString(3)),
                            who.life().equals(row.getString(7)),
                            wakeHolds ? Optional.of(HeaderRows.instant(row, 4)) : Optional.empty());
                }
            }
            try (PreparedStatement update = connection.prepareStatement(
                    "update workflow_operation set epoch = ?, running = true, owner = ?, life = ? where id = ?")) {
                update.setLong(1, claim.epoch());
                update.setString(2, who.node());
                update.setString(3, who.life());
                update.setString(4, id.value());
                update.executeUpdate();
            }
            return claim;
        });
    }

    @Override
    public void release(Claim claim, Optional<Instant> wakeAt) {
        database.writeLazily(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update workflow_operation set running = false,"
                    + " wake_at = ?, wake_seq = last_seq where id = ? and epoch = ?")) {
                update.setObject(1, wakeAt.map(HeaderRows::utc).orElse(null), java.sql.Types.TIMESTAMP_WITH_TIMEZONE);
                update.setString(2, claim.id().value());
                update.setLong(3, claim.epoch());
                return update.executeUpdate();
            }
        });
    }

    @Override
    public void nodeStarted(String node) {
        updateOwned("update workflow_operation set running = true where owner = ? and " + OPEN, node);
    }

    @Override
    public void nodeStopped(String node) {
        updateOwned("update workflow_operation set owner = null where owner = ? and running = false", node);
    }

    private void updateOwned(String sql, String node) {
        database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setString(1, node);
                return update.executeUpdate();
            }
        });
    }

    @Override
    public void saveProgress(OperationId id, Progress progress) {
        database.writeLazily(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update workflow_operation set progress = ? where id = ?")) {
                update.setString(1, Json.text(progress));
                update.setString(2, id.value());
                return update.executeUpdate();
            }
        });
    }

    @Override
    public Optional<Progress> progress(OperationId id) {
        return database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select progress from workflow_operation where id = ?")) {
                select.setString(1, id.value());
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? Optional.ofNullable(row.getString(1))
                                    .map(json -> Json.value(Json.parse(json), Progress.class))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public void probe() {
        database.probe();
    }

    @Override
    public void close() {
        if (closes) {
            shared.close();
        }
    }
}
