package org.stretchdeploy.store.internal;

import java.io.Reader;
import java.io.StringReader;
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
    private Migration() {}

    /** @throws org.flywaydb.core.api.FlywayException when a script fails, or one that ran was changed since */
    public static void run(DataSource dataSource, Schema schema, boolean embedded) {
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
                    .placeholders(Map.of("binary", embedded ? "varbinary(10000)" : "bytea"))
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
