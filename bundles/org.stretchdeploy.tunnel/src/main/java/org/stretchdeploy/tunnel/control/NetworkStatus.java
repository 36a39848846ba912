package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;

/**
 * One stretched network as seen by one agent.
 *
 * @param id the network
 * @param forwarding whether frames may cross
 * @param peerOpen whether the peer says the same of its side
 * @param reason why not open, for people; empty when open
 * @param loop a loop is seen now
 * @param mtuProven largest layer-3 size proven there and back, 0 when not proven
 * @param localMacs machines heard on the own segment, at most {@link #MAC_LIMIT}
 * @param remoteMacs machines heard through the tunnel, at most {@link #MAC_LIMIT}
 * @param alarms findings of the last three minutes that a person should see, {@code finding: text}
 * @param findings how often each guard found something since the agent started, by finding
 * @param outbound from the own segment into the tunnel
 * @param inbound from the tunnel to the own segment
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NetworkStatus(
        String id,
        ForwardingState forwarding,
        boolean peerOpen,
        String reason,
        boolean loop,
        int mtuProven,
        List<String> localMacs,
        List<String> remoteMacs,
        List<String> alarms,
        Map<String, Long> findings,
        TrafficCounters outbound,
        TrafficCounters inbound) {
    /** Longest list of machines in a report. */
    public static final int MAC_LIMIT = 256;

    public NetworkStatus {
        reason = reason == null ? "" : reason;
        localMacs = localMacs == null ? List.of() : List.copyOf(localMacs);
        remoteMacs = remoteMacs == null ? List.of() : List.copyOf(remoteMacs);
        alarms = alarms == null ? List.of() : List.copyOf(alarms);
        findings = findings == null ? Map.of() : Map.copyOf(findings);
        outbound = outbound == null ? TrafficCounters.ZERO : outbound;
        inbound = inbound == null ? TrafficCounters.ZERO : inbound;
    }

    /** True when frames cross in both directions as far as this agent knows. */
    public boolean forwards() {
        return forwarding == ForwardingState.OPEN && peerOpen;
    }
}
