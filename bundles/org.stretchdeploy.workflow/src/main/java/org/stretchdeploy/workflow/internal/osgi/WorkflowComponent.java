package org.stretchdeploy.workflow.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.DatabaseSettings;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowEngine;
import org.stretchdeploy.workflow.WorkflowException;

/**
 * Publishes the engine as a service as soon as its database can be used, and registers every {@link Workflow} service
 * with it. One lock guards everything; it is held while the engine starts and stops.
 */
@Component(
        immediate = true,
        configurationPid = "org.stretchdeploy.workflow",
        service = {})
@Designate(ocd = WorkflowComponent.Settings.class)
public final class WorkflowComponent {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowComponent.class);
    private static final long RETRY_SECONDS = 10;

    /** Keys of {@code org.stretchdeploy.workflow.cfg}. */
    @ObjectClassDefinition(name = "Stretch Deploy workflow engine")
    public @interface Settings {
        @AttributeDefinition(description = "jdbc:h2:file:… for one node, jdbc:postgresql:… for one or more")
        String jdbcUrl() default "jdbc:h2:file:${karaf.data}/stretch/db/stretch";

        @AttributeDefinition(description = "Login name at the database")
        String user() default "stretch";

        @AttributeDefinition(description = "File with the password; empty: H2 gets a generated one beside its file")
        String passwordFile() default "";

        @AttributeDefinition(
                description = "Name of this node, unique among the nodes of one database; empty: karaf.name")
        String node() default "";

        @AttributeDefinition(description = "How many operations run a step at the same time")
        int threads() default 4;
    }

    private final BundleContext bundle;
    private final Settings settings;
    private final ScheduledExecutorService opener = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stretch-workflow-open");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Workflow<?>> workflows = new ArrayList<>();
    private final Map<Workflow<?>, WorkflowEngine.Registration> registrations = new IdentityHashMap<>();
    private Optional<WorkflowEngine> engine = Optional.empty();
    private Optional<ServiceRegistration<WorkflowEngine>> service = Optional.empty();
    private boolean closed;

    @Activate
    public WorkflowComponent(BundleContext bundle, Settings settings) {
        this.bundle = bundle;
        this.settings = settings;
        opener.execute(this::open);
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        try {
            WorkflowEngine opened = WorkflowEngine.on(databaseSettings())
                    .node(node())
                    .threads(settings.threads())
                    .start();
            engine = Optional.of(opened);
            workflows.forEach(this::registerLocked);
            service = Optional.of(bundle.registerService(WorkflowEngine.class, opened, new Hashtable<>()));
        } catch (WorkflowException | IOException e) {
            LOG.error("event=journal-unavailable retryIn={}s reason=\"{}\"", RETRY_SECONDS, e.getMessage());
            opener.schedule(this::open, RETRY_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("event=engine-not-started", e);
        }
    }

    private DatabaseSettings databaseSettings() throws IOException {
        String url = expand(settings.jdbcUrl());
        boolean file = url.startsWith("jdbc:h2:file:");
        if (settings.passwordFile().isEmpty() && !file) {
            throw new IOException("passwordFile is not set, and only the embedded database can do without");
        }
        Path passwordFile = settings.passwordFile().isEmpty()
                ? Path.of(url.substring("jdbc:h2:file:".length()).replaceAll(";.*", "") + ".password")
                : Path.of(expand(settings.passwordFile()));
        String password = file ? PasswordFile.readOrCreate(passwordFile) : PasswordFile.read(passwordFile);
        return new DatabaseSettings(url, settings.user(), password, settings.threads() + 3);
    }

    private String expand(String text) {
        String expanded = text;
        for (String name : List.of("karaf.data", "karaf.etc", "karaf.base", "karaf.home")) {
            String value = bundle.getProperty(name);
            expanded = value == null ? expanded : expanded.replace("${" + name + "}", value);
        }
        return expanded;
    }

    private String node() {
        String name = bundle.getProperty("karaf.name");
        return !settings.node().isEmpty() ? settings.node() : name != null ? name : "node";
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addWorkflow(Workflow<?> workflow) {
        workflows.add(workflow);
        if (engine.isPresent()) {
            registerLocked(workflow);
        }
    }

    private void registerLocked(Workflow<?> workflow) {
        try {
            registrations.put(workflow, engine.orElseThrow().register(workflow));
        } catch (WorkflowException e) {
            LOG.error("event=workflow-refused workflow={} reason=\"{}\"", workflow, e.getMessage());
        }
    }

    synchronized void removeWorkflow(Workflow<?> workflow) {
        workflows.remove(workflow);
        Optional.ofNullable(registrations.remove(workflow)).ifPresent(WorkflowEngine.Registration::close);
    }

    @Deactivate
    synchronized void close() {
        closed = true;
        opener.shutdownNow();
        service.ifPresent(ServiceRegistration::unregister);
        engine.ifPresent(WorkflowEngine::close);
    }
}
