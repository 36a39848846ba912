package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TransportStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.datagram.DatagramSession;
import org.stretchdeploy.tunnel.internal.datagram.KeyAgreement;
import org.stretchdeploy.tunnel.internal.datagram.PathMeter;
import org.stretchdeploy.tunnel.internal.link.MessageSender;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * The datagrams of one tunnel: sees that there are keys, measures, decides and changes over. A queue changes over on its
 * own thread and between two batches: it first waits, for at most {@link #DRAIN_MILLIS}, until an answer shows that what it
 * sent before has arrived, so that the frames of a flow keep their order.
 *
 * <p>Threads: {@link #tick} by the tunnel's clock, {@link #link} by whoever sends, the others by receiving threads.
 */
final class TunnelTransport implements TransportChoice.Path {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelTransport.class);
    private static final int DRAIN_MILLIS = 150;
    private static final int ON_TLS = 0;
    private static final int ON_DATAGRAMS = 1;

    private final Tunnel tunnel;
    private final DatagramSession session;
    private final KeyAgreement keys;
    private final TransportChoice choice;
    private final AtomicIntegerArray queues = new AtomicIntegerArray(TunnelConfig.MAX_CONNECTIONS);
    private volatile boolean datagrams;
    private volatile String reason;
    private long now = System.nanoTime();

    TunnelTransport(Tunnel tunnel, DatagramSession session, KeyAgreement keys) {
        this.tunnel = tunnel;
        this.session = session;
        this.keys = keys;
        this.choice = new TransportChoice(tunnel.config().transport());
        this.reason = choice.reason();
    }

    /** What takes a batch of this queue now; {@code connection} is its TLS connection. */
    MessageSender link(int queue, PeerConnection connection) {
        int lane = queue % queues.length();
        int wanted = datagrams ? ON_DATAGRAMS : ON_TLS;
        if (queues.get(lane) != wanted) {
            if (wanted == ON_DATAGRAMS) {
                drain(connection);
            }
            queues.set(lane, wanted);
        }
        return wanted == ON_DATAGRAMS ? session.lane(lane) : connection.link();
    }

    /** Whether the frames of this queue go over TLS, and will until {@link #link} is called. */
    boolean isOnTls(int queue) {
        return !datagrams && queues.get(queue % queues.length()) == ON_TLS;
    }

    private static void drain(PeerConnection connection) {
        CountDownLatch arrived = new CountDownLatch(1);
        connection.echo(Long.BYTES, nanos -> arrived.countDown());
        try {
            if (!arrived.await(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("event=change-over-unconfirmed millis={}", DRAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ten times a second. Never waits. */
    void tick(long nowNanos) {
        now = nowNanos;
        session.tick(nowNanos);
        PeerConnection connection = tunnel.firstConnection();
        if (connection != null) {
            keys.tick(nowNanos, connection.peerNonce(), body -> connection.sendBytes(Wire.KEYS, body));
        }
        if (choice.decide(this, nowNanos)) {
            LOG.info(
                    "event=transport tunnel={} datagrams={} reason=\"{}\"",
                    tunnel.id(),
                    choice.datagrams(),
                    choice.reason());
        }
        datagrams = choice.datagrams();
        reason = choice.reason();
    }

    /** A message of a key exchange; the body is the caller's. */
    void keysArrived(PeerConnection from, ByteBuffer body) throws IOException {
        if (body.remaining() < Integer.BYTES || body.remaining() > Wire.MAX_DOCUMENT) {
            throw new IOException("key exchange of " + body.remaining() + " bytes");
        }
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        keys.arrived(bytes, reply -> from.sendBytes(Wire.KEYS, reply));
    }

    /** This end's certificate is another one now. */
    void renewed() {
        keys.renew();
    }

    void want(Transport transport) {
        choice.want(transport);
    }

    @Override
    public boolean pass() {
        return why().isEmpty();
    }

    @Override
    public String why() {
        PathMeter path = session.path();
        if (!session.hasKeys()) {
            return keys.problem();
        }
        long silentMillis = path.silentNanos(now) / 1_000_000;
        if (silentMillis > tunnel.config().deadPeerMillis()) {
            return "no answer over UDP to port " + keys.port();
        }
        return path.datagramBytes() == 0 ? "not of a useful size" : "";
    }

    @Override
    public long counted(int seconds) {
        return session.path().counted(seconds, now);
    }

    @Override
    public long lost(int seconds) {
        return session.path().lost(seconds, now);
    }

    TransportStatus status() {
        PathMeter path = session.path();
        return new TransportStatus(
                tunnel.config().transport(),
                datagrams ? Transport.DATAGRAM : Transport.TLS,
                reason,
                (int) path.lossPermille(PathMeter.WINDOW_SECONDS, System.nanoTime()),
                path.rttMicros(),
                path.datagramBytes());
    }

    void close() {
        datagrams = false;
        keys.close();
        session.close();
    }
}
