package org.stretchdeploy.stretch.internal.model;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.tunnel.control.Transport;

/**
 * A deploy with everything decided: the input of the workflow. Written to the journal, so it holds no secret, and read
 * again after a restart, so fields are only ever added.
 *
 * @param source          cloud that the VMs leave
 * @param sourceVApp      identity of their vApp
 * @param stretchId       the stretch that this deploy opens or joins
 * @param joins           true when the vApp is stretched to this target already: tunnel and routed vApp are there
 * @param copyMode        {@code COPY} or {@code MOVE}
 * @param bytes           size of all disks to move
 * @param trial           the machines return by themselves unless the deploy is committed in time
 * @param stops           a failure before the pivot stops the whole instead of taking it back
 * @param gate            what has to hold between two start orders; absent in plans of old
 */
public record DeployPlan(
        String source,
        String target,
        String sourceVdc,
        String targetVdc,
        String sourceVApp,
        String vApp,
        String targetVAppName,
        String stretchId,
        boolean joins,
        List<NetworkPlan> networks,
        UplinkPlan sourceUplink,
        UplinkPlan targetUplink,
        TunnelPlan tunnel,
        List<VmPlan> vms,
        String copyMode,
        long bytes,
        Optional<TrialPlan> trial,
        boolean stops,
        Optional<GatePlan> gate) {

    public DeployPlan {
        trial = trial == null ? Optional.empty() : trial;
        gate = gate == null ? Optional.empty() : gate;
    }

    /** The machines that ran, by start order. */
    public List<Tier<VmPlan>> tiers() {
        return tiers(vms, gate);
    }

    public static List<Tier<VmPlan>> tiers(List<VmPlan> vms, Optional<GatePlan> gate) {
        return Tier.of(vms.stream().filter(VmPlan::wasOn).toList(), gate, new Tier.Reader<>() {
            @Override
            public int order(VmPlan vm) {
                return vm.order();
            }

            @Override
            public Tier.Member member(VmPlan vm) {
                return new Tier.Member(vm.name(), vm.nics(), vm.start());
            }
        });
    }

    /**
     * @param seconds from the end of the deploy on
     * @param discard what is written in the target is lost at the end of the trial
     */
    public record TrialPlan(long seconds, boolean discard) {}

    /**
     * A vApp network that is stretched.
     *
     * @param targetGateway free address of the subnet that the target's edge gets, because it always needs one; empty for
     *     an isolated network
     * @param isolated      it has no edge and no gateway at either side
     */
    public record NetworkPlan(
            String name,
            String description,
            Subnet subnet,
            String targetGateway,
            String probeAddress,
            boolean isolated) {}

    /** The networks that have an edge. */
    public List<NetworkPlan> routed() {
        return networks.stream().filter(n -> !n.isolated()).toList();
    }

    /**
     * How one side's edge appliance reaches the other.
     *
     * @param network      organization VDC network that the appliance's first NIC is on
     * @param vAppNetwork  name of the bridged vApp network to it, in the vApp
     * @param addNetwork   whether the vApp does not have that network yet
     * @param edgeGateway  identity of the edge gateway that routes it, absent for a direct network
     * @param snatAddress  external address for a source NAT rule of ours, absent when the cloud lets the appliance out already
     */
    public record UplinkPlan(
            String network,
            String vAppNetwork,
            boolean addNetwork,
            Optional<String> edgeGateway,
            String edgeGatewayName,
            Optional<String> snatAddress) {}

    /**
     * @param listener        side whose appliance listens: {@code SOURCE} or {@code TARGET}
     * @param externalAddress address on the listener's edge gateway that the other side dials
     * @param transport       what carries the frames; absent in plans of old, which means TLS
     * @param standby         which ends get a second appliance that takes over; absent in plans of old: none
     * @param standbyPort     port on {@code externalAddress} that leads to the listener's second appliance, 0 without one
     * @param standbyWanted   which ends were to get one; more than {@code standby} when no second port was free at the
     *     listener; absent in plans of old: the same
     */
    public record TunnelPlan(
            Side listener,
            String externalAddress,
            int externalPort,
            int listenPort,
            Transport transport,
            Standby standby,
            int standbyPort,
            Standby standbyWanted) {
        public TunnelPlan {
            transport = transport == null ? Transport.TLS : transport;
            standby = standby == null ? Standby.NONE : standby;
            standbyWanted = standbyWanted == null ? standby : standbyWanted;
        }

        /** An end has two appliances; the frames of such a tunnel go over TLS, whatever the transport is. */
        public boolean hasPair() {
            return standby != Standby.NONE;
        }

        /** The dialled end was to have a second appliance, and no second port was free there. */
        public boolean lacksPort() {
            return standbyWanted.at(listener) && !standby.at(listener);
        }
    }

    /** Which ends of a tunnel have two appliances. */
    public enum Standby {
        NONE,
        SOURCE,
        TARGET,
        BOTH;

        public boolean at(Side side) {
            return this == BOTH || this != NONE && name().equals(side.name());
        }

        /** The same without one side. */
        public Standby without(Side side) {
            return !at(side) ? this : this == BOTH ? valueOf(side.other().name()) : NONE;
        }
    }

    /** Which of the two clouds. */
    public enum Side {
        SOURCE,
        TARGET;

        public Side other() {
            return this == SOURCE ? TARGET : SOURCE;
        }
    }

    /**
     * @param number place in the operation, 1, 2, 3…
     * @param wasOn  it ran when the plan was made, so it runs again after an undo and at the target
     * @param order  start order
     * @param start  what else the start section says of it; absent in plans of old
     */
    public record VmPlan(
            int number,
            String id,
            String name,
            String description,
            String localId,
            boolean wasOn,
            int order,
            List<Vm.Nic> nics,
            long diskMb,
            java.util.Map<String, String> metadata,
            Optional<StartPlan> start) {
        public VmPlan {
            start = start == null ? Optional.empty() : start;
        }
    }
}
