package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the agents' endpoint, again and again while its port is taken: the rest of the controller is of use without it,
 * and agents keep forwarding until it is back.
 */
final class EndpointStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointStart.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** Makes the endpoint. */
    interface Maker {
        AgentEndpoint make() throws IOException, GeneralSecurityException;
    }

    private final Maker maker;
    private final InetSocketAddress address;
    private final ScheduledExecutorService retries;
    private AgentEndpoint endpoint;
    private boolean closed;

    EndpointStart(InetSocketAddress address, Maker maker) throws IOException, GeneralSecurityException {
        this.maker = maker;
        this.address = address;
        this.retries = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "agent-endpoint-start");
            thread.setDaemon(true);
            return thread;
        });
        if (!open()) {
            LOG.warn(
                    "event=agent-endpoint-port-taken address={} message=\"edge agents cannot call until the port is free\"",
                    address);
            retries.scheduleWithFixedDelay(this::retry, RETRY.toMillis(), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized boolean open() throws IOException, GeneralSecurityException {
        if (closed || endpoint != null) {
            return true;
        }
        try {
            endpoint = maker.make();
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    private void retry() {
        try {
            if (open()) {
                LOG.info("event=agent-endpoint-open address={}", address);
                retries.shutdown();
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.error("event=agent-endpoint-failed address={} message=\"{}\"", address, e.getMessage());
        }
    }

    /** The port that it listens on, empty while it does not. */
    synchronized Optional<Integer> port() {
        return Optional.ofNullable(endpoint).map(AgentEndpoint::port);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        retries.shutdownNow();
        if (endpoint != null) {
            endpoint.close();
        }
    }
}
