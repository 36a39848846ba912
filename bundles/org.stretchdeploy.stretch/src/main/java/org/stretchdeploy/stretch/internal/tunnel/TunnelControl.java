package org.stretchdeploy.stretch.internal.tunnel;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.model.Stretch.ApplianceEnd;
import org.stretchdeploy.stretch.internal.model.TunnelSettings;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TunnelConfig;

/** What the workflow asks of the edge appliances. Every call is idempotent and returns soon. */
public interface TunnelControl {
    /** Folder with the appliance's OVF package: descriptor, manifest, disk. */
    Path appliancePackage();

    /** OVF properties that let a new appliance enrol as this agent, with a fresh one-time token. */
    Map<String, String> enrol(String agent);

    /** Revokes the agent and forgets its configuration. Absent is done. */
    void forget(String agent);

    /** Tells an agent its wanted state; kept and delivered when the agent asks. */
    void configure(String agent, End end);

    /** What the agent said last. */
    Optional<Status> status(String agent);

    /** What the agent of an end says that forwards, or the only one. */
    default Optional<Status> active(ApplianceEnd end) {
        return end.members().stream()
                .flatMap(member -> status(member.agent()).stream())
                .min(Status.FORWARDING_FIRST);
    }

    /** The whole report behind {@link #status}; empty when there is none. */
    default Optional<AgentStatus> report(String agent) {
        return Optional.empty();
    }

    /** What the agent was told about a tunnel last. */
    default Optional<TunnelConfig> configured(String agent, String tunnel) {
        return Optional.empty();
    }

    /** What the controller is set to for new tunnels. */
    default TunnelSettings settings() {
        return new TunnelSettings(Transport.TLS, Standby.NONE);
    }

    /** Drops what is cached; the agents keep forwarding. */
    default void close() {}

    /**
     * @param tunnel  names the tunnel, the same at both ends
     * @param listen  this end listens
     * @param remote  host and port to dial when it does not listen
     * @param peer    agent at the other end
     * @param transport what carries the frames
     * @param pair    who stands at the ends when one has two agents; then {@code remote} and {@code peer} are the first peer's
     */
    record End(
            String tunnel,
            boolean listen,
            int listenPort,
            String remoteHost,
            int remotePort,
            String peer,
            Transport transport,
            Optional<Pair> pair,
            List<Net> networks,
            List<Announcement> announcements,
            List<Probe> probes) {
        public End with(List<Net> nets, List<Announcement> announce, List<Probe> probe) {
            return new End(
                    tunnel, listen, listenPort, remoteHost, remotePort, peer, transport, pair, nets, announce, probe);
        }
    }

    /**
     * @param member which agent of its end this is: 0 the only one, 1 the primary, 2 the secondary
     * @param peers  the agents of the other end, the primary first
     */
    record Pair(int member, List<Peer> peers) {}

    /** @param host and port to dial when this end does not listen */
    record Peer(String agent, String host, int port) {}

    /**
     * @param id           the same at both ends
     * @param nicMac       MAC address of the appliance's NIC on it
     * @param sourceSide   the network's own gateway is at this side
     * @param gateway      address of the network's own gateway, empty when it is isolated
     * @param localGateway address of this side's edge that has to be silent across the tunnel, empty at the source side
     * @param fencedMacs   MAC addresses that must not send from this side
     */
    record Net(
            String id,
            String nicMac,
            boolean sourceSide,
            Optional<String> gateway,
            Optional<String> localGateway,
            List<String> fencedMacs) {}

    record Announcement(String id, String network, String mac, String address) {}

    /**
     * Asks who has an address, or whether who has it serves.
     *
     * @param ownSegment asks only the agent's own segment, not the one behind the tunnel; always so for a service
     */
    record Probe(String id, String network, String address, boolean ownSegment, Optional<Service> service) {
        /** Asks who has it. */
        public Probe(String id, String network, String address, boolean ownSegment) {
            this(id, network, address, ownSegment, Optional.empty());
        }
    }

    /**
     * Asks the machine that has an address whether it serves.
     *
     * @param port TCP port; 0 asks by ping
     * @param from free addresses of the segment that the agent may ask from
     */
    record Service(String mac, int port, List<String> from) {}

    /**
     * @param state      {@code UP, CONNECTING, DOWN}
     * @param reason     sentence when it is not up or refuses
     * @param forwarding networks that forward
     * @param mtuProven  networks whose full frame size was proven
     * @param fenced     networks to MAC addresses that are fenced now; the network {@code *} stands for "an older configuration
     *     is still in force"
     * @param announced  announcements that were sent
     * @param probes     answers by probe id
     * @param services   what machines said to the question whether they serve, by probe id; absent from an agent of an older
     *     release, which cannot ask
     * @param standby    the other agent of its end forwards, this one would take over
     */
    record Status(
            Instant at,
            String state,
            String reason,
            Set<String> forwarding,
            Set<String> mtuProven,
            Map<String, Set<String>> fenced,
            Set<String> announced,
            Map<String, ProbeAnswer> probes,
            Optional<Map<String, ServiceResult>> services,
            boolean standby) {
        /**
         * First who forwards; of two who say so the one that was heard last, because an agent that is gone cannot take its
         * word back.
         */
        public static final Comparator<Status> FORWARDING_FIRST =
                Comparator.comparing(Status::standby).thenComparing(Status::at, Comparator.reverseOrder());
    }

    /**
     * @param mac who answered; empty when nobody did
     * @param notAsked why nobody could be asked; empty when it was asked
     */
    record ProbeAnswer(Optional<String> mac, long millis, String via, String notAsked) {}
}
