package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.link.TlsConnector;
import org.stretchdeploy.tunnel.internal.link.TlsLink;
import org.stretchdeploy.tunnel.internal.wire.Hello;

/**
 * Keeps one slot of a dialling tunnel connected: dial, handshake, hello, receive until the end, wait a little, again.
 * A peer that cannot be reached is called several times a second for ever, so that a cut heals within a second of its
 * end ({@link StaggeredConnect}). A peer that says no is asked less and less often, until something is configured anew.
 */
final class Dialer implements Runnable {
    private static final int FIRST_BACKOFF_MILLIS = 50;
    private static final int LAST_BACKOFF_MILLIS = 400;
    private static final int REFUSED_BACKOFF_MILLIS = 200;
    private static final int LAST_REFUSED_BACKOFF_MILLIS = 15_000;
    private static final int LOOK_MILLIS = 100;
    private static final int FIRST_MILLIS = 1500;
    private static final int PACE_MILLIS = 120;
    private static final int SLOW_PACE_MILLIS = 300;
    private static final int LAST_PACE_MILLIS = 1000;
    /** For the first handshake; the next three may take twice as long each, because the peer may just be slow. */
    private static final int HANDSHAKE_MILLIS = 3000;

    private final Tunnel tunnel;
    private final int peer;
    private final int slot;
    private final Supplier<TlsConnector> connector;
    private volatile boolean superseded;
    private int failures;
    private int refusals;
    private int slowHandshakes;
    private long connectMillis;
    private InetSocketAddress reached;
    private boolean secured;
    private boolean greeted;

    /** @param peer which agent of the other end to dial, see {@link TunnelConfig#peers} */
    Dialer(Tunnel tunnel, int peer, int slot, Supplier<TlsConnector> connector) {
        this.tunnel = tunnel;
        this.peer = peer;
        this.slot = slot;
        this.connector = connector;
    }

    Dialer start() {
        Thread thread = new Thread(this, "dial-" + tunnel.id() + "-" + peer + "-" + slot);
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** Another dialer has taken the slot: this one ends with its connection. */
    void supersede() {
        superseded = true;
    }

    private boolean isUnwanted() {
        return superseded || tunnel.isClosed();
    }

    @Override
    public void run() {
        letTheFirstGoFirst();
        while (!isUnwanted()) {
            TunnelConfig config = tunnel.config();
            secured = false;
            greeted = false;
            try {
                connect(config);
            } catch (IOException | RuntimeException e) {
                tunnel.attemptFailed(describe(e));
                failures++;
                if (!greeted && (secured || e instanceof SSLException)) {
                    refusals++;
                }
            }
            int ceiling = refusals > 0
                    ? Math.min(LAST_REFUSED_BACKOFF_MILLIS, REFUSED_BACKOFF_MILLIS << Math.min(refusals, 8))
                    : Math.min(LAST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures, 4));
            backOff(config, ceiling);
        }
    }

    /**
     * Handshakes of a process that has just started take as long as there are processors, and one connection is enough for frames to cross.
     * Where an end has two agents nothing waits: they say who forwards on a connection of its own.
     */
    private void letTheFirstGoFirst() {
        try {
            if (slot > 0 && tunnel.config().pair() == null) {
                tunnel.awaitFirstConnection(FIRST_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PairConfig.Peer peer(TunnelConfig config) {
        return config.peers().get(peer);
    }

    private void connect(TunnelConfig config) throws IOException {
        InetSocketAddress address = address(config);
        StaggeredConnect attempts = new StaggeredConnect(
                address, paceMillis(), this::isUnwanted, failure -> tunnel.attemptFailed(describe(failure)));
        reached = null;
        try (SocketChannel channel = attempts.connect()) {
            reached = address;
            connectMillis = TimeUnit.NANOSECONDS.toMillis(attempts.connectNanos());
            int limit = HANDSHAKE_MILLIS << Math.min(slowHandshakes, 3);
            slowHandshakes++;
            TlsLink link = connector
                    .get()
                    .connect(channel, id -> id.uri().equals(peer(config).identity()), limit);
            Greeting.send(link, tunnel.hello(slot));
            secured = true;
            new Greeting(link, this::greeted).serve();
        }
    }

    /** The address that was good before is called first: a cut path has no name server either. */
    private InetSocketAddress address(TunnelConfig config) throws IOException {
        if (reached != null) {
            return reached;
        }
        InetSocketAddress address =
                new InetSocketAddress(peer(config).host(), peer(config).port());
        if (address.isUnresolved()) {
            throw new IOException("unknown host " + peer(config).host());
        }
        return address;
    }

    private Tunnel greeted(Hello hello) throws IOException {
        if (!hello.tunnel().equals(tunnel.id()) || hello.slot() != slot) {
            throw new IOException("the peer answers for another tunnel");
        }
        greeted = true;
        failures = 0;
        refusals = 0;
        slowHandshakes = 0;
        return tunnel;
    }

    private int paceMillis() {
        int least = failures < 3 ? PACE_MILLIS : SLOW_PACE_MILLIS;
        return (int) Math.min(LAST_PACE_MILLIS, Math.max(least, connectMillis * 3 / 2));
    }

    /** Waits about so long; not any longer when something is configured anew. */
    private void backOff(TunnelConfig config, int ceilingMillis) {
        long millis = ceilingMillis / 2 + ThreadLocalRandom.current().nextInt(ceilingMillis / 2 + 1);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            for (long left = millis; left > 0 && !isUnwanted(); left = (end - System.nanoTime()) / 1_000_000) {
                if (tunnel.config() != config) {
                    refusals = 0;
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(Math.min(LOOK_MILLIS, left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String describe(Exception e) {
        PairConfig.Peer called = peer(tunnel.config());
        return "cannot reach " + called.host() + ":" + called.port() + ": " + Cause.of(e);
    }
}
