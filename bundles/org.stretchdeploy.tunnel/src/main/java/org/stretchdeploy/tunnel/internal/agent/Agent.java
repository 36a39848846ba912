package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.EnrolReply;
import org.stretchdeploy.tunnel.control.EnrolRequest;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.internal.core.PortFactory;
import org.stretchdeploy.tunnel.internal.core.TunnelEngine;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/**
 * The life of an edge agent: come up with what was wanted last, enrol once, then follow the controller. Forwarding
 * never depends on the controller being there.
 */
final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int RETRY_MILLIS = 300;
    private static final int RETRY_LIMIT_MILLIS = 5000;
    private static final int REPORT_SECONDS = 5;
    private static final int TUNNELS_FIRST_MILLIS = 1500;

    private final AgentSettings settings;
    private final StateFolder state;
    private final PortFactory ports;
    private final ControllerClient controller;
    private final Instant started = Instant.now();
    private final Semaphore changed = new Semaphore(0);
    private volatile TlsIdentity identity;
    private volatile TunnelEngine engine;
    private volatile boolean closed;
    private Instant nextRenewal = Instant.EPOCH;

    Agent(AgentSettings settings, StateFolder state, PortFactory ports) {
        this.settings = settings;
        this.state = state;
        this.ports = ports;
        this.controller = new ControllerClient(settings);
    }

    /** Runs until closed. */
    void run() throws InterruptedException {
        Optional<TlsIdentity> stored = state.identity();
        stored.filter(this::isOurs).ifPresent(this::begin);
        enrolWhenNeeded();
        letTunnelsComeFirst();
        Thread follower = new Thread(this::follow, "follow-controller");
        follower.setDaemon(true);
        follower.start();
        report();
    }

    /** After a restart the guests wait for their network; to speak with the controller is work for the same processors. */
    private void letTunnelsComeFirst() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TUNNELS_FIRST_MILLIS);
        long left = TUNNELS_FIRST_MILLIS;
        while (isComingUp() && left > 0) {
            if (changed.tryAcquire(left, TimeUnit.MILLISECONDS)) {
                changed.drainPermits();
            }
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        changed.release();
    }

    private boolean isComingUp() {
        return engine.status().stream()
                .flatMap(tunnel -> tunnel.networks().stream())
                .anyMatch(network -> network.forwarding() != ForwardingState.OPEN);
    }

    private boolean isOurs(TlsIdentity candidate) {
        try {
            return candidate.identity().agent().equals(settings.agent())
                    && PinnedController.digest(candidate.authority()).equals(settings.authorityDigest());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private synchronized void begin(TlsIdentity present) {
        controller.use(present);
        boolean first = engine == null;
        identity = present;
        if (first) {
            engine = new TunnelEngine(ports, present);
            engine.requests().onNews(changed::release);
            DesiredState desired = state.desired();
            LOG.info(
                    "event=started agent={} version={} tunnels={}",
                    settings.agent(),
                    desired.version(),
                    desired.tunnels().size());
            engine.apply(desired);
        } else {
            engine.renew(present);
        }
    }

    private void enrolWhenNeeded() throws InterruptedException {
        int failures = 0;
        while (!closed && (identity == null || !identity.isValidAt(Instant.now()))) {
            try {
                enrol();
                LOG.info("event=enrolled agent={} until={}", settings.agent(), identity.notAfter());
            } catch (IOException | GeneralSecurityException e) {
                LOG.warn("event=enrol-failed agent={} cause=\"{}\"", settings.agent(), e.getMessage());
                pause(failures++);
            }
        }
    }

    /**
     * An edge that was off for longer than its certificate renews it; a new one, or one that was refused, uses its
     * token.
     */
    private void enrol() throws IOException, GeneralSecurityException {
        if (identity != null) {
            try {
                obtain(null);
                return;
            } catch (ControllerClient.Refused e) {
                LOG.info("event=late-renewal-refused status={}", e.status());
            }
        }
        if (settings.token().isEmpty()) {
            throw new IOException("no token to enrol with");
        }
        obtain(settings.token());
    }

    private void obtain(String token) throws IOException, GeneralSecurityException {
        String request = CertificateRequest.pem(state.keys(), settings.agent());
        EnrolReply reply = controller.enrol(new EnrolRequest(settings.agent(), token, request));
        state.storeIdentity(reply.certificate(), reply.authority());
        begin(state.identity()
                .filter(this::isOurs)
                .orElseThrow(() -> new IOException("the controller sent a certificate that is not ours")));
    }

    private void follow() {
        int failures = 0;
        while (!closed) {
            try {
                Optional<DesiredState> next = controller.desired(engine.appliedVersion());
                failures = 0;
                if (next.isPresent() && next.get().version() != engine.appliedVersion()) {
                    state.storeDesired(next.get());
                    engine.apply(next.get());
                    LOG.info("event=applied version={}", next.get().version());
                    changed.release();
                }
            } catch (IOException | RuntimeException e) {
                if (failures == 0) {
                    LOG.warn("event=controller-away cause=\"{}\"", e.getMessage());
                }
                try {
                    pause(failures++);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Reports every second while something changes, else every five. */
    private void report() throws InterruptedException {
        Object last = List.of();
        Instant lastReport = Instant.EPOCH;
        while (!closed) {
            StatusReport report = status();
            Object essence = List.of(
                    report.tunnels(),
                    report.probeResults(),
                    report.services(),
                    report.announcementsDone(),
                    report.problems());
            boolean due = Duration.between(lastReport, Instant.now()).toSeconds() >= REPORT_SECONDS;
            if (due || !essence.equals(last)) {
                try {
                    controller.report(report);
                    last = essence;
                } catch (IOException e) {
                    LOG.debug("event=report-failed cause=\"{}\"", e.getMessage());
                }
                lastReport = Instant.now();
            }
            renewWhenDue();
            if (changed.tryAcquire(1, TimeUnit.SECONDS)) {
                changed.drainPermits();
            }
        }
    }

    private void renewWhenDue() {
        TlsIdentity present = identity;
        long life = Duration.between(present.notBefore(), present.notAfter()).toSeconds();
        Instant now = Instant.now();
        if (now.isBefore(present.notBefore().plusSeconds(life * 2 / 3)) || now.isBefore(nextRenewal)) {
            return;
        }
        nextRenewal = now.plusSeconds(Math.max(1, Math.min(60, life / 30)));
        try {
            obtain(null);
            LOG.info("event=renewed agent={} until={}", settings.agent(), identity.notAfter());
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn("event=renewal-failed cause=\"{}\"", e.getMessage());
        }
    }

    private StatusReport status() {
        return new StatusReport(
                settings.agent(),
                version(),
                Instant.now(),
                started,
                engine.appliedVersion(),
                engine.status(),
                engine.requests().announced(),
                engine.requests().results(),
                engine.problems(),
                identity.notAfter(),
                identity.notBefore(),
                ProcessFigures.now(),
                engine.requests().services());
    }

    static String version() {
        String version = Agent.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static void pause(int failures) throws InterruptedException {
        int ceiling = Math.min(RETRY_LIMIT_MILLIS, RETRY_MILLIS << Math.min(failures, 5));
        TimeUnit.MILLISECONDS.sleep(ceiling / 2 + ThreadLocalRandom.current().nextInt(ceiling / 2 + 1));
    }

    @Override
    public void close() {
        closed = true;
        TunnelEngine running = engine;
        if (running != null) {
            running.close();
        }
    }
}
