package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * One tunnel as seen by one agent.
 *
 * @param id the tunnel
 * @param state down, connecting or up
 * @param reason why not up, for people; empty when up
 * @param rttMicros last measured round trip in microseconds, 0 when unknown
 * @param connections established TLS connections
 * @param reconnects how often a connection was established again
 * @param provider TLS engine and cipher suite in use
 * @param outbound all networks, into the tunnel
 * @param inbound all networks, out of the tunnel
 * @param networks per network
 * @param transport what carries the frames
 * @param pair the agents of both ends, null when both have one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TunnelStatus(
        String id,
        TunnelState state,
        String reason,
        long rttMicros,
        int connections,
        long reconnects,
        String provider,
        TrafficCounters outbound,
        TrafficCounters inbound,
        List<NetworkStatus> networks,
        TransportStatus transport,
        PairStatus pair) {
    public TunnelStatus {
        reason = reason == null ? "" : reason;
        transport = transport == null ? TransportStatus.TLS_ONLY : transport;
        networks = networks == null ? List.of() : List.copyOf(networks);
        outbound = outbound == null ? TrafficCounters.ZERO : outbound;
        inbound = inbound == null ? TrafficCounters.ZERO : inbound;
    }
}
