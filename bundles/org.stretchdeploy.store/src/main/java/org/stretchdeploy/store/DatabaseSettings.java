package org.stretchdeploy.store;

/**
 * Where everything durable is kept.
 *
 * @param jdbcUrl {@code jdbc:h2:file:<path>} for one node (the file belongs to one process) or {@code
 *     jdbc:postgresql:…} for one or more nodes
 * @param user login name
 * @param password its password; never logged
 * @param poolSize most connections held, 2 or more
 */
public record DatabaseSettings(String jdbcUrl, String user, String password, int poolSize) {
    public DatabaseSettings {
        if (!jdbcUrl.startsWith("jdbc:h2:") && !jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new StoreException(
                    StoreException.Code.INVALID,
                    "the data can be kept in H2 (jdbc:h2:file:…) or PostgreSQL (jdbc:postgresql:…), not in "
                            + jdbcUrl.replaceAll("[?;].*", ""));
        }
        if (poolSize < 2) {
            throw new StoreException(StoreException.Code.INVALID, "the pool needs 2 connections or more");
        }
    }

    public DatabaseSettings(String jdbcUrl, String user, String password) {
        this(jdbcUrl, user, password, 6);
    }

    public boolean embedded() {
        return jdbcUrl.startsWith("jdbc:h2:");
    }

    @Override
    public String toString() {
        return jdbcUrl.replaceAll("[?;].*", "");
    }
}
