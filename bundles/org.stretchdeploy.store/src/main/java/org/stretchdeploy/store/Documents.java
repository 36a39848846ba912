package org.stretchdeploy.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Small texts by kind and id, the same for all nodes. Every change is one transaction and durable when the method
 * returns; no change of another node in between is lost. Thread-safe. Each method throws {@link StoreException} with
 * UNAVAILABLE when the database cannot be used.
 */
public final class Documents {
    private static final int MOST_ATTEMPTS = 50;

    private final Database database;

    public Documents(Database database) {
        this.database = database;
    }

    public Optional<String> find(String kind, String id) {
        return database.read(connection -> select(connection, kind, id)).map(Row::body);
    }

    /** All of a kind, sorted by id. */
    public Map<String, String> all(String kind) {
        return database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select id, body from store_document where kind = ?")) {
                select.setString(1, kind);
                Map<String, String> found = new TreeMap<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.put(rows.getString(1), rows.getString(2));
                    }
                }
                return found;
            }
        });
    }

    /** Adds or replaces. */
    public void put(String kind, String id, String body) {
        change(kind, id, before -> Optional.of(body), true);
    }

    /** The same for what is soon replaced again: a power cut may lose it. */
    public void putLazily(String kind, String id, String body) {
        change(kind, id, before -> Optional.of(body), false);
    }

    /** Adds unless there is one already; returns the one that is there afterwards. */
    public String putIfAbsent(String kind, String id, String body) {
        return change(kind, id, before -> before.or(() -> Optional.of(body)), true)
                .orElseThrow();
    }

    /** Absent is done. */
    public void delete(String kind, String id) {
        change(kind, id, before -> Optional.empty(), true);
    }

    /**
     * Replaces a document by what is made of it; absent is empty, before and after.
     *
     * @param change is called again when another writer came between; an exception of it leaves everything as it was
     * @return what is there now
     */
    public Optional<String> update(String kind, String id, UnaryOperator<Optional<String>> change) {
        return change(kind, id, change, true);
    }

    private Optional<String> change(String kind, String id, UnaryOperator<Optional<String>> change, boolean sync) {
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            Optional<Row> before = database.read(connection -> select(connection, kind, id));
            Optional<String> after = change.apply(before.map(Row::body));
            if (after.equals(before.map(Row::body)) || write(kind, id, before, after, sync)) {
                return after;
            }
        }
        throw new StoreException(
                StoreException.Code.UNAVAILABLE, "too many writers compete for " + kind + " " + id + "; try again");
    }

    private record Row(long version, String body) {}

    private static Optional<Row> select(Connection connection, String kind, String id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select version, body from store_document where kind = ? and id = ?")) {
            select.setString(1, kind);
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(new Row(row.getLong(1), row.getString(2))) : Optional.empty();
            }
        }
    }

    private boolean write(String kind, String id, Optional<Row> before, Optional<String> after, boolean sync) {
        try {
            Database.Work<Integer> work = connection -> before.isEmpty()
                    ? insert(connection, kind, id, after.orElseThrow())
                    : replace(connection, kind, id, before.get().version(), after);
            return (sync ? database.write(work) : database.writeLazily(work)) == 1;
        } catch (Taken e) {
            return false;
        }
    }

    /** Another writer was first. */
    private static final class Taken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Taken() {
            super(null, null, false, false);
        }
    }

    private static int insert(Connection connection, String kind, String id, String body) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into store_document"
                + " (kind, id, version, body, updated_at) values (?, ?, 1, ?, current_timestamp)")) {
            insert.setString(1, kind);
            insert.setString(2, id);
            insert.setString(3, body);
            return insert.executeUpdate();
        } catch (SQLException e) {
            if (SqlStates.duplicate(e)) {
                throw new Taken();
            }
            throw e;
        }
    }

    private static int replace(Connection connection, String kind, String id, long version, Optional<String> after)
            throws SQLException {
        String where = " where kind = ? and id = ? and version = ?";
        String sql = after.isPresent()
                ? "update store_document set version = version + 1, updated_at = current_timestamp, body = ?" + where
                : "delete from store_document" + where;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int column = 1;
            if (after.isPresent()) {
                statement.setString(column++, after.get());
            }
            statement.setString(column++, kind);
            statement.setString(column++, id);
            statement.setLong(column, version);
            return statement.executeUpdate();
        }
    }
}
