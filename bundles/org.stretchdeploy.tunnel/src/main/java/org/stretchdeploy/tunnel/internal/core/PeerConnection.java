package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.link.Link;
import org.stretchdeploy.tunnel.internal.wire.Answer;
import org.stretchdeploy.tunnel.internal.wire.Hello;
import org.stretchdeploy.tunnel.internal.wire.LeaseMessage;
import org.stretchdeploy.tunnel.internal.wire.Networks;
import org.stretchdeploy.tunnel.internal.wire.Query;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * One connection of a tunnel after both have said hello: keepalive, test frames and control messages. The receiving
 * thread never sends; what it has to answer goes to the {@link Courier}.
 */
final class PeerConnection implements Link.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);
    private static final int WARM_UP_BYTES = 256;
    private static final long GRACE_NANOS = 30_000_000_000L;
    private static final long MAX_GRACE_MILLIS = 10_000;

    private final Tunnel tunnel;
    private final Link link;
    private final int peer;
    private final int slot;
    private final long peerNonce;
    private final long bornNanos = System.nanoTime();
    private final Courier courier;
    private final AtomicBoolean keepalivePending = new AtomicBoolean();
    private final AtomicLong echoIds = new AtomicLong();
    private final Map<Long, Echo> echoes = new ConcurrentHashMap<>();
    private volatile long keepaliveSentNanos;
    private volatile long rttMicros;
    private volatile long retiredNanos;
    private volatile boolean goodbyeHeard;
    private volatile StretchedNetwork[] byPeerNumber = new StretchedNetwork[0];
    private volatile Networks peerNetworks = new Networks(null);

    private final FrameProofs proofs = new FrameProofs(this::later);

    private record Echo(int size, long sentNanos, java.util.function.LongConsumer done) {}

    /** @param peer which agent of the other end it is with, see {@link TunnelConfig#peers} */
    PeerConnection(Tunnel tunnel, Link link, Hello hello, int peer) {
        this.tunnel = tunnel;
        this.link = link;
        this.peer = peer;
        this.slot = hello.slot();
        this.peerNonce = Long.parseUnsignedLong(hello.nonce(), 16);
        this.courier = new Courier("courier-" + tunnel.id() + "-" + slot, this::stuck);
    }

    Link link() {
        return link;
    }

    FrameProofs proofs() {
        return proofs;
    }

    int slot() {
        return slot;
    }

    int peer() {
        return peer;
    }

    long peerNonce() {
        return peerNonce;
    }

    long rttMicros() {
        return rttMicros;
    }

    Networks peerNetworks() {
        return peerNetworks;
    }

    void close() {
        link.close();
        courier.close();
    }

    /** Sends a sign of life when it is time; closes when the peer was silent for too long or a retired link is done. */
    void heartbeat(long nowNanos, int keepaliveMillis, int deadPeerMillis) {
        if (link.paceIfNeeded(nowNanos)) {
            LOG.info("event=paced tunnel={} slot={} reason=\"packets get lost\"", tunnel.id(), slot);
        }
        long silentMillis = (nowNanos - link.lastHeardNanos()) / 1_000_000;
        boolean retired = retiredNanos != 0;
        if (silentMillis > patience(nowNanos, deadPeerMillis)) {
            LOG.info("event=peer-silent tunnel={} slot={} millis={}", tunnel.id(), slot, silentMillis);
            close();
        } else if (retired
                && (goodbyeHeard && nowNanos - retiredNanos > 500_000_000L
                        || nowNanos - retiredNanos > 3_000_000_000L)) {
            close();
        } else if (nowNanos - keepaliveSentNanos >= keepaliveMillis * 1_000_000L
                && keepalivePending.compareAndSet(false, true)) {
            keepaliveSentNanos = nowNanos;
            courier.send(this::sendKeepalive);
        }
    }

    /** A peer that took seconds for its handshake has just started on a slow machine: for a while it may be late. */
    private long patience(long nowNanos, int deadPeerMillis) {
        long slowMillis = Math.min(MAX_GRACE_MILLIS, 2 * link.handshakeNanos() / 1_000_000);
        return nowNanos - bornNanos < GRACE_NANOS ? Math.max(deadPeerMillis, slowMillis) : deadPeerMillis;
    }

    private void sendKeepalive() {
        keepalivePending.set(false);
        ByteBuffer message = message(Wire.KEEPALIVE, 0, 8);
        message.putLong(System.nanoTime()).flip();
        send(message);
    }

    /**
     * A new connection took this one's place: says that nothing more will come, and stays until the peer says so too.
     */
    void retire() {
        retiredNanos = System.nanoTime();
        courier.send(() -> {
            ByteBuffer message = message(Wire.GOODBYE, 0, 0);
            message.flip();
            send(message);
        });
    }

    void sendDocument(int type, Object document) {
        courier.send(() -> writeDocument(type, document));
    }

    /**
     * Tells the peer about our networks as they are when the message leaves: what another thread found a moment earlier
     * must not be the last that the peer hears.
     */
    void tellNetworks() {
        courier.send(() -> writeDocument(Wire.NETWORKS, tunnel.networksDocument()));
    }

    private void writeDocument(int type, Object document) {
        write(type, 0, ControlJson.write(document));
    }

    /** Sends a message, soon. */
    void sendBytes(int type, byte[] body) {
        courier.send(() -> write(type, 0, body));
    }

    /**
     * Sends one test frame; calls back with its round trip in nanoseconds. Lost ones are forgotten with the connection.
     */
    void echo(int size, java.util.function.LongConsumer done) {
        long id = echoIds.incrementAndGet();
        if (echoes.size() > 1000) {
            return;
        }
        courier.sendIfRoom(() -> {
            ByteBuffer message = message(Wire.ECHO, 0, Math.max(size, 8));
            message.putLong(id);
            while (message.hasRemaining()) {
                message.put((byte) message.position());
            }
            message.flip();
            echoes.put(id, new Echo(Math.max(size, 8), System.nanoTime(), done));
            send(message);
        });
    }

    /**
     * Test frames one after the other, so that the code of a process that has just started is compiled before a guest
     * waits for it: the first hundred frames would take three times as long.
     */
    void warmUp(int rounds) {
        if (rounds > 0) {
            echo(WARM_UP_BYTES, nanos -> warmUp(rounds - 1));
        }
    }

    private static ByteBuffer message(int type, int network, int bodyBytes) {
        ByteBuffer message = ByteBuffer.allocate(Wire.HEADER_BYTES + bodyBytes);
        Wire.putHeader(message, type, network, bodyBytes);
        return message;
    }

    private void send(ByteBuffer message) {
        try {
            link.send(message);
        } catch (IOException broken) {
            link.close();
        }
    }

    @Override
    public void message(int type, int network, ByteBuffer body) throws IOException {
        switch (type) {
            case Wire.FRAME -> frame(network, body);
            case Wire.KEEPALIVE -> answer(Wire.KEEPALIVE_REPLY, copy(body, 8));
            case Wire.KEEPALIVE_REPLY -> measured(body);
            case Wire.ECHO -> answer(Wire.ECHO_REPLY, copy(body, Wire.MAX_BODY));
            case Wire.ECHO_REPLY -> echoed(body);
            case Wire.NETWORKS -> networks(read(body, Networks.class));
            case Wire.PROOF -> proofs.shown(number(network), copy(body, Wire.MAX_BODY));
            case Wire.PROOF_REPLY -> proofs.answered(copy(body, Wire.MAX_BODY));
            case Wire.QUERY -> tunnel.queried(this, read(body, Query.class));
            case Wire.ANSWER -> tunnel.answered(read(body, Answer.class));
            case Wire.KEYS -> tunnel.keysArrived(this, body);
            case Wire.LEASE -> tunnel.pair().arrived(this, read(body, LeaseMessage.class));
            case Wire.GOODBYE -> goodbyeHeard = true;
            case Wire.HELLO -> throw new IOException("a second hello");
            default -> LOG.debug("event=unknown-message type={}", type);
        }
    }

    /** Our network with the peer's number, or null. */
    private StretchedNetwork number(int number) {
        StretchedNetwork[] networks = byPeerNumber;
        return number < networks.length ? networks[number] : null;
    }

    private void frame(int number, ByteBuffer body) {
        StretchedNetwork network = number(number);
        if (network != null && tunnel.activePeer() == peer) {
            network.deliver(body, slot);
        }
    }

    private void measured(ByteBuffer body) {
        if (body.remaining() == 8) {
            long micros = (System.nanoTime() - body.getLong()) / 1000;
            rttMicros = micros < 0 || micros > 60_000_000 ? rttMicros : micros;
        }
    }

    private void echoed(ByteBuffer body) {
        if (body.remaining() >= 8) {
            int size = body.remaining();
            Echo echo = echoes.remove(body.getLong());
            if (echo != null && echo.size == size) {
                echo.done.accept(System.nanoTime() - echo.sentNanos);
            }
        }
    }

    private void networks(Networks document) throws IOException {
        if (document.networks().size() > Wire.MAX_NETWORKS) {
            throw new IOException("too many networks");
        }
        peerNetworks = document;
        mapNetworks();
        tunnel.peerNetworksChanged();
    }

    /** Until the peer tells its networks on this connection, what it told the same process on the one before holds. */
    void inherit(PeerConnection before) {
        if (before.peerNonce == peerNonce && peerNetworks.networks().isEmpty()) {
            peerNetworks = before.peerNetworks;
            mapNetworks();
        }
    }

    /** Maps the peer's numbers to our networks; again when ours change. */
    void mapNetworks() {
        StretchedNetwork[] map = new StretchedNetwork[Wire.MAX_NETWORKS];
        for (Networks.Entry entry : peerNetworks.networks()) {
            if (entry.number() >= 0 && entry.number() < map.length && entry.id() != null) {
                map[entry.number()] = tunnel.network(entry.id());
            }
        }
        byPeerNumber = map;
    }

    /** Runs something that sends, after what was to be sent before. */
    void later(Runnable sending) {
        courier.send(sending);
    }

    private void later(int type, int network, byte[] body) {
        if (type == Wire.PROOF_REPLY) {
            courier.sendIfRoom(() -> write(type, network, body));
        } else {
            courier.send(() -> write(type, network, body));
        }
    }

    private void answer(int type, byte[] body) {
        courier.sendIfRoom(() -> write(type, 0, body));
    }

    private void write(int type, int network, byte[] body) {
        ByteBuffer message = message(type, network, body.length);
        message.put(body).flip();
        send(message);
    }

    /** What was not sent is not known to be missing: a new connection starts with everything. */
    private void stuck() {
        LOG.warn("event=peer-takes-nothing tunnel={} slot={}", tunnel.id(), slot);
        close();
    }

    private static byte[] copy(ByteBuffer body, int limit) throws IOException {
        if (body.remaining() > limit) {
            throw new IOException("message too long");
        }
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    static <T> T read(ByteBuffer body, Class<T> type) throws IOException {
        return ControlJson.read(copy(body, Wire.MAX_DOCUMENT), type);
    }
}
