package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.EnrolReply;
import org.stretchdeploy.tunnel.control.EnrolRequest;
import org.stretchdeploy.tunnel.control.StatusReport;

/**
 * Everything about agents between the surface ({@link EdgeAppliancesService}) and the wire ({@link AgentEndpoint}).
 * All state that matters is in the store, which other nodes change, too; the monitor only wakes those who wait.
 */
final class AgentDesk {
    private static final Logger LOG = LoggerFactory.getLogger(AgentDesk.class);

    /** How often a waiting agent's state is looked up: another node may have changed it. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final DeploymentCa authority;
    private final AgentStore store;
    private final Clock clock;
    private final Duration certificateLife;
    private final Map<String, AgentStatus> reports = new ConcurrentHashMap<>();

    AgentDesk(DeploymentCa authority, AgentStore store, Clock clock, Duration certificateLife) {
        this.authority = authority;
        this.store = store;
        this.clock = clock;
        this.certificateLife = certificateLife;
    }

    /** Refused, for a reason that the asker may not learn. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** Makes a token; only its digest is kept. */
    String token(String agentId, Instant expires) {
        String token = Secrets.token();
        store.update(
                agentId,
                before -> Optional.of(before.orElseGet(() -> new AgentRecord(agentId, List.of(), null))
                        .withToken(Secrets.digest(token), expires, clock.instant())));
        return token;
    }

    synchronized void forget(String agentId) {
        store.delete(agentId);
        reports.remove(agentId);
        notifyAll();
    }

    /** Enrols with a token. */
    EnrolReply enrol(EnrolRequest request) throws Refused {
        PublicKey key = requestedKey(request);
        String keyDigest = Secrets.digest(key.getEncoded());
        if (request.agent() == null || request.token() == null) {
            throw new Refused("incomplete");
        }
        AgentRecord agent = known(request.agent());
        EnrolReply reply = certificate(agent.id(), key);
        String token = Secrets.digest(request.token());
        boolean[] accepted = new boolean[1];
        store.update(agent.id(), before -> {
            Optional<AgentRecord> after = before.flatMap(each -> each.used(token, keyDigest, clock.instant()));
            accepted[0] = after.isPresent();
            return after.or(() -> before);
        });
        if (!accepted[0]) {
            throw new Refused("token of " + request.agent() + " is wrong, used or expired");
        }
        LOG.info("event=agent-enrolled agent={}", agent.id());
        return reply;
    }

    /** Renews the certificate of an authenticated agent, for the key that it enrolled with. */
    EnrolReply renew(String agentId, EnrolRequest request) throws Refused {
        PublicKey key = requestedKey(request);
        AgentRecord agent = known(agentId);
        if (!Secrets.digest(key.getEncoded()).equals(agent.keyDigest())) {
            throw new Refused("renewal for another key");
        }
        LOG.info("event=agent-renewed agent={}", agentId);
        return certificate(agentId, key);
    }

    private static PublicKey requestedKey(EnrolRequest request) throws Refused {
        try {
            return DeploymentCa.requestedKey(request.certificateRequest());
        } catch (GeneralSecurityException e) {
            throw new Refused(e.getMessage());
        }
    }

    private EnrolReply certificate(String agentId, PublicKey key) {
        try {
            X509Certificate certificate = authority.issue(key, authority.agent(agentId), certificateLife);
            return new EnrolReply(Pem.certificate(certificate), Pem.certificate(authority.certificate()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot issue a certificate", e);
        }
    }

    private AgentRecord known(String agentId) throws Refused {
        try {
            return store.agent(agentId).orElseThrow(() -> new Refused("unknown agent"));
        } catch (IllegalArgumentException e) {
            throw new Refused("not an agent id");
        }
    }

    /** The agent behind a client certificate: known, not forgotten, with the key that it enrolled with. */
    String authenticated(X509Certificate certificate, AgentIdentity identity) throws Refused {
        AgentRecord agent = known(identity.agent());
        boolean current =
                Secrets.digest(certificate.getPublicKey().getEncoded()).equals(agent.keyDigest());
        if (!current || !identity.deployment().equals(authority.deployment())) {
            throw new Refused("certificate of another key or deployment");
        }
        return agent.id();
    }

    synchronized long configure(String agentId, DesiredState wanted) {
        if (store.agent(agentId).isEmpty()) {
            throw new IllegalArgumentException("agent is not enrolled: " + agentId);
        }
        DesiredState after = store.updateDesired(agentId, present -> {
            boolean same = present.version() > 0
                    && versioned(wanted, present.version()).equals(present);
            return same ? present : versioned(wanted, Math.max(present.version() + 1, clock.millis()));
        });
        LOG.info(
                "event=agent-configured agent={} version={} tunnels={}",
                agentId,
                after.version(),
                wanted.tunnels().size());
        notifyAll();
        return after.version();
    }

    private static DesiredState versioned(DesiredState state, long version) {
        return new DesiredState(version, state.tunnels(), state.announcements(), state.probes(), state.services());
    }

    Optional<DesiredState> configured(String agentId) {
        return store.desired(agentId);
    }

    /**
     * Waits for a state of another version; empty when time is up, or the agent was forgotten. What another node says
     * is seen within {@link #LOOK}.
     */
    Optional<DesiredState> await(String agentId, long knownVersion, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (store.agent(agentId).isPresent()) {
            DesiredState present = store.desired(agentId).orElse(DesiredState.EMPTY);
            if (present.version() != knownVersion) {
                return Optional.of(present);
            }
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                break;
            }
            synchronized (this) {
                wait(Math.min(millis, LOOK.toMillis()));
            }
        }
        return Optional.empty();
    }

    void reported(String agentId, StatusReport report) throws Refused {
        if (!agentId.equals(report.agent())) {
            throw new Refused("report in another agent's name");
        }
        AgentStatus status = new AgentStatus(report, clock.instant(), Duration.ZERO);
        reports.put(agentId, status);
        store.report(agentId, status);
    }

    /** The newest report, whichever node it was made to. */
    Optional<AgentStatus> status(String agentId) {
        return Stream.of(Optional.ofNullable(reports.get(agentId)), store.reported(agentId))
                .flatMap(Optional::stream)
                .max(Comparator.comparing(AgentStatus::receivedAt))
                .map(last -> new AgentStatus(
                        last.report(), last.receivedAt(), Duration.between(last.receivedAt(), clock.instant())));
    }

    List<String> agents() {
        return store.ids();
    }
}
