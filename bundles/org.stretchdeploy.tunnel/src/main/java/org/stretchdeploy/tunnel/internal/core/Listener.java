package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.internal.link.Pace;
import org.stretchdeploy.tunnel.internal.link.TlsConnector;
import org.stretchdeploy.tunnel.internal.link.TlsLink;
import org.stretchdeploy.tunnel.internal.wire.Hello;

/**
 * Accepts connections for every tunnel that listens on one port. A peer must show a certificate of one of these
 * tunnels before it costs more than a bounded handshake; {@link Strangers} says how many of those there may be.
 */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 1024;
    /** As long as a handshake may take, and for the same reason. */
    private static final int GREETING_MILLIS = 24_000;

    private final int port;
    private final Supplier<TlsConnector> connector;
    private final ScheduledExecutorService clock;
    private final Map<String, Tunnel> tunnels = new ConcurrentHashMap<>();
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final Strangers strangers = new Strangers(System::nanoTime);
    private final AtomicLong refused = new AtomicLong();
    private final ServerSocketChannel server;

    Listener(int port, Supplier<TlsConnector> connector, ScheduledExecutorService clock) throws IOException {
        this.connector = connector;
        this.clock = clock;
        this.server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            Pace.begin(server);
            server.bind(new InetSocketAddress(port), BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on port " + port + ": " + e.getMessage(), e);
        }
        this.port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        daemon(this::acceptAll, "listen-" + this.port);
    }

    int port() {
        return port;
    }

    void add(Tunnel tunnel) {
        tunnels.put(tunnel.id(), tunnel);
    }

    void remove(Tunnel tunnel) {
        tunnels.remove(tunnel.id(), tunnel);
    }

    Collection<Tunnel> tunnels() {
        return tunnels.values();
    }

    /** Connections that were turned away or failed their handshake. */
    long refused() {
        return refused.get();
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                if (strangers.admit(channel)) {
                    open.add(channel);
                    daemon(() -> serve(channel), "accept-" + port);
                } else {
                    refused.incrementAndGet();
                    channel.close();
                }
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.warn("event=accept-failed port={} cause=\"{}\"", port, e.getMessage());
                    pause();
                }
            }
        }
    }

    private void serve(SocketChannel channel) {
        AtomicBoolean stranger = new AtomicBoolean(true);
        try (channel) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            TlsLink link = connector.get().accept(channel, this::isExpected);
            Greeting greeting = new Greeting(link, hello -> {
                Tunnel tunnel = receive(link, hello);
                stranger.set(false);
                strangers.greeted(channel);
                return tunnel;
            });
            clock.schedule(() -> closeUngreeted(greeting, link), GREETING_MILLIS, TimeUnit.MILLISECONDS);
            greeting.serve();
        } catch (IOException | RuntimeException e) {
            if (stranger.get()) {
                refused.incrementAndGet();
            }
            LOG.debug("event=connection-ended port={} cause=\"{}\"", port, e.getMessage());
        } finally {
            open.remove(channel);
            strangers.left(channel);
        }
    }

    private static void closeUngreeted(Greeting greeting, TlsLink link) {
        if (!greeting.isDone()) {
            link.close();
        }
    }

    private boolean isExpected(AgentIdentity identity) {
        String uri = identity.uri();
        return tunnels.values().stream().anyMatch(tunnel -> tunnel.peerNumber(uri) != Tunnel.NO_PEER);
    }

    private Tunnel receive(TlsLink link, Hello hello) throws IOException {
        Tunnel tunnel = tunnels.get(hello.tunnel());
        if (tunnel == null || tunnel.peerNumber(link.peerIdentity()) == Tunnel.NO_PEER) {
            throw new IOException("no such tunnel for this peer");
        }
        if (hello.slot() >= tunnel.config().connectionsPerPeer()) {
            throw new IOException("more connections than configured");
        }
        Greeting.send(link, tunnel.hello(hello.slot()));
        return tunnel;
    }

    void close() {
        try {
            server.close();
            for (SocketChannel channel : open) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("event=close-failed port={} cause=\"{}\"", port, e.getMessage());
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
