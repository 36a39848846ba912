package org.stretchdeploy.workflow.internal.osgi;

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
import org.stretchdeploy.store.Store;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowEngine;
import org.stretchdeploy.workflow.WorkflowException;

/**
 * Publishes the engine as a service as soon as its journal can be used, and registers every {@link Workflow} service
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
        @AttributeDefinition(
                description = "Name of this node, unique among the nodes of one database; empty: karaf.name")
        String node() default "";

        @AttributeDefinition(description = "How many operations run a step at the same time")
        int threads() default 4;
    }

    private final BundleContext bundle;
    private final Store store;
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
    public WorkflowComponent(BundleContext bundle, @Reference Store store, Settings settings) {
        this.bundle = bundle;
        this.store = store;
        this.settings = settings;
        opener.execute(this::open);
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        try {
            WorkflowEngine opened = WorkflowEngine.on(store.database())
                    .node(node())
                    .threads(settings.threads())
                    .start();
            engine = Optional.of(opened);
            workflows.forEach(this::registerLocked);
            service = Optional.of(bundle.registerService(WorkflowEngine.class, opened, new Hashtable<>()));
        } catch (WorkflowException e) {
            LOG.error("event=journal-unavailable retryIn={}s reason=\"{}\"", RETRY_SECONDS, e.getMessage());
            opener.schedule(this::open, RETRY_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("event=engine-not-started", e);
        }
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
