package org.stretchdeploy.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tunnel of a stretched vApp, as its two ends have reported it.
 *
 * @param id     the tunnel, the same at both ends
 * @param source cloud where the vApp is at home
 * @param target cloud to which its networks are stretched
 * @param vApp   the stretched vApp
 * @param state  {@code up}: both ends are up and every network forwards; {@code connecting}, {@code down}; {@code
 *               unknown}: an end is silent
 * @param ends   source first; of a side with two agents the primary first
 */
public record Tunnel(String id, CloudName source, CloudName target, String vApp, String state, List<End> ends) {
    public static final String UP = "up";
    public static final String CONNECTING = "connecting";
    public static final String DOWN = "down";
    public static final String UNKNOWN = "unknown";

    public Tunnel {
        ends = List.copyOf(ends);
    }

    /**
     * One end: an edge agent. Rates and loss are means over the last seconds between two of its reports.
     *
     * @param side              {@code source} or {@code target}
     * @param cloud             where it is
     * @param agent             its id
     * @param software          its version, empty when it never reported
     * @param reportedAt        when it reported last, by the controller's clock; empty when it never did
     * @param age               how long ago that was
     * @param silent            it has not reported for so long that everything below may be old
     * @param state             {@code up}, {@code connecting}, {@code down}, {@code unknown}: it is silent
     * @param reason            why not up, for people
     * @param peer              whom it talks to and how: {@code listens on 4443 for spiffe://..}
     * @param transport         what carries the frames: {@code tls} (over TCP), {@code datagram}; empty when unknown
     * @param transportReason   why this one, for people
     * @param crypto            TLS version, cipher suite, who computes it and why
     * @param connections       established connections
     * @param reconnects        how often one was established again
     * @param rttMicros         last measured round trip, 0 when unknown
     * @param loss              share (0 to 1): measured with datagrams where they are used or tried, else that of TCP
     *                          segments that had to be sent again; empty when neither is known
     * @param certificateFrom   begin of its certificate
     * @param certificateUntil  end of its certificate
     * @param startedAt         when its process started, by its own clock
     * @param residentBytes     memory of its process, 0 when unknown
     * @param heapBytes         Java heap in use, 0 when unknown
     * @param problems          configuration that it could not apply
     * @param networks          what is stretched
     * @param pair              which of two agents it is; empty when both ends of the tunnel have one
     */
    public record End(
            String side,
            CloudName cloud,
            String agent,
            String software,
            Optional<Instant> reportedAt,
            Optional<Duration> age,
            boolean silent,
            String state,
            String reason,
            String peer,
            String transport,
            String transportReason,
            String crypto,
            int connections,
            long reconnects,
            long rttMicros,
            Optional<Double> loss,
            Optional<Instant> certificateFrom,
            Optional<Instant> certificateUntil,
            Optional<Instant> startedAt,
            long residentBytes,
            long heapBytes,
            List<String> problems,
            List<StretchedNetwork> networks,
            Optional<Pair> pair) {
        public End {
            problems = List.copyOf(problems);
            networks = List.copyOf(networks);
        }

        /** The side, and of a second agent also that it is one: {@code source}, {@code source-2}. */
        public String name() {
            return pair.filter(one -> one.member() > 1).isPresent() ? side + "-2" : side;
        }

        /** True unless another agent of its side forwards, or it is not known. */
        public boolean forwards() {
            return pair.map(one ->
                            !one.role().equals(Pair.STANDBY) && !one.role().equals(UNKNOWN))
                    .orElse(true);
        }
    }

    /**
     * An agent of a tunnel of which an end has two: one forwards, the other takes over within a second when it is gone.
     *
     * @param role         {@code active}, {@code standby}; {@code alone}: the only one of its end; {@code unknown}: it is silent
     * @param member       1 the primary, 2 the secondary, 0 the only one
     * @param standbyReady the other agent of its end would take over; of the only one, both agents of the other end are there
     * @param takeovers    how often this agent took over since it started
     * @param peerActive   which agent of the other end forwards, 0 when none does
     * @param leaseMillis  without the other end's consent an agent stops forwarding after so long
     */
    public record Pair(String role, int member, boolean standbyReady, long takeovers, int peerActive, int leaseMillis) {
        public static final String ACTIVE = "active";
        public static final String STANDBY = "standby";
        public static final String ALONE = "alone";
    }

    /**
     * A stretched network at one end.
     *
     * @param id             the same at both ends
     * @param forwarding     {@code open}, {@code proving}, {@code waiting}, {@code blocked}, {@code standby}: the other agent
     *                       of this end has the lease
     * @param reason         why not open
     * @param loop           a loop is seen now
     * @param mtu            largest layer-3 size that this end has proven to pass, 0 when it has not
     * @param localMachines  machines heard on its own segment
     * @param remoteMachines machines heard through the tunnel
     * @param alarms         what the guards found lately, {@code finding: text}
     * @param findings       how often each guard found something since the agent started
     * @param outbound       from this end's segment into the tunnel
     * @param inbound        out of the tunnel
     */
    public record StretchedNetwork(
            String id,
            String forwarding,
            String reason,
            boolean loop,
            int mtu,
            int localMachines,
            int remoteMachines,
            List<String> alarms,
            Map<String, Long> findings,
            Traffic outbound,
            Traffic inbound) {
        public StretchedNetwork {
            alarms = List.copyOf(alarms);
            findings = Map.copyOf(findings);
        }
    }

    /**
     * One direction of a network since the agent started.
     *
     * @param bytes           Ethernet bytes that crossed
     * @param frames          frames that crossed; a super-frame of up to 64 KB counts as one
     * @param groupFrames     broadcast and multicast among them
     * @param drops           frames that did not cross, by reason
     * @param bytesPerSecond  rate of the last seconds, empty before two reports or when the agent is silent
     * @param framesPerSecond the same for frames
     * @param dropsPerSecond  the same for frames that did not cross
     */
    public record Traffic(
            long bytes,
            long frames,
            long groupFrames,
            Map<String, Long> drops,
            Optional<Double> bytesPerSecond,
            Optional<Double> framesPerSecond,
            Optional<Double> dropsPerSecond) {
        public Traffic {
            drops = Map.copyOf(drops);
        }
    }
}
