package org.stretchdeploy.store.internal;

import java.io.Reader;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.stretchdeploy.store.Schema;

/** Flyway over scripts that are handed to it: looking for them itself does not work across bundles. */
public final class Migration {
    /** Names the lock among all advisory locks of the database; the same for every node, of every version. */
    private static final long LOCK = 0x5354_5245_5443_4801L;

    /** Below the time after which a connection gives up on a silent server. */
    private static final int TURN_SECONDS = 25;

    private Migration() {}

    /** @throws org.flywaydb.core.api.FlywayException when a script fails, or one that ran was changed since */
    public static void ofOneNode(DataSource pool, Schema schema) {
        migrate(pool, schema, "varbinary(10000)");
    }

    /**
     * Nodes that come together wait for one another: Flyway's own lock does not cover the making of its history table.
     *
     * @param turns gives the connection that holds the lock; not the pool, whose connections may all be needed
     * @throws org.flywaydb.core.api.FlywayException when a script fails, or one that ran was changed since
     * @throws SQLException when the turn of this node does not come within 25 s, or the database fails
     */
    public static void ofManyNodes(DataSource turns, DataSource pool, Schema schema) throws SQLException {
        try (Connection turn = turns.getConnection();
                Statement statement = turn.createStatement()) {
            turn.setAutoCommit(false);
            statement.execute("SET LOCAL lock_timeout TO '" + TURN_SECONDS + "s'");
            // the lock ends with the transaction, and so also when this node is killed
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            migrate(pool, schema, "bytea");
            turn.commit();
        }
    }

    private static void migrate(DataSource dataSource, Schema schema, String binary) {
        ClassLoader ours = Migration.class.getClassLoader();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ours);
        try {
            Flyway.configure(ours)
                    .dataSource(dataSource)
                    .resourceProvider(new Scripts(schema))
                    .javaMigrationClassProvider(List::of)
                    .table(schema.history())
                    .loggers("slf4j")
                    .placeholders(Map.of("binary", binary))
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private record Scripts(Schema schema) implements ResourceProvider {
        @Override
        public LoadableResource getResource(String name) {
            return schema.scripts().containsKey(name)
                    ? new Script(name, schema.scripts().get(name))
                    : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            List<LoadableResource> found = new ArrayList<>();
            schema.scripts().forEach((name, text) -> {
                if (name.startsWith(prefix) && List.of(suffixes).stream().anyMatch(name::endsWith)) {
                    found.add(new Script(name, text));
                }
            });
            return found;
        }
    }

    private static final class Script extends LoadableResource {
        private final String name;
        private final String text;

        Script(String name, String text) {
            this.name = name;
            this.text = text;
        }

        @Override
        public Reader read() {
            return new StringReader(text);
        }

        @Override
        public String getAbsolutePath() {
            return name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
