package org.stretchdeploy.workflow.internal.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.stretchdeploy.store.SqlStates;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.internal.Json;

/** Rows of the table workflow_operation as headers. */
final class HeaderRows {
    static final String COLUMNS = "id, workflow, version, idempotency_key, input_digest, lock_keys, phase, last_seq,"
            + " submitted_at, updated_at";

    private final JournalDatabase database;

    HeaderRows(JournalDatabase database) {
        this.database = database;
    }

    /** The idempotency key is in the table already. */
    static final class KeyTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    static void insert(
            Connection connection, OperationId id, String digest, JournalEvent.OperationSubmitted submitted, Instant at)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into workflow_operation (" + COLUMNS
                + ", epoch, running, wake_seq) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, false, 0)")) {
            insert.setString(1, id.value());
            insert.setString(2, submitted.workflow());
            insert.setInt(3, submitted.version());
            insert.setString(4, submitted.idempotencyKey());
            insert.setString(5, digest);
            insert.setString(6, Json.text(submitted.lockKeys()));
            insert.setString(7, Phase.RUNNING.name());
            insert.setLong(8, 1);
            insert.setObject(9, utc(at));
            insert.setObject(10, utc(at));
            insert.executeUpdate();
        } catch (SQLException e) {
            if (SqlStates.duplicate(e)) {
                throw new KeyTaken();
            }
            throw e;
        }
    }

    /** @param tail what follows the table's name, with a question mark for each argument */
    List<Journal.Header> select(String tail, String... arguments) {
        return database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select " + COLUMNS + " from workflow_operation " + tail)) {
                for (int i = 0; i < arguments.length; i++) {
                    select.setString(i + 1, arguments[i]);
                }
                List<Journal.Header> headers = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        headers.add(header(rows));
                    }
                }
                return headers;
            }
        });
    }

    private static Journal.Header header(ResultSet row) throws SQLException {
        Set<String> locks = new TreeSet<>();
        Json.parse(row.getString(6)).forEach(lock -> locks.add(lock.asText()));
        return new Journal.Header(
                new OperationId(row.getString(1)),
                row.getString(2),
                row.getInt(3),
                row.getString(4),
                row.getString(5),
                locks,
                Phase.valueOf(row.getString(7)),
                row.getLong(8),
                instant(row, 9),
                instant(row, 10));
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
