package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The agents of both ends as one of them sees them.
 *
 * @param role what this agent does
 * @param member which agent of its end it is, as in {@link PairConfig}
 * @param active which agent of its end forwards, 0 when that is not known
 * @param partnerReady the other agent of this end is connected and would take over
 * @param takeovers how often this agent took over from the other since it started
 * @param peerActive which agent of the other end forwards, 0 when none does; 1 when the other end is no pair
 * @param peersReady how many agents of the other end would forward; 0 when the other end is no pair
 * @param peerTakeovers how often the other end changed from one agent to the other, as far as this agent saw
 * @param leaseMillis the lease in force
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PairStatus(
        Role role,
        int member,
        int active,
        boolean partnerReady,
        long takeovers,
        int peerActive,
        int peersReady,
        long peerTakeovers,
        int leaseMillis) {
    /** What an agent does at its end. */
    public enum Role {
        /** Holds the lease and forwards. */
        @JsonProperty("active")
        ACTIVE,
        /** Waits for the lease. */
        @JsonProperty("standby")
        STANDBY,
        /** Is the only one and always forwards. */
        @JsonProperty("alone")
        ALONE
    }

    public PairStatus {
        role = role == null ? Role.ALONE : role;
    }

    /** True when one of the ends is a pair and would have nobody if the agent that forwards were gone. */
    public boolean lacksStandby(boolean peersArePair) {
        return role != Role.ALONE && !partnerReady || peersArePair && peersReady < 2;
    }
}
