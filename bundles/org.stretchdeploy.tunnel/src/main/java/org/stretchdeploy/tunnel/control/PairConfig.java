package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;

/**
 * Who stands at the ends of a tunnel when an end has two agents, of which one forwards and the other takes over when that
 * one is gone (docs/adr/0025). Every agent of one end connects to every agent of the other.
 *
 * @param member which agent of its end this one is: {@link #PRIMARY}, {@link #SECONDARY}, {@link #ALONE}
 * @param peers the agents of the other end, one or two, the primary first
 * @param leaseMillis after how long without the other end's consent an agent stops forwarding; 0 means the default of 500,
 *     200 to 10,000, and more than twice the round trip. The gap of a takeover is a little longer than this
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PairConfig(int member, List<Peer> peers, int leaseMillis) {
    /** The only agent of its end. */
    public static final int ALONE = 0;
    /** Goes first when nobody forwards. */
    public static final int PRIMARY = 1;
    /** The other one. */
    public static final int SECONDARY = 2;

    private static final int DEFAULT_LEASE_MILLIS = 500;
    private static final int LEAST_LEASE_MILLIS = 200;
    private static final int LARGEST_LEASE_MILLIS = 10_000;

    /**
     * One agent of the other end.
     *
     * @param identity the identity in its certificate, see {@link AgentIdentity}
     * @param host host or address to dial; null where the peer dials
     * @param port TCP port to dial; 0 where the peer dials
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Peer(String identity, String host, int port) {
        public Peer {
            Objects.requireNonNull(identity, "identity");
        }
    }

    public PairConfig {
        peers = peers == null ? List.of() : List.copyOf(peers);
        if (member < ALONE || member > SECONDARY) {
            throw new IllegalArgumentException("a pair has members 1 and 2");
        }
        if (peers.isEmpty() || peers.size() > 2) {
            throw new IllegalArgumentException("an end has one or two agents");
        }
        if (member == ALONE && peers.size() == 1) {
            throw new IllegalArgumentException("neither end has two agents");
        }
        leaseMillis = leaseMillis <= 0
                ? DEFAULT_LEASE_MILLIS
                : Math.max(LEAST_LEASE_MILLIS, Math.min(leaseMillis, LARGEST_LEASE_MILLIS));
    }
}
