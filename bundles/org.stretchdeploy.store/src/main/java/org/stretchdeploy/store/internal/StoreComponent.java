package org.stretchdeploy.store.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.store.StoreException;

/**
 * Publishes the store as soon as its database can be used; tries again until then. What {@code
 * org.stretchdeploy.workflow.cfg} says of the database counts where {@code org.stretchdeploy.store.cfg} is silent:
 * there it was before.
 */
@Component(
        immediate = true,
        configurationPid = {"org.stretchdeploy.workflow", "org.stretchdeploy.store"},
        service = {})
public final class StoreComponent {
    private static final Logger LOG = LoggerFactory.getLogger(StoreComponent.class);
    private static final long RETRY_SECONDS = 10;
    private static final String FILE_URL = "jdbc:h2:file:";

    /** Keys of {@code org.stretchdeploy.store.cfg}. */
    @ObjectClassDefinition(name = "Stretch Deploy store", pid = "org.stretchdeploy.store")
    public @interface Settings {
        @AttributeDefinition(description = "jdbc:h2:file:… for one node, jdbc:postgresql:… for one or more")
        String jdbcUrl() default "jdbc:h2:file:${karaf.data}/stretch/db/stretch";

        @AttributeDefinition(description = "Login name at the database")
        String user() default "stretch";

        @AttributeDefinition(description = "File with the password; empty: H2 gets a generated one beside its file")
        String passwordFile() default "";

        @AttributeDefinition(
                description = "File with the key (64 hexadecimal digits) that secrets in the database are sealed with,"
                        + " the same on all nodes; empty: made in Karaf's data folder at the first start")
        String keyFile() default "";

        @AttributeDefinition(description = "Most connections to the database")
        int poolSize() default 12;
    }

    private final BundleContext bundle;
    private final Settings settings;
    private final ScheduledExecutorService opener = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stretch-store-open");
        thread.setDaemon(true);
        return thread;
    });

    /** Held while the database is being opened: two of us must not be at its file, and an interrupt would break it. */
    private final Object opening = new Object();

    private Optional<Store> store = Optional.empty();
    private Optional<ServiceRegistration<Store>> service = Optional.empty();
    private boolean closed;

    @Activate
    public StoreComponent(BundleContext bundle, Settings settings) {
        this.bundle = bundle;
        this.settings = settings;
        opener.execute(this::open);
    }

    private void open() {
        try {
            openOnce().ifPresent(this::publish);
        } catch (StoreException | IOException e) {
            LOG.error("event=store-unavailable retryIn={}s reason=\"{}\"", RETRY_SECONDS, e.getMessage());
            again();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("event=store-not-opened", e);
        }
    }

    /** Empty when the component was stopped meanwhile. */
    private Optional<Store> openOnce() throws IOException {
        synchronized (opening) {
            if (isClosed()) {
                return Optional.empty();
            }
            Store opened = Store.open(databaseSettings(), key());
            LOG.info("event=store-open database={}", opened.database().settings());
            return keep(opened);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void again() {
        if (!closed) {
            opener.schedule(this::open, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private synchronized Optional<Store> keep(Store opened) {
        if (closed) {
            opened.close();
            return Optional.empty();
        }
        store = Optional.of(opened);
        return store;
    }

    /** Outside of the lock: whoever waits for the store starts on this thread. */
    private void publish(Store opened) {
        ServiceRegistration<Store> registration = bundle.registerService(Store.class, opened, new Hashtable<>());
        synchronized (this) {
            if (!closed) {
                service = Optional.of(registration);
                return;
            }
        }
        registration.unregister();
    }

    private DatabaseSettings databaseSettings() throws IOException {
        String url = expand(settings.jdbcUrl());
        boolean file = url.startsWith(FILE_URL);
        if (settings.passwordFile().isEmpty() && !file) {
            throw new IOException("passwordFile is not set, and only the embedded database can do without");
        }
        Path passwordFile = settings.passwordFile().isEmpty()
                ? Path.of(embeddedFile(url) + ".password")
                : Path.of(expand(settings.passwordFile()));
        String password = file ? PasswordFile.readOrCreate(passwordFile) : PasswordFile.read(passwordFile);
        return new DatabaseSettings(url, settings.user(), password, settings.poolSize());
    }

    private static String embeddedFile(String url) {
        return url.substring(FILE_URL.length()).replaceAll(";.*", "");
    }

    /** A key that is named has to be there; one that is not is made beside the embedded database. */
    private byte[] key() throws IOException {
        if (!settings.keyFile().isEmpty()) {
            return KeyFile.read(Path.of(expand(settings.keyFile())));
        }
        String url = expand(settings.jdbcUrl());
        return KeyFile.readOrCreate(Path.of(
                (url.startsWith(FILE_URL) ? embeddedFile(url) : expand("${karaf.data}/stretch/db/stretch")) + ".key"));
    }

    private String expand(String text) {
        String expanded = text;
        for (String name : List.of("karaf.data", "karaf.etc", "karaf.base", "karaf.home")) {
            String value = bundle.getProperty(name);
            expanded = value == null ? expanded : expanded.replace("${" + name + "}", value);
        }
        return expanded;
    }

    /** Comes back when nobody is at the database any more: the next component may open the same file. */
    @Deactivate
    void close() {
        Optional<ServiceRegistration<Store>> published;
        synchronized (this) {
            closed = true;
            published = service;
        }
        synchronized (opening) {
            opener.shutdownNow();
        }
        published.ifPresent(ServiceRegistration::unregister);
        synchronized (this) {
            store.ifPresent(Store::close);
        }
    }
}
