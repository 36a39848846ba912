package org.stretchdeploy.stretch.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
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
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.appliance.EdgeAppliances;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.stretch.internal.cloud.RegisteredClouds;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.model.TunnelSettings;
import org.stretchdeploy.stretch.internal.register.OldFiles;
import org.stretchdeploy.stretch.internal.register.StoredFenceBreaches;
import org.stretchdeploy.stretch.internal.register.StoredStretches;
import org.stretchdeploy.stretch.internal.register.Stretches;
import org.stretchdeploy.stretch.internal.run.CatalogPackages;
import org.stretchdeploy.stretch.internal.run.Parts;
import org.stretchdeploy.stretch.internal.tunnel.ApplianceTunnels;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.workflow.WorkflowEngine;

/** Puts the parts together and publishes the API. */
@Component(immediate = true, service = StretchComponent.class, configurationPid = "org.stretchdeploy.stretch")
@Designate(ocd = StretchComponent.Config.class)
public final class StretchComponent {
    /** Settings, {@code etc/org.stretchdeploy.stretch.cfg}. */
    @ObjectClassDefinition(name = "Stretch Deploy")
    public @interface Config {
        @AttributeDefinition(description = "Folder of this node's staging area for OVF packages")
        String folder() default "${karaf.data}/stretch";

        @AttributeDefinition(description = "Most megabytes that OVF packages may take in the staging area")
        long stagingQuotaMb() default 512_000;

        @AttributeDefinition(
                description =
                        "What carries the frames of new tunnels when the deploy does not say: tls, datagram or auto"
                                + " (datagrams while the way loses packets). Datagrams need the UDP port with the number of the TCP port")
        String transport() default "tls";

        @AttributeDefinition(
                description =
                        "Which ends of new tunnels get a second edge appliance that takes over within a second: none, source,"
                                + " target or both")
        String standby() default "none";
    }

    private static final long LOOK_SECONDS = 5;
    private static final long FENCE_SECONDS = 3;

    private final Map<String, CloudVendor> vendors = new ConcurrentHashMap<>();
    private final RegisteredClouds clouds;
    private final StretchService service;
    private final CatalogPackages packages;
    private final ScheduledExecutorService watch;
    private final ServiceRegistration<Clouds> cloudsRegistration;
    private final ServiceRegistration<StretchDeploy> serviceRegistration;

    @Activate
    public StretchComponent(
            BundleContext bundle,
            @Reference Store store,
            @Reference WorkflowEngine engine,
            @Reference EdgeAppliances appliances,
            Config config) {
        Path folder = Path.of(config.folder().replace("${karaf.data}", System.getProperty("karaf.data", "data")));
        ObjectMapper json = Json.mapper();
        new OldFiles(folder, store, json).bringIn();
        AtomicReference<StretchService> later = new AtomicReference<>();
        Stretches stretches = new StoredStretches(store.documents(), json);
        this.clouds = new RegisteredClouds(
                store,
                json,
                () -> vendors,
                name -> later.get() != null && later.get().uses(name),
                key -> {
                    int slash = key.indexOf('/');
                    return stretches
                            .of(key.substring(0, slash), key.substring(slash + 1))
                            .isPresent();
                });
        this.packages = CatalogPackages.in(
                folder.resolve("staging"), config.stagingQuotaMb() * 1_048_576, appliances.packageSigner());
        this.service = new StretchService(
                new Parts(
                        clouds,
                        new ApplianceTunnels(appliances, settings(config)),
                        packages,
                        stretches,
                        new StoredFenceBreaches(store.documents(), json)),
                engine,
                json,
                Clock.systemUTC());
        later.set(service);
        packages.sweep(service::isOver);
        // two threads: a cloud that does not answer must not hold up the end of a trial
        this.watch = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "stretch-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.scheduleWithFixedDelay(service::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        watch.scheduleWithFixedDelay(service::lookAtFences, FENCE_SECONDS, FENCE_SECONDS, TimeUnit.SECONDS);
        this.cloudsRegistration = bundle.registerService(
                Clouds.class, StoreOutage.telling(Clouds.class, clouds), FrameworkUtil.asDictionary(Map.of()));
        this.serviceRegistration = bundle.registerService(
                StretchDeploy.class,
                StoreOutage.telling(StretchDeploy.class, service),
                FrameworkUtil.asDictionary(Map.of()));
    }

    private static TunnelSettings settings(Config config) {
        return new TunnelSettings(transport(config.transport()), standby(config.standby()));
    }

    private static Transport transport(String word) {
        try {
            return Transport.valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("transport is tls, datagram or auto, not " + word, e);
        }
    }

    private static Standby standby(String word) {
        try {
            return Standby.valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("standby is none, source, target or both, not " + word, e);
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, unbind = "removeVendor")
    void addVendor(CloudVendor vendor) {
        vendors.put(vendor.name(), vendor);
    }

    void removeVendor(CloudVendor vendor) {
        vendors.remove(vendor.name(), vendor);
    }

    @Deactivate
    void stop() {
        watch.shutdownNow();
        serviceRegistration.unregister();
        cloudsRegistration.unregister();
        service.close();
        packages.close();
        clouds.close();
    }
}
