package org.stretchdeploy.store;

import java.sql.SQLException;
import java.util.Set;

/** What SQL errors mean, for H2 and PostgreSQL alike. */
public final class SqlStates {
    private static final int H2_CONCURRENT_UPDATE = 90131;
    /** Database closed, I/O error with and without a name, connection broken, general error after a panic. */
    private static final Set<Integer> H2_GONE = Set.of(90098, 90028, 90031, 90067, 50000);

    private SqlStates() {}

    /** A row with that key is there already. */
    public static boolean duplicate(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    /** Two transactions met; the same one again may pass. */
    static boolean collision(SQLException e) {
        return "40001".equals(e.getSQLState())
                || "40P01".equals(e.getSQLState())
                || "55P03".equals(e.getSQLState())
                || e.getErrorCode() == H2_CONCURRENT_UPDATE;
    }

    /** H2 does not come back on the connections that there are. */
    static boolean databaseGone(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && H2_GONE.contains(sql.getErrorCode())) {
                return true;
            }
        }
        return false;
    }
}
