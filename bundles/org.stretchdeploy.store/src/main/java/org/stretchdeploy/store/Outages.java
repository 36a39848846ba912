package org.stretchdeploy.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** When the database last did not give a connection, or was slow to. Thread-safe. */
final class Outages {
    /** A pool that waits this long was without the database for a moment. */
    private static final long SLOW_MILLIS = 2000;

    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong last = new AtomicLong(NEVER);

    Connection connect(DataSource pool) throws SQLException {
        long begun = System.nanoTime();
        boolean good = false;
        try {
            Connection connection = pool.getConnection();
            good = true;
            return connection;
        } finally {
            if (!good || System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS)) {
                last.set(System.nanoTime());
            }
        }
    }

    boolean within(Duration time) {
        long at = last.get();
        return at != NEVER && System.nanoTime() - at < time.toNanos();
    }

    /** What libraries know how to handle. */
    private static DataSource open(Supplier<DataSource> pool) throws SQLException {
        try {
            return pool.get();
        } catch (StoreException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    /** The pool of the moment, whose connections are noted. */
    DataSource noting(Supplier<DataSource> pool) {
        return (DataSource) Proxy.newProxyInstance(
                Outages.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection") && method.getParameterCount() == 0) {
                        return connect(open(pool));
                    }
                    try {
                        return method.invoke(pool.get(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
