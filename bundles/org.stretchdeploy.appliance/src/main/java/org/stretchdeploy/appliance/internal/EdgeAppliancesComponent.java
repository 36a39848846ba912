package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.appliance.EdgeAppliances;
import org.stretchdeploy.appliance.Enrolment;
import org.stretchdeploy.ovf.pack.SigningKey;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.tunnel.control.DesiredState;

/** Publishes {@link EdgeAppliancesService}; a changed configuration starts it anew, agents call again by themselves. */
@Component(service = EdgeAppliances.class, configurationPid = "org.stretchdeploy.appliance")
@Designate(ocd = EdgeAppliancesComponent.Configuration.class)
public final class EdgeAppliancesComponent implements EdgeAppliances {
    private final EdgeAppliancesService service;

    /** Keys of {@code etc/org.stretchdeploy.appliance.cfg}. */
    @ObjectClassDefinition(name = "Stretch Deploy edge appliances")
    public @interface Configuration {
        @AttributeDefinition(description = "Address on which agents are served")
        String listenAddress() default "0.0.0.0";

        @AttributeDefinition(description = "TCP port on which agents are served, TLS 1.3")
        int listenPort() default 8444;

        @AttributeDefinition(
                description =
                        "host:port that agents are told to call, one per node with commas between; empty: this machine's"
                                + " name and port")
        String controllerEndpoint() default "";

        @AttributeDefinition(
                description = "Folder of the package that is made here; empty: stretch/pki in Karaf's data")
        String pkiDirectory() default "";

        @AttributeDefinition(
                description =
                        "Folder of the bootable appliance's OVF package (./stretch appliance builds it); empty: a package without"
                                + " system, for embedded directors that run the appliance as a process")
        String packageDirectory() default "";

        @AttributeDefinition(description = "How long an enrolment token may be used, in seconds")
        long tokenLifeSeconds() default 3600;

        @AttributeDefinition(description = "Life of an agent's certificate, in hours; agents renew after two thirds")
        long certificateLifeHours() default 72;
    }

    @Activate
    public EdgeAppliancesComponent(@Reference Store store, Configuration configuration)
            throws IOException, GeneralSecurityException {
        this.service = new EdgeAppliancesService(settings(configuration), store, Clock.systemUTC());
    }

    private static ApplianceSettings settings(Configuration configuration) {
        Path folder = configuration.pkiDirectory().isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "stretch", "pki")
                : Path.of(configuration.pkiDirectory());
        return new ApplianceSettings(
                configuration.listenAddress(),
                configuration.listenPort(),
                configuration.controllerEndpoint(),
                folder,
                Optional.of(configuration.packageDirectory().strip())
                        .filter(text -> !text.isEmpty())
                        .map(Path::of),
                Duration.ofSeconds(configuration.tokenLifeSeconds()),
                Duration.ofHours(configuration.certificateLifeHours()));
    }

    @Deactivate
    public void stop() throws IOException {
        service.close();
    }

    @Override
    public Enrolment enrol(String agentId, Duration tokenLife) {
        return service.enrol(agentId, tokenLife);
    }

    @Override
    public void forget(String agentId) {
        service.forget(agentId);
    }

    @Override
    public long configure(String agentId, DesiredState wanted) {
        return service.configure(agentId, wanted);
    }

    @Override
    public Optional<DesiredState> configured(String agentId) {
        return service.configured(agentId);
    }

    @Override
    public Optional<AgentStatus> status(String agentId) {
        return service.status(agentId);
    }

    @Override
    public List<String> agents() {
        return service.agents();
    }

    @Override
    public String identity(String agentId) {
        return service.identity(agentId);
    }

    @Override
    public Path appliancePackage() {
        return service.appliancePackage();
    }

    @Override
    public SigningKey packageSigner() {
        return service.packageSigner();
    }
}
