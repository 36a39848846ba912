package org.stretchdeploy.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.stretchdeploy.store.internal.Migration;

/**
 * The pool and the transactions. Thread-safe. H2 closes itself for good when a write fails (a full disk); then the pool is
 * opened anew with the next call, so that the data is back as soon as there is room.
 */
public final class Database implements AutoCloseable {
    private static final long CONNECT_MILLIS = 5000;

    private final DatabaseSettings settings;
    private final Outages outages = new Outages();
    private HikariDataSource pool;
    private boolean closed;

    /**
     * A node that is halted or cut off in the middle of a transaction holds its rows, and with them the operation that
     * another node is to take over, until PostgreSQL gives it up. Transactions here wait for nothing but the database.
     */
    private static final int FORSAKEN_MILLIS = 6000;

    /** Shorter than the former: what the same node has queued behind its lost transaction goes first. */
    private static final int QUEUED_MILLIS = 4000;

    /** No statement of ours takes this long; an answer that does not come in this time was lost on the way. */
    private static final int SILENT_SECONDS = 30;

    private Database(DatabaseSettings settings, HikariDataSource pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** @throws StoreException UNAVAILABLE when it cannot be reached */
    public static Database open(DatabaseSettings settings) {
        try {
            return new Database(settings, new HikariDataSource(poolConfig(settings)));
        } catch (HikariPool.PoolInitializationException e) {
            throw unavailable(settings, e);
        }
    }

    private static HikariConfig poolConfig(DatabaseSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(settings.embedded() ? h2(settings) : postgres(settings));
        config.setPoolName("stretch-db");
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setThreadFactory(task -> {
            Thread thread = new Thread(task, "stretch-db");
            thread.setDaemon(true);
            return thread;
        });
        if (!settings.embedded()) {
            config.setConnectionInitSql("SET synchronous_commit TO ON; SET idle_in_transaction_session_timeout TO "
                    + FORSAKEN_MILLIS + "; SET lock_timeout TO " + QUEUED_MILLIS);
        }
        return config;
    }

    /** A commit reaches the file before it returns; the pool, not the exit of the process, closes the database. */
    private static DataSource h2(DatabaseSettings settings) {
        org.h2.jdbcx.JdbcDataSource source = new org.h2.jdbcx.JdbcDataSource();
        source.setURL(settings.jdbcUrl() + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000");
        source.setUser(settings.user());
        source.setPassword(settings.password());
        return source;
    }

    private static DataSource postgres(DatabaseSettings settings) {
        org.postgresql.ds.PGSimpleDataSource source = new org.postgresql.ds.PGSimpleDataSource();
        source.setURL(settings.jdbcUrl());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(5);
        source.setSocketTimeout(SILENT_SECONDS);
        return source;
    }

    /**
     * Brings tables up to date. Nodes that start together do it one after the other.
     *
     * @throws StoreException UNAVAILABLE when a script fails, or one that ran was changed since
     */
    public void migrate(Schema schema) {
        uninterrupted(() -> {
            bringUpToDate(schema);
            return schema;
        });
    }

    private void bringUpToDate(Schema schema) {
        try {
            if (settings.embedded()) {
                Migration.ofOneNode(pool(), schema);
            } else {
                Migration.ofManyNodes(postgres(settings), pool(), schema);
            }
        } catch (FlywayException | SQLException e) {
            throw unavailable(settings, e);
        }
    }

    private static StoreException unavailable(DatabaseSettings settings, Exception cause) {
        return new FreeSpace(settings)
                .shortage()
                .map(sentence -> new StoreException(StoreException.Code.FULL, sentence, cause))
                .orElseGet(() -> new StoreException(
                        StoreException.Code.UNAVAILABLE,
                        "the database " + settings + " cannot be used: " + firstLine(cause),
                        cause));
    }

    /**
     * To be called before new work is taken in: refuses it while the embedded database's disk is nearly full, so that
     * what runs can still end.
     *
     * @throws StoreException FULL when there is too little room
     */
    public void requireSpace() {
        new FreeSpace(settings).shortage().ifPresent(sentence -> {
            throw new StoreException(StoreException.Code.FULL, sentence);
        });
    }

    private static String firstLine(Exception cause) {
        String message = String.valueOf(cause.getMessage());
        return message.lines().findFirst().orElse(message);
    }

    /** What runs in a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Runs in one transaction that is on disk when this returns; any exception rolls it back. It runs again when it collided with another.
     *
     * @throws StoreException UNAVAILABLE when the database fails
     */
    public <T> T write(Work<T> work) {
        return uninterrupted(() -> writeAgainOnCollision(work, true));
    }

    /** The same, but a power cut may lose it. */
    public <T> T writeLazily(Work<T> work) {
        return uninterrupted(() -> writeAgainOnCollision(work, false));
    }

    /** An interrupt in the middle of H2's file access would close the file: it is put off until after the call. */
    private static <T> T uninterrupted(Supplier<T> call) {
        boolean interrupted = Thread.interrupted();
        try {
            return call.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T writeAgainOnCollision(Work<T> work, boolean sync) {
        for (int attempt = 1; ; attempt++) {
            HikariDataSource current = pool();
            try (Connection connection = outages.connect(current)) {
                return transaction(connection, work, sync);
            } catch (SQLException e) {
                if (!SqlStates.collision(e) || attempt >= 5) {
                    throw failed(current, e);
                }
            }
        }
    }

    private <T> T transaction(Connection connection, Work<T> work, boolean sync) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T answer = work.run(connection);
            connection.commit();
            if (sync) {
                sync(connection);
            }
            return answer;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException rollback) {
                e.addSuppressed(rollback);
            }
            throw e;
        }
    }

    private synchronized HikariDataSource pool() {
        if (closed) {
            throw new StoreException(StoreException.Code.CLOSED, "the database is closed");
        }
        if (pool.isClosed()) {
            try {
                pool = new HikariDataSource(poolConfig(settings));
            } catch (HikariPool.PoolInitializationException e) {
                throw unavailable(settings, e);
            }
        }
        return pool;
    }

    private StoreException failed(HikariDataSource used, SQLException e) {
        if (settings.embedded() && SqlStates.databaseGone(e)) {
            used.close();
        }
        return unavailable(settings, e);
    }

    /** H2 has written the commit by now, but only this makes the file system keep it through a power cut. */
    private void sync(Connection connection) throws SQLException {
        if (settings.embedded()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    }

    /** Runs without a transaction. */
    public <T> T read(Work<T> work) {
        return uninterrupted(() -> readOnce(work));
    }

    private <T> T readOnce(Work<T> work) {
        HikariDataSource current = pool();
        try (Connection connection = outages.connect(current)) {
            return work.run(connection);
        } catch (SQLException e) {
            throw failed(current, e);
        }
    }

    /**
     * Asks the database whether it is there and has room for new work.
     *
     * @throws StoreException UNAVAILABLE or FULL when not
     */
    public void probe() {
        requireSpace();
        read(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("select 1");
            }
        });
    }

    /** For libraries that bring their own SQL. */
    public DataSource dataSource() {
        return outages.noting(this::pool);
    }

    /** Whether the database did not answer this process, or only after seconds, at some moment of this time until now. */
    public boolean troubledWithin(Duration time) {
        return outages.within(time);
    }

    public DatabaseSettings settings() {
        return settings;
    }

    @Override
    public synchronized void close() {
        closed = true;
        pool.close();
    }
}
