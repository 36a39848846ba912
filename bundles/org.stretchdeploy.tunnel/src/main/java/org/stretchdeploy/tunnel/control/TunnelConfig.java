package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;

/**
 * One tunnel to one peer.
 *
 * @param id same at both ends
 * @param role who opens the connections
 * @param listenPort TCP port to listen on; used with {@link TunnelRole#LISTEN}
 * @param remoteHost host or address to dial; used with {@link TunnelRole#DIAL}
 * @param remotePort TCP port to dial; used with {@link TunnelRole#DIAL}
 * @param peerIdentity the only identity accepted at the other end, see {@link AgentIdentity}
 * @param connections TLS connections, 1 to 8; 0 means the default of 2
 * @param keepaliveMillis how often a sign of life is sent; 0 means the default of 250
 * @param deadPeerMillis silence after which a connection counts as lost; 0 means the default of 1000
 * @param networks the networks that this tunnel stretches
 * @param transport what carries the frames; absent means {@link Transport#TLS}. Datagrams use the UDP port with the number
 *     of the TCP port
 * @param pair who stands at the ends when an end has two agents; null when both have one. Then the frames go over TLS, and
 *     {@code peerIdentity}, {@code remoteHost} and {@code remotePort} are those of the first peer
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TunnelConfig(
        String id,
        TunnelRole role,
        int listenPort,
        String remoteHost,
        int remotePort,
        String peerIdentity,
        int connections,
        int keepaliveMillis,
        int deadPeerMillis,
        List<NetworkConfig> networks,
        Transport transport,
        PairConfig pair) {
    /** Most TLS connections of one tunnel. */
    public static final int MAX_CONNECTIONS = 8;

    public TunnelConfig {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(peerIdentity, "peerIdentity");
        connections = connections <= 0 ? 2 : Math.min(connections, MAX_CONNECTIONS);
        keepaliveMillis = keepaliveMillis <= 0 ? 250 : keepaliveMillis;
        deadPeerMillis = deadPeerMillis <= 0 ? 1000 : Math.max(deadPeerMillis, 2 * keepaliveMillis);
        networks = networks == null ? List.of() : List.copyOf(networks);
        transport = transport == null ? Transport.TLS : transport;
        if (role == TunnelRole.DIAL) {
            Objects.requireNonNull(remoteHost, "remoteHost");
            if (pair != null) {
                pair.peers().forEach(peer -> Objects.requireNonNull(peer.host(), "host"));
            }
        }
    }

    /** A listening end with default timing. */
    public static TunnelConfig listen(String id, int listenPort, String peerIdentity, List<NetworkConfig> networks) {
        return new TunnelConfig(
                id, TunnelRole.LISTEN, listenPort, null, 0, peerIdentity, 0, 0, 0, networks, Transport.TLS, null);
    }

    /** A dialling end with default timing. */
    public static TunnelConfig dial(
            String id, String remoteHost, int remotePort, String peerIdentity, List<NetworkConfig> networks) {
        return new TunnelConfig(
                id, TunnelRole.DIAL, 0, remoteHost, remotePort, peerIdentity, 0, 0, 0, networks, Transport.TLS, null);
    }

    /** The same tunnel with other networks. */
    public TunnelConfig withNetworks(List<NetworkConfig> changed) {
        return new TunnelConfig(
                id,
                role,
                listenPort,
                remoteHost,
                remotePort,
                peerIdentity,
                connections,
                keepaliveMillis,
                deadPeerMillis,
                changed,
                transport,
                pair);
    }

    /** The same tunnel with its frames carried by something else. */
    public TunnelConfig withTransport(Transport changed) {
        return new TunnelConfig(
                id,
                role,
                listenPort,
                remoteHost,
                remotePort,
                peerIdentity,
                connections,
                keepaliveMillis,
                deadPeerMillis,
                networks,
                changed,
                pair);
    }

    /** The same tunnel with two agents at one end or both. */
    public TunnelConfig withPair(PairConfig changed) {
        PairConfig.Peer first = changed.peers().get(0);
        return new TunnelConfig(
                id,
                role,
                listenPort,
                first.host(),
                first.port(),
                first.identity(),
                connections,
                keepaliveMillis,
                deadPeerMillis,
                networks,
                transport,
                changed);
    }

    /** The agents of the other end. */
    public List<PairConfig.Peer> peers() {
        return pair == null ? List.of(new PairConfig.Peer(peerIdentity, remoteHost, remotePort)) : pair.peers();
    }

    /** How many TLS connections to each of them: a pair has one more, without frames, for its leases. */
    public int connectionsPerPeer() {
        return pair == null ? connections : connections + 1;
    }
}
