package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.TrafficCounters;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TransportStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelState;
import org.stretchdeploy.tunnel.control.TunnelStatus;
import org.stretchdeploy.tunnel.internal.wire.Answer;
import org.stretchdeploy.tunnel.internal.wire.Hello;
import org.stretchdeploy.tunnel.internal.wire.Networks;
import org.stretchdeploy.tunnel.internal.wire.Query;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * One tunnel: its connections (in numbered slots) and its networks. Whoever opens connections, {@link Dialer} or {@link
 * Listener}, hands them to {@link #attach}.
 *
 * <p>Lock order: this object's monitor, then a network's gate. Slots and the network map are read without a lock.
 */
public final class Tunnel {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);

    static final int NO_PEER = -1;

    private static final int TELL_AGAIN_TICKS = 20;

    private static final int WARM_UP_ROUNDS = 1500;
    /** By then frames cross; before, compiling would only delay it. */
    private static final int WARM_UP_MILLIS = 1000;

    private final long nonce;
    private final PortFactory ports;
    private final ScheduledExecutorService clock;
    private final PeerSlots slots;
    private final TunnelPair pair;
    private final TunnelUplink uplink;
    private final List<PeerConnection> retired = new CopyOnWriteArrayList<>();
    private final Map<String, StretchedNetwork> networks = new ConcurrentHashMap<>();
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final RemoteQueries queries = new RemoteQueries(task -> later(task, 0));
    private final AtomicInteger attached = new AtomicInteger();
    private final CountDownLatch connectedOnce = new CountDownLatch(1);
    private volatile TunnelTransport transport;
    private volatile String noDatagrams = "";
    private volatile TunnelConfig config;
    private volatile Map<String, Uplink.PeerNetwork> peerNetworks = Map.of();
    private volatile TunnelState state = TunnelState.DOWN;
    private volatile String reason = "not started";
    private volatile boolean closed;
    private int ticks;

    public Tunnel(TunnelConfig config, PortFactory ports, long nonce, ScheduledExecutorService clock) {
        this.config = config;
        this.ports = ports;
        this.nonce = nonce;
        this.clock = clock;
        this.slots = new PeerSlots(config);
        this.pair = new TunnelPair(this, slots, config, nonce);
        this.uplink = new TunnelUplink(this, slots, pair);
    }

    String id() {
        return config.id();
    }

    public TunnelConfig config() {
        return config;
    }

    boolean isClosed() {
        return closed;
    }

    /** Our first message on a connection. */
    Hello hello(int slot) {
        return new Hello(Wire.VERSION, id(), Long.toHexString(nonce), slot, slots.perPeer());
    }

    /** Starts; connections may be attached from now on. */
    synchronized void start() {
        changeState(TunnelState.CONNECTING, "connecting");
        applyNetworks(config.networks());
        pair.start();
    }

    /** Changes networks and guards without touching the connections. */
    synchronized void reconfigure(TunnelConfig changed) {
        config = changed;
        if (transport != null) {
            transport.want(changed.transport());
        }
        applyNetworks(changed.networks());
    }

    /** Opens what is missing or lost, closes what is not wanted. Called again and again: a NIC may appear late. */
    synchronized void applyNetworks(List<NetworkConfig> wanted) {
        Map<String, NetworkConfig> byId = new LinkedHashMap<>();
        wanted.forEach(network -> byId.put(network.id(), network));
        boolean changed = false;
        for (StretchedNetwork network : List.copyOf(networks.values())) {
            NetworkConfig next = byId.get(network.id());
            if (next == null || network.isLost() || !samePort(network.config(), next)) {
                networks.remove(network.id());
                network.close();
                changed = true;
            }
        }
        problems.keySet().retainAll(byId.keySet());
        for (NetworkConfig next : byId.values()) {
            changed |= applyNetwork(next);
        }
        if (changed) {
            slots.all().forEach(PeerConnection::mapNetworks);
            networksChanged();
        }
    }

    private boolean applyNetwork(NetworkConfig next) {
        try {
            StretchedNetwork present = networks.get(next.id());
            if (present != null) {
                if (!present.config().equals(next)) {
                    present.reconfigure(next);
                }
                problems.remove(next.id());
                return false;
            }
            StretchedNetwork network =
                    new StretchedNetwork(freeNumber(), next, ports.open(next, slots.carriers()), uplink, nonce);
            networks.put(next.id(), network);
            network.start();
            problems.remove(next.id());
            return true;
        } catch (IOException | IllegalArgumentException e) {
            if (!Objects.equals(problems.put(next.id(), String.valueOf(e.getMessage())), e.getMessage())) {
                LOG.warn("event=network-refused tunnel={} network={} cause=\"{}\"", id(), next.id(), e.getMessage());
            }
            return false;
        }
    }

    private int freeNumber() {
        Set<Integer> taken =
                networks.values().stream().map(StretchedNetwork::number).collect(Collectors.toSet());
        int number = 0;
        while (taken.contains(number)) {
            number++;
        }
        if (number >= Wire.MAX_NETWORKS) {
            throw new IllegalArgumentException("a tunnel carries at most " + Wire.MAX_NETWORKS + " networks");
        }
        return number;
    }

    private static boolean samePort(NetworkConfig one, NetworkConfig other) {
        return one.nicMac().equalsIgnoreCase(other.nicMac()) && one.side() == other.side() && one.mtu() == other.mtu();
    }

    /** Puts a connection into its slot; the one that was there retires after its last message. */
    void attach(PeerConnection connection) throws IOException {
        PeerConnection before;
        synchronized (this) {
            if (closed || !slots.hasRoomFor(connection)) {
                throw new IOException("tunnel closed");
            }
            before = slots.put(connection);
            if (before != null) {
                connection.inherit(before);
                retired.add(before);
            }
            connectedOnce.countDown();
            if (attached.getAndIncrement() == 0) {
                later(() -> connection.warmUp(WARM_UP_ROUNDS), WARM_UP_MILLIS);
            }
            changeState(TunnelState.UP, "");
        }
        if (before != null) {
            before.retire();
        }
        // Again: what we said before may have changed while the connection was not in its slot yet.
        connection.tellNetworks();
        LOG.info(
                "event=connected tunnel={} slot={} peer={}",
                id(),
                connection.slot(),
                connection.link().peerIdentity());
    }

    /** Waits until there has been a connection, at most so long. */
    void awaitFirstConnection(long millis) throws InterruptedException {
        connectedOnce.await(millis, TimeUnit.MILLISECONDS);
    }

    /** A connection ended. */
    synchronized void detach(PeerConnection connection, String why) {
        retired.remove(connection);
        if (slots.remove(connection)) {
            LOG.info("event=disconnected tunnel={} slot={} cause=\"{}\"", id(), connection.slot(), why);
            if (!closed && slots.all().isEmpty()) {
                peerNetworks = Map.of();
                changeState(TunnelState.CONNECTING, why);
            } else {
                refreshPeerNetworks();
            }
        }
    }

    /** Why the last attempt to connect failed. */
    void attemptFailed(String why) {
        if (state != TunnelState.UP) {
            reason = why;
        }
    }

    private void changeState(TunnelState next, String why) {
        reason = why;
        if (state != next) {
            LOG.info("event=tunnel tunnel={} from={} to={} reason=\"{}\"", id(), state, next, why);
            state = next;
        }
    }

    /** The connections that carry frames now. */
    List<PeerConnection> connections() {
        return slots.carriers(pair.activePeer());
    }

    /** What the receiving thread of this connection does besides. */
    Lane lane(PeerConnection connection) {
        return new Lane(uplink, networks.values(), connection);
    }

    /** The connection of the lowest slot that carries frames now, or null. */
    PeerConnection firstConnection() {
        return slots.carrier(pair.activePeer(), 0);
    }

    TunnelPair pair() {
        return pair;
    }

    int activePeer() {
        return pair.activePeer();
    }

    /** Which agent of the other end has this identity, {@link #NO_PEER} when none has. */
    int peerNumber(String identity) {
        List<PairConfig.Peer> peers = config.peers();
        for (int peer = 0; peer < peers.size(); peer++) {
            if (peers.get(peer).identity().equals(identity)) {
                return peer;
            }
        }
        return NO_PEER;
    }

    /** This agent forwards from now on, or no longer does. */
    void roleChanged() {
        networks.values().forEach(StretchedNetwork::roleChanged);
    }

    /** Another agent of the other end forwards. */
    void peerChanged() {
        refreshPeerNetworks();
        networks.values().forEach(StretchedNetwork::peerChanged);
    }

    /** Frames may go as datagrams from now on; null ends that. */
    void use(TunnelTransport changed) {
        TunnelTransport before = transport;
        transport = changed;
        noDatagrams = "";
        if (before != null) {
            before.close();
        }
    }

    /** Frames cannot go as datagrams although they should. */
    void noDatagrams(String why) {
        noDatagrams = why;
    }

    private TransportStatus transportStatus() {
        TunnelTransport present = transport;
        if (present != null) {
            return present.status();
        }
        if (config.pair() != null && config.transport() != Transport.TLS) {
            return new TransportStatus(config.transport(), Transport.TLS, "the frames of a pair go over TLS", 0, 0, 0);
        }
        return noDatagrams.isEmpty()
                ? TransportStatus.TLS_ONLY
                : new TransportStatus(config.transport(), Transport.TLS, noDatagrams, 0, 0, 0);
    }

    boolean hasTransport() {
        return transport != null;
    }

    /** What carries frames instead of TLS, or null. */
    TunnelTransport transport() {
        return transport;
    }

    /** What the agent of the other end that forwards says about its side of a network. */
    Optional<Uplink.PeerNetwork> peerNetwork(String id) {
        return Optional.ofNullable(peerNetworks.get(id));
    }

    /** This end's certificate is another one now. */
    void renewed() {
        TunnelTransport present = transport;
        if (present != null) {
            present.renewed();
        }
    }

    /** A message that came as datagrams; on the receiving thread of the UDP port. */
    void datagramArrived(int type, int network, ByteBuffer body) throws IOException {
        PeerConnection connection = firstConnection();
        if (connection != null && type == Wire.FRAME) {
            connection.message(type, network, body);
        }
    }

    void keysArrived(PeerConnection from, ByteBuffer body) throws IOException {
        TunnelTransport present = transport;
        if (present != null) {
            present.keysArrived(from, body);
        }
    }

    StretchedNetwork network(String id) {
        return networks.get(id);
    }

    /** Ten times a second, by the engine's clock: never waits. */
    void tick() {
        long now = System.nanoTime();
        slots.all().forEach(one -> one.heartbeat(now, config.keepaliveMillis(), config.deadPeerMillis()));
        retired.forEach(one -> one.heartbeat(now, config.keepaliveMillis(), config.deadPeerMillis()));
        networks.values().forEach(StretchedNetwork::tick);
        pair.look(networks.values());
        if (++ticks % TELL_AGAIN_TICKS == 0) {
            // The couriers may have had to drop one.
            networksChanged();
        }
        TunnelTransport present = transport;
        if (present != null) {
            present.tick(now);
        }
    }

    void networksChanged() {
        slots.all().forEach(PeerConnection::tellNetworks);
    }

    void peerNetworksChanged() {
        refreshPeerNetworks();
        networks.values().forEach(network -> network.gate().evaluate());
    }

    private synchronized void refreshPeerNetworks() {
        Map<String, Uplink.PeerNetwork> found = new LinkedHashMap<>();
        for (PeerConnection connection : connections()) {
            for (Networks.Entry entry : connection.peerNetworks().networks()) {
                if (entry.id() != null) {
                    found.put(entry.id(), Uplink.PeerNetwork.of(entry));
                }
            }
        }
        peerNetworks = Map.copyOf(found);
    }

    /** What we tell the peer about our networks. */
    Networks networksDocument() {
        return new Networks(networks.values().stream()
                .map(network -> new Networks.Entry(
                        network.number(),
                        network.id(),
                        network.isOpen(),
                        network.mtu(),
                        network.gate().reason(),
                        network.takesUdpSuperFrames(),
                        network.gate().state() == ForwardingState.BLOCKED,
                        pair.peersAreMany() && network.gate().isProvenBothWays()))
                .toList());
    }

    void later(Runnable task, long delayMillis) {
        if (!clock.isShutdown()) {
            clock.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** Asks the peer to probe its segment. */
    java.util.concurrent.CompletableFuture<Answer> query(String network, String address) {
        List<PeerConnection> present = connections();
        return queries.ask(id -> {
            if (present.isEmpty()) {
                throw new IllegalStateException("tunnel is not up");
            }
            present.get(0).sendDocument(Wire.QUERY, new Query(id, network, address));
        });
    }

    void queried(PeerConnection from, Query query) {
        queries.answer(from, Optional.ofNullable(query.network()).map(networks::get), query);
    }

    void answered(Answer answer) {
        queries.answered(answer);
    }

    /** What a person wants to know about a broken configuration. */
    List<String> problems() {
        return problems.entrySet().stream()
                .map(problem -> "network " + problem.getKey() + ": " + problem.getValue())
                .sorted()
                .toList();
    }

    boolean needsAttention() {
        return !problems.isEmpty()
                || !noDatagrams.isEmpty()
                || networks.values().stream().anyMatch(StretchedNetwork::isLost);
    }

    /** States only, cheap, to notice a change. */
    String summary() {
        StringBuilder text = new StringBuilder(id()).append(' ').append(state);
        networks.values().forEach(network -> text.append(' ')
                .append(network.id())
                .append(network.gate().state())
                .append(network.takesOutbound()));
        return text.toString();
    }

    TunnelStatus status() {
        List<PeerConnection> present = slots.all();
        List<NetworkStatus> statuses = networks.values().stream()
                .map(StretchedNetwork::status)
                .sorted(Comparator.comparing(NetworkStatus::id))
                .toList();
        long[] rtts = present.stream()
                .mapToLong(PeerConnection::rttMicros)
                .filter(rtt -> rtt > 0)
                .toArray();
        return new TunnelStatus(
                id(),
                state,
                reason,
                Arrays.stream(rtts).min().orElse(0),
                present.size(),
                Math.max(0, attached.get() - slots.size()),
                present.isEmpty() ? "" : present.get(0).link().provider(),
                statuses.stream().map(NetworkStatus::outbound).reduce(TrafficCounters.ZERO, TrafficCounters::plus),
                statuses.stream().map(NetworkStatus::inbound).reduce(TrafficCounters.ZERO, TrafficCounters::plus),
                statuses,
                transportStatus(),
                pair.status());
    }

    /** Closes connections and, when asked, takes the ports out of their segments. */
    synchronized void close() {
        closed = true;
        pair.close();
        changeState(TunnelState.DOWN, "removed");
        use(null);
        slots.all().forEach(PeerConnection::close);
        retired.forEach(PeerConnection::close);
        networks.values().forEach(StretchedNetwork::close);
        networks.clear();
    }
}
