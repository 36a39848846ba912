package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.link.TlsConnector;
import org.stretchdeploy.tunnel.internal.link.TlsLink;
import org.stretchdeploy.tunnel.internal.wire.Hello;

/**
 * Keeps one slot of a dialling tunnel connected: dial, handshake, hello, receive until the end, wait a little, again.
 * The waits are jittered and never above half a second, and a lost SYN is not waited for, so that a cut heals within a
 * second.
 */
final class Dialer implements Runnable {
    private static final int FIRST_BACKOFF_MILLIS = 50;
    private static final int LAST_BACKOFF_MILLIS = 400;
    /** How long to wait for a connection while the round trip is unknown, in turn. */
    private static final int[] CONNECT_MILLIS = {300, 600, 1500, 3000};

    /** For the first handshake; the next three may take twice as long each, because the peer may just be slow. */
    private static final int HANDSHAKE_MILLIS = 3000;

    private final Tunnel tunnel;
    private final int slot;
    private final Supplier<TlsConnector> connector;
    private volatile boolean superseded;
    private int failures;
    private int slowHandshakes;
    private long rttMicros;

    Dialer(Tunnel tunnel, int slot, Supplier<TlsConnector> connector) {
        this.tunnel = tunnel;
        this.slot = slot;
        this.connector = connector;
    }

    Dialer start() {
        Thread thread = new Thread(this, "dial-" + tunnel.id() + "-" + slot);
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** Another dialer has taken the slot: this one ends with its connection. */
    void supersede() {
        superseded = true;
    }

    @Override
    public void run() {
        while (!tunnel.isClosed() && !superseded) {
            try {
                connect();
            } catch (IOException | RuntimeException e) {
                tunnel.attemptFailed(describe(e));
                failures++;
            }
            if (!tunnel.isClosed() && !superseded) {
                backOff();
            }
        }
    }

    private void connect() throws IOException {
        TunnelConfig config = tunnel.config();
        try (SocketChannel channel = SocketChannel.open()) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            InetSocketAddress address = new InetSocketAddress(config.remoteHost(), config.remotePort());
            if (address.isUnresolved()) {
                throw new IOException("unknown host " + config.remoteHost());
            }
            long start = System.nanoTime();
            channel.socket().connect(address, connectMillis());
            rttMicros = (System.nanoTime() - start) / 1000;
            int limit = HANDSHAKE_MILLIS << Math.min(slowHandshakes, 3);
            slowHandshakes++;
            TlsLink link = connector.get().connect(channel, id -> id.uri().equals(config.peerIdentity()), limit);
            Greeting.send(link, tunnel.hello(slot));
            new Greeting(link, this::greeted).serve();
        }
    }

    private Tunnel greeted(Hello hello) throws IOException {
        if (!hello.tunnel().equals(tunnel.id()) || hello.slot() != slot) {
            throw new IOException("the peer answers for another tunnel");
        }
        failures = 0;
        slowHandshakes = 0;
        return tunnel;
    }

    private int connectMillis() {
        if (rttMicros > 0 && failures % 8 != 7) {
            return (int) Math.min(3000, Math.max(300, rttMicros * 4 / 1000 + 100));
        }
        return CONNECT_MILLIS[failures % CONNECT_MILLIS.length];
    }

    private void backOff() {
        int ceiling = Math.min(LAST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures, 4));
        int millis = ceiling / 2 + ThreadLocalRandom.current().nextInt(ceiling / 2 + 1);
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String describe(Exception e) {
        TunnelConfig config = tunnel.config();
        return "cannot reach " + config.remoteHost() + ":" + config.remotePort() + ": " + Cause.of(e);
    }
}
