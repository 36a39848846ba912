package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.State.NetworkState;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VdcState;
import org.stretchdeploy.spi.memory.State.VmState;

/** What the cloud allows, and what follows from it. Called with the cloud's lock held. */
final class Rules {
    private final State state;
    private final Finder finder;
    private final TaskBoard tasks;
    private final Identities identities;
    private final Set<Capability> capabilities;
    private final boolean adopting;

    Rules(
            State state,
            Finder finder,
            TaskBoard tasks,
            Identities identities,
            Set<Capability> capabilities,
            boolean adopting) {
        this.state = state;
        this.finder = finder;
        this.tasks = tasks;
        this.identities = identities;
        this.capabilities = capabilities;
        this.adopting = adopting;
    }

    /** False in the broken variant that never looks for a tag and makes everything again. */
    boolean adopting() {
        return adopting;
    }

    void require(Capability capability) {
        if (!capabilities.contains(capability)) {
            throw Refusal.notSupported(capability);
        }
    }

    boolean has(Capability capability) {
        return capabilities.contains(capability);
    }

    void requireIdle(ObjectId object, String name) {
        if (tasks.busy(object)) {
            throw Refusal.busy("\"" + name + "\"");
        }
    }

    void requireResolved(VAppState vApp) {
        if (vApp.unresolved) {
            throw Refusal.conflict("unresolved", "The vApp \"" + vApp.name + "\" was never finished.");
        }
    }

    void requireResolved(VmState vm) {
        if (vm.power == PowerState.UNRESOLVED) {
            throw Refusal.conflict("unresolved", "The VM \"" + vm.name + "\" was never finished.");
        }
    }

    void requireRoom(ObjectId vdcId, long storageMb, int vms) {
        VdcState vdc = state.vdcs.get(vdcId);
        if (!vdc.enabled()) {
            throw Refusal.user("vdc-disabled", "The VDC \"" + vdc.name() + "\" is disabled.");
        }
        if (vdc.storageMb() != Long.MAX_VALUE && finder.storageUsedMb(vdcId) + storageMb > vdc.storageMb()) {
            throw Refusal.user("storage-full", "The VDC \"" + vdc.name() + "\" has no room for " + storageMb + " MB.");
        }
        if (vdc.vmQuota() != Integer.MAX_VALUE && finder.vmsIn(vdcId) + vms > vdc.vmQuota()) {
            throw Refusal.user("quota", "The VDC \"" + vdc.name() + "\" may not have more VMs.");
        }
    }

    String tagged(String description, Tag tag) {
        return (description.strip() + " " + tag.text()).strip();
    }

    /** A NIC of a template: on no network, with a MAC address of its own. */
    Vm.Nic detached(Vm.Nic nic) {
        return new Vm.Nic(
                nic.index(),
                "",
                identities.mac(),
                Optional.empty(),
                Vm.Allocation.NONE,
                false,
                nic.primary(),
                nic.adapter());
    }

    /** Gives the edges of routed networks their address on the parent network. */
    void deployEdges(VAppState vApp) {
        vApp.deployed = true;
        for (NetworkState network : vApp.networks) {
            if (network.fenceMode == FenceMode.NAT_ROUTED && network.externalIp.isEmpty()) {
                var parent = finder.orgNetwork(vApp.vdc, network.parent.orElse(""));
                network.externalIp = parent.flatMap(net -> net.subnet()
                        .flatMap(subnet -> finder.freeAddress(net.id().value(), subnet)));
                if (network.externalIp.isEmpty()) {
                    throw Refusal.conflict(
                            "no-address", "No free address is left on \"" + network.parent.orElse("") + "\".");
                }
            }
        }
    }

    /**
     * Checks wanted NICs against the vApp and all its segments, and gives addresses from pools and MACs where none is
     * given.
     */
    List<Vm.Nic> settle(VAppState vApp, ObjectId vm, List<Vm.Nic> wanted) {
        var result = new ArrayList<Vm.Nic>();
        var indexes = new HashSet<Integer>();
        for (Vm.Nic nic : wanted) {
            if (!indexes.add(nic.index())) {
                throw Refusal.user("duplicate-nic", "Two NICs of the number " + nic.index() + ".");
            }
            if (!nic.mac().isEmpty() && !nic.mac().matches("[0-9a-f]{2}(:[0-9a-f]{2}){5}")) {
                throw Refusal.user("bad-mac", "Not a MAC address: " + nic.mac() + ".");
            }
            result.add(nic.network().isEmpty() ? withMac(nic, Optional.empty()) : attached(vApp, vm, nic, result));
        }
        return List.copyOf(result);
    }

    private Vm.Nic attached(VAppState vApp, ObjectId vm, Vm.Nic nic, List<Vm.Nic> before) {
        NetworkState network = vApp.network(nic.network())
                .orElseThrow(() -> Refusal.user(
                        "unknown-network", "The vApp \"" + vApp.name + "\" has no network \"" + nic.network() + "\"."));
        String segment = finder.segment(vApp, network);
        var others = new ArrayList<Vm.Nic>(
                before.stream().filter(n -> n.network().equals(nic.network())).toList());
        finder.onSegment(segment).stream()
                .filter(other -> !other.vm().id.equals(vm))
                .forEach(other -> others.add(other.nic()));
        if (others.stream().anyMatch(other -> other.mac().equals(nic.mac()))) {
            throw Refusal.conflict("duplicate-mac", "Another VM on the network has the MAC address " + nic.mac() + ".");
        }
        nic.address().ifPresent(address -> requireFree(network, others, address));
        if (nic.allocation() == Vm.Allocation.POOL && nic.address().isEmpty()) {
            Optional<String> free = network.subnet.flatMap(subnet -> finder.freeAddress(segment, subnet));
            if (free.isEmpty()) {
                throw Refusal.conflict("no-address", "No free address is left on \"" + network.name + "\".");
            }
            return withMac(nic, free);
        }
        if (nic.allocation() == Vm.Allocation.MANUAL && nic.address().isEmpty()) {
            throw Refusal.user("no-address", "A NIC with a manual address needs one.");
        }
        return withMac(nic, nic.address());
    }

    private static void requireFree(NetworkState network, List<Vm.Nic> others, String address) {
        Addresses.number(address);
        boolean gateway = network.subnet
                .filter(subnet -> subnet.gateway().equals(address))
                .isPresent();
        if (gateway || others.stream().anyMatch(other -> other.address().equals(Optional.of(address)))) {
            throw Refusal.conflict(
                    "duplicate-address", "The address " + address + " is taken on \"" + network.name + "\".");
        }
    }

    private Vm.Nic withMac(Vm.Nic nic, Optional<String> address) {
        return new Vm.Nic(
                nic.index(),
                nic.network(),
                nic.mac().isEmpty() ? identities.mac() : nic.mac(),
                address,
                nic.allocation(),
                nic.connected(),
                nic.primary(),
                nic.adapter());
    }

    /** The rule about fenced machines: they are not started, by nobody. */
    static void requireStartable(VmState vm) {
        vm.fence.ifPresent(why -> {
            throw Refusal.conflict("fenced", "The VM \"" + vm.name + "\" is fenced (" + why + ") and is not started.");
        });
    }

    /** A fenced machine's NICs are not plugged in; what is plugged in may stay so until it is taken out. */
    static void requirePluggable(VmState vm, List<Vm.Nic> wanted) {
        boolean plugs = wanted.stream()
                .filter(nic -> nic.connected() && !nic.network().isEmpty())
                .anyMatch(nic -> vm.nics.stream().noneMatch(old -> old.index() == nic.index() && old.connected()));
        if (plugs && vm.fence.isPresent()) {
            throw Refusal.conflict(
                    "fenced", "The VM \"" + vm.name + "\" is fenced (" + vm.fence.get() + ") and is not plugged in.");
        }
    }

    boolean holdsTag(VmState vm, Tag tag) {
        return Tag.in(vm.description).equals(Optional.of(tag));
    }
}
