package org.stretchdeploy.workflow.internal.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.stretchdeploy.workflow.DatabaseSettings;
import org.stretchdeploy.workflow.WorkflowException;

/**
 * The pool and the schema. Thread-safe. H2 closes itself for good when a write fails (a full disk); then the pool is
 * opened anew with the next call, so that the journal is back as soon as there is room.
 */
public final class Database implements AutoCloseable {
    private static final long CONNECT_MILLIS = 5000;
    private static final String LOCATION = "classpath:org/stretchdeploy/workflow/schema";

    private final DatabaseSettings settings;
    private HikariDataSource pool;
    private boolean closed;

    private Database(DatabaseSettings settings, HikariDataSource pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** @throws WorkflowException JOURNAL_UNAVAILABLE when it cannot be reached or migrated */
    public static Database open(DatabaseSettings settings) {
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(poolConfig(settings));
            migrate(settings, pool);
            return new Database(settings, pool);
        } catch (HikariPool.PoolInitializationException | FlywayException e) {
            if (pool != null) {
                pool.close();
            }
            throw unavailable(settings, e);
        }
    }

    private static HikariConfig poolConfig(DatabaseSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(settings.embedded() ? h2(settings) : postgres(settings));
        config.setPoolName("stretch-workflow-db");
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setThreadFactory(task -> {
            Thread thread = new Thread(task, "stretch-workflow-db");
            thread.setDaemon(true);
            return thread;
        });
        if (!settings.embedded()) {
            config.setConnectionInitSql("SET synchronous_commit TO ON");
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
        source.setSocketTimeout(30);
        return source;
    }

    private static void migrate(DatabaseSettings settings, DataSource dataSource) {
        ClassLoader ours = Database.class.getClassLoader();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ours);
        try {
            Flyway.configure(ours)
                    .dataSource(dataSource)
                    .locations(LOCATION)
                    .table("workflow_schema")
                    .loggers("slf4j")
                    .placeholders(java.util.Map.of("binary", settings.embedded() ? "varbinary(10000)" : "bytea"))
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** A full disk closes the embedded database: then that is the reason, whatever the driver says. */
    static WorkflowException unavailable(DatabaseSettings settings, Exception cause) {
        String reason = new FreeSpace(settings).shortage().orElseGet(() -> firstLine(cause));
        return new WorkflowException(
                WorkflowException.Code.JOURNAL_UNAVAILABLE,
                "the journal in " + settings + " cannot be used: " + reason,
                cause);
    }

    private static String firstLine(Exception cause) {
        String message = String.valueOf(cause.getMessage());
        return message.lines().findFirst().orElse(message);
    }

    /** What runs in a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Runs in one transaction that is on disk when this returns; any exception rolls it back. */
    <T> T write(Work<T> work) {
        return uninterrupted(() -> writeAgainOnCollision(work, true));
    }

    /** The same, but a power cut may lose it. */
    <T> T writeLazily(Work<T> work) {
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
            try (Connection connection = current.getConnection()) {
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
            throw new WorkflowException(WorkflowException.Code.CLOSED, "the journal is closed");
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

    private WorkflowException failed(HikariDataSource used, SQLException e) {
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

    <T> T read(Work<T> work) {
        return uninterrupted(() -> readOnce(work));
    }

    private <T> T readOnce(Work<T> work) {
        HikariDataSource current = pool();
        try (Connection connection = current.getConnection()) {
            return work.run(connection);
        } catch (SQLException e) {
            throw failed(current, e);
        }
    }

    /** For libraries that bring their own SQL; PostgreSQL only, because the pool of H2 may be replaced. */
    public synchronized DataSource dataSource() {
        return pool;
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
