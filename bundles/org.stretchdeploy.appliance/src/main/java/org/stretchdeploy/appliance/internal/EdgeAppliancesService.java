package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.appliance.EdgeAppliances;
import org.stretchdeploy.appliance.Enrolment;
import org.stretchdeploy.ovf.pack.SigningKey;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.control.DesiredState;

/** The edge appliances of one deployment, without OSGi. */
public final class EdgeAppliancesService implements EdgeAppliances, AutoCloseable {
    private static final Duration SIGNER_LIFE = Duration.ofDays(400);

    private final ApplianceSettings settings;
    private final Clock clock;
    private final DeploymentCa authority;
    private final AgentDesk desk;
    private final EndpointStart endpoint;
    private final SigningKey signer;
    private final Optional<BootablePackage> bootable;

    EdgeAppliancesService(ApplianceSettings settings, Store shared, Clock clock)
            throws IOException, GeneralSecurityException {
        this.settings = settings;
        this.clock = clock;
        this.bootable = settings.packageDirectory().map(BootablePackage::new);
        OwnerOnlyFiles.folder(settings.pkiDirectory());
        new OldFiles(settings.pkiDirectory(), shared).bringIn();
        this.authority = DeploymentCa.open(shared);
        AgentStore store = new AgentStore(shared);
        this.desk = new AgentDesk(authority, store, clock, settings.certificateLife());
        KeyPair keys = DeploymentCa.newKeys();
        this.signer = new SigningKey(
                keys.getPrivate(),
                List.of(authority.issueSigner(keys.getPublic(), SIGNER_LIFE), authority.certificate()));
        var address = new InetSocketAddress(settings.listenAddress(), settings.listenPort());
        this.endpoint = new EndpointStart(address, () -> new AgentEndpoint(authority, desk, address));
    }

    /** Where agents are told to call. */
    String controllerEndpoint() {
        String configured = settings.controllerEndpoint();
        if (configured != null && !configured.isBlank()) {
            return configured.strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + port();
        } catch (IOException e) {
            return "localhost:" + port();
        }
    }

    int port() {
        return endpoint.port().orElse(settings.listenPort());
    }

    @Override
    public Enrolment enrol(String agentId, Duration tokenLife) {
        AgentIdentity identity = authority.agent(agentId);
        if (identity.agent().isEmpty()) {
            throw new IllegalArgumentException("an agent needs an id");
        }
        boolean given = tokenLife != null && !tokenLife.isZero() && !tokenLife.isNegative();
        Instant expires = clock.instant().plus(given ? tokenLife : settings.tokenLife());
        try {
            Map<String, String> properties = Map.of(
                    "stretch.controller", controllerEndpoint(),
                    "stretch.ca.sha256", authority.digest(),
                    "stretch.agent", agentId,
                    "stretch.token", desk.token(agentId, expires));
            return new Enrolment(agentId, identity.uri(), properties, expires);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public void forget(String agentId) {
        desk.forget(agentId);
    }

    @Override
    public long configure(String agentId, DesiredState wanted) {
        return desk.configure(agentId, wanted);
    }

    @Override
    public Optional<DesiredState> configured(String agentId) {
        return desk.configured(agentId);
    }

    @Override
    public Optional<AgentStatus> status(String agentId) {
        return desk.status(agentId);
    }

    @Override
    public List<String> agents() {
        return desk.agents();
    }

    @Override
    public String identity(String agentId) {
        return authority.agent(agentId).uri();
    }

    @Override
    public Path appliancePackage() {
        try {
            return bootable.isPresent()
                    ? bootable.get().verified()
                    : AppliancePackage.write(settings.pkiDirectory().resolve("package"));
        } catch (IOException e) {
            throw new IllegalStateException("the edge appliance's package cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public SigningKey packageSigner() {
        return signer;
    }

    @Override
    public void close() throws IOException {
        endpoint.close();
    }
}
