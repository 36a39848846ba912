package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelRole;
import org.stretchdeploy.tunnel.control.TunnelStatus;
import org.stretchdeploy.tunnel.internal.link.TlsConnector;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/**
 * All tunnels of one agent. {@link #apply} makes the difference between what is and what is wanted; it is idempotent
 * and is repeated by itself while something could not be done (a NIC that appears late, a port that is still taken).
 *
 * <p>Lock order: this object's monitor, then a tunnel's.
 */
public final class TunnelEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelEngine.class);
    private static final int TICK_MILLIS = 100;
    private static final int ATTENTION_TICKS = 10;

    private final PortFactory ports;
    private final long nonce = new SecureRandom().nextLong();
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(2, TunnelEngine::daemon);
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<Integer, Listener> listeners = new HashMap<>();
    private final Map<String, String> problems = new TreeMap<>();
    private final Requests requests = new Requests(this);
    private final DatagramPorts datagrams = new DatagramPorts();
    private volatile TlsIdentity identity;
    private volatile TlsConnector connector;
    private volatile List<Tunnel> tunnels = List.of();
    private DesiredState wanted = DesiredState.EMPTY;
    private int ticks;
    private List<String> summary = List.of();

    private record Running(Tunnel tunnel, List<Dialer> dialers, Listener listener) {}

    public TunnelEngine(PortFactory ports, TlsIdentity identity) {
        this.ports = ports;
        clock.setRemoveOnCancelPolicy(true);
        this.identity = identity;
        this.connector = new TlsConnector(identity, clock);
        clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Makes it so. */
    public synchronized void apply(DesiredState next) {
        wanted = next;
        reconcile();
        requests.apply(next);
    }

    /** A renewed certificate: new connections come up with it beside the old ones, which then retire. */
    public synchronized void renew(TlsIdentity renewed) {
        identity = renewed;
        connector = new TlsConnector(renewed, clock);
        running.values().forEach(present -> present.tunnel.renewed());
        running.replaceAll((id, present) -> {
            if (present.dialers.isEmpty()) {
                return present;
            }
            present.dialers.forEach(Dialer::supersede);
            return new Running(present.tunnel, dial(present.tunnel), null);
        });
    }

    private void reconcile() {
        Map<String, TunnelConfig> byId = new LinkedHashMap<>();
        wanted.tunnels().forEach(tunnel -> byId.put(tunnel.id(), tunnel));
        problems.keySet().retainAll(byId.keySet());
        List.copyOf(running.keySet()).stream()
                .filter(id -> !byId.containsKey(id)
                        || !sameTransport(running.get(id).tunnel.config(), byId.get(id)))
                .forEach(this::stop);
        removeLeftovers();
        byId.values().forEach(this::startOrChange);
        closeIdleListeners();
        tunnels = running.values().stream().map(Running::tunnel).toList();
    }

    private void removeLeftovers() {
        Set<String> networks = wanted.tunnels().stream()
                .flatMap(tunnel -> tunnel.networks().stream())
                .map(NetworkConfig::id)
                .collect(Collectors.toSet());
        try {
            ports.keepOnly(networks);
        } catch (IOException e) {
            LOG.warn("event=leftovers-remain cause=\"{}\"", e.getMessage());
        }
    }

    private static boolean sameTransport(TunnelConfig one, TunnelConfig other) {
        return one.withNetworks(List.of()).withTransport(other.transport()).equals(other.withNetworks(List.of()));
    }

    private void startOrChange(TunnelConfig config) {
        Running present = running.get(config.id());
        if (present != null) {
            present.tunnel.reconfigure(config);
            datagrams.serve(present.tunnel, () -> identity);
            return;
        }
        Tunnel tunnel = new Tunnel(config, ports, nonce, clock);
        try {
            Listener listener = config.role() == TunnelRole.LISTEN ? listener(config.listenPort()) : null;
            tunnel.start();
            datagrams.serve(tunnel, () -> identity);
            if (listener != null) {
                listener.add(tunnel);
            }
            List<Dialer> dialers = listener == null ? dial(tunnel) : List.of();
            running.put(config.id(), new Running(tunnel, dialers, listener));
            problems.remove(config.id());
        } catch (IOException | RuntimeException e) {
            tunnel.close();
            problems.put(config.id(), String.valueOf(e.getMessage()));
            LOG.warn("event=tunnel-refused tunnel={} cause=\"{}\"", config.id(), e.getMessage());
        }
    }

    private List<Dialer> dial(Tunnel tunnel) {
        List<Dialer> dialers = new ArrayList<>();
        TunnelConfig config = tunnel.config();
        for (int peer = 0; peer < config.peers().size(); peer++) {
            for (int slot = 0; slot < config.connectionsPerPeer(); slot++) {
                dialers.add(new Dialer(tunnel, peer, slot, () -> connector).start());
            }
        }
        return dialers;
    }

    private Listener listener(int port) throws IOException {
        Listener present = listeners.get(port);
        if (present == null) {
            present = new Listener(port, () -> connector, clock);
            listeners.put(port, present);
        }
        return present;
    }

    private void stop(String id) {
        Running gone = running.remove(id);
        if (gone.listener != null) {
            gone.listener.remove(gone.tunnel);
        }
        gone.tunnel.close();
        datagrams.forget(gone.tunnel);
    }

    private void closeIdleListeners() {
        listeners.values().removeIf(listener -> {
            boolean idle = listener.tunnels().isEmpty();
            if (idle) {
                listener.close();
            }
            return idle;
        });
    }

    private void tick() {
        try {
            tunnels.forEach(Tunnel::tick);
            List<String> now = tunnels.stream().map(Tunnel::summary).toList();
            if (!now.equals(summary)) {
                summary = now;
                requests.changed();
            }
            if (++ticks % ATTENTION_TICKS == 0) {
                attend();
            }
        } catch (RuntimeException e) {
            LOG.error("event=tick-failed", e);
        }
    }

    private synchronized void attend() {
        if (!problems.isEmpty() || tunnels.stream().anyMatch(Tunnel::needsAttention)) {
            reconcile();
        }
        requests.attend();
    }

    ScheduledExecutorService clock() {
        return clock;
    }

    List<Tunnel> tunnels() {
        return tunnels;
    }

    /** Probes and announcements. */
    public Requests requests() {
        return requests;
    }

    /** Version of the state in force. */
    public synchronized long appliedVersion() {
        return wanted.version();
    }

    /** Status of every tunnel. */
    public List<TunnelStatus> status() {
        return tunnels.stream()
                .map(Tunnel::status)
                .sorted(Comparator.comparing(TunnelStatus::id))
                .toList();
    }

    /** What could not be done, for people. */
    public synchronized List<String> problems() {
        List<String> all = new ArrayList<>();
        problems.forEach((id, cause) -> all.add("tunnel " + id + ": " + cause));
        tunnels.forEach(tunnel -> all.addAll(tunnel.problems()));
        return all;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "tunnel-clock");
        thread.setDaemon(true);
        return thread;
    }

    /** Takes everything down and out of the segments. */
    @Override
    public synchronized void close() {
        wanted = DesiredState.EMPTY;
        reconcile();
        clock.shutdownNow();
    }
}
