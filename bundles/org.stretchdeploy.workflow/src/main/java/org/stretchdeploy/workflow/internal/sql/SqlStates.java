package org.stretchdeploy.workflow.internal.sql;

import java.sql.SQLException;

/** What SQL errors mean, for H2 and PostgreSQL alike. */
final class SqlStates {
    private static final int H2_CONCURRENT_UPDATE = 90131;

    private SqlStates() {}

    static boolean duplicate(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    /** Two transactions met; the same one again may pass. */
    static boolean collision(SQLException e) {
        return "40001".equals(e.getSQLState())
                || "40P01".equals(e.getSQLState())
                || e.getErrorCode() == H2_CONCURRENT_UPDATE;
    }
}
