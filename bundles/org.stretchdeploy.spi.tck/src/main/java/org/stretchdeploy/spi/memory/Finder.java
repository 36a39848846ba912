package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.State.CatalogState;
import org.stretchdeploy.spi.memory.State.NetworkState;
import org.stretchdeploy.spi.memory.State.TemplateState;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VmState;

/** Finds things in a cloud's state. */
final class Finder {
    private final State state;

    Finder(State state) {
        this.state = state;
    }

    /** A VM and where it is. */
    record Placed(VAppState vApp, VmState vm) {}

    VAppState vApp(ObjectId id) {
        VAppState vApp = state.vApps.get(id);
        if (vApp == null) {
            throw Refusal.notFound("vApp", id);
        }
        return vApp;
    }

    Optional<Placed> findVm(ObjectId id) {
        for (VAppState vApp : state.vApps.values()) {
            for (VmState vm : vApp.vms) {
                if (vm.id.equals(id)) {
                    return Optional.of(new Placed(vApp, vm));
                }
            }
        }
        return Optional.empty();
    }

    Placed vm(ObjectId id) {
        return findVm(id).orElseThrow(() -> Refusal.notFound("VM", id));
    }

    CatalogState catalog(ObjectId id) {
        CatalogState catalog = state.catalogs.get(id);
        if (catalog == null) {
            throw Refusal.notFound("catalog", id);
        }
        return catalog;
    }

    Optional<TemplateState> findTemplate(ObjectId id) {
        return state.catalogs.values().stream()
                .map(catalog -> catalog.templates.get(id))
                .filter(template -> template != null)
                .findFirst();
    }

    TemplateState template(ObjectId id) {
        return findTemplate(id).orElseThrow(() -> Refusal.notFound("template", id));
    }

    Optional<VmState> findTemplateVm(ObjectId id) {
        return state.catalogs.values().stream()
                .flatMap(catalog -> catalog.templates.values().stream())
                .flatMap(template -> template.vms.stream())
                .filter(vm -> vm.id.equals(id))
                .findFirst();
    }

    NetworkState network(VAppState vApp, String name) {
        return vApp.network(name).orElseThrow(() -> Refusal.notFound("network in vApp \"" + vApp.name + "\"", name));
    }

    Optional<OrgVdcNetwork> orgNetwork(ObjectId vdc, String name) {
        return state.networks.values().stream()
                .filter(network -> network.vdc().equals(vdc) && network.name().equals(name))
                .findFirst();
    }

    /** The layer-2 segment of a vApp's network. */
    String segment(VAppState vApp, NetworkState network) {
        return network.fenceMode == VAppNetwork.FenceMode.BRIDGED
                ? orgNetwork(vApp.vdc, network.parent.orElse(""))
                        .map(parent -> parent.id().value())
                        .orElse(network.id.value())
                : network.id.value();
    }

    /** A NIC with its place. */
    record Attached(VAppState vApp, VmState vm, Vm.Nic nic) {}

    /** All NICs on a segment. */
    List<Attached> onSegment(String segment) {
        var result = new ArrayList<Attached>();
        for (VAppState vApp : state.vApps.values()) {
            for (VmState vm : vApp.vms) {
                for (Vm.Nic nic : vm.nics) {
                    if (vApp.network(nic.network())
                            .filter(n -> segment(vApp, n).equals(segment))
                            .isPresent()) {
                        result.add(new Attached(vApp, vm, nic));
                    }
                }
            }
        }
        return result;
    }

    /** Addresses that are taken on a segment: of NICs, of vApp edges, of gateways. */
    Set<String> takenAddresses(String segment) {
        var taken = new HashSet<String>();
        onSegment(segment).forEach(attached -> attached.nic().address().ifPresent(taken::add));
        for (VAppState vApp : state.vApps.values()) {
            for (NetworkState network : vApp.networks) {
                if (network.id.value().equals(segment)) {
                    network.subnet.map(Subnet::gateway).ifPresent(taken::add);
                }
                boolean uplink = network.parent
                        .flatMap(parent -> orgNetwork(vApp.vdc, parent))
                        .filter(parent -> parent.id().value().equals(segment))
                        .isPresent();
                if (uplink) {
                    network.externalIp.ifPresent(taken::add);
                }
            }
        }
        state.networks.values().stream()
                .filter(network -> network.id().value().equals(segment))
                .flatMap(network -> network.subnet().stream())
                .forEach(subnet -> taken.add(subnet.gateway()));
        return taken;
    }

    /** The first address of the subnet's ranges that nobody has. */
    Optional<String> freeAddress(String segment, Subnet subnet) {
        Predicate<String> free = Predicate.not(takenAddresses(segment)::contains);
        return Addresses.inRanges(subnet.ranges()).filter(free).findFirst();
    }

    List<LiveNic> live(String cloud) {
        var live = new ArrayList<LiveNic>();
        for (VAppState vApp : state.vApps.values()) {
            for (VmState vm : vApp.vms) {
                for (Vm.Nic nic : vm.nics) {
                    Optional<NetworkState> network = vApp.network(nic.network());
                    if (vm.power == PowerState.ON && nic.connected() && network.isPresent()) {
                        live.add(new LiveNic(
                                cloud,
                                vApp.name,
                                vm.name,
                                nic.network(),
                                segment(vApp, network.get()),
                                nic.mac(),
                                nic.address()));
                    }
                }
            }
        }
        live.sort(java.util.Comparator.comparing(LiveNic::vApp)
                .thenComparing(LiveNic::vm)
                .thenComparing(LiveNic::mac));
        return List.copyOf(live);
    }

    long storageUsedMb(ObjectId vdc) {
        long inVApps = state.vApps.values().stream()
                .filter(vApp -> vApp.vdc.equals(vdc))
                .flatMap(vApp -> vApp.vms.stream())
                .mapToLong(Finder::storageMb)
                .sum();
        long inTemplates = state.catalogs.values().stream()
                .flatMap(catalog -> catalog.templates.values().stream())
                .filter(template -> template.vdc.equals(vdc))
                .flatMap(template -> template.vms.stream())
                .mapToLong(Finder::storageMb)
                .sum();
        return inVApps + inTemplates;
    }

    static long storageMb(VmState vm) {
        return vm.disks.stream().mapToLong(disk -> disk.disk.capacityMb()).sum();
    }

    long memoryUsedMb(ObjectId vdc) {
        return state.vApps.values().stream()
                .filter(vApp -> vApp.vdc.equals(vdc))
                .flatMap(vApp -> vApp.vms.stream())
                .mapToLong(vm -> vm.hardware.memoryMb())
                .sum();
    }

    int vmsIn(ObjectId vdc) {
        return state.vApps.values().stream()
                .filter(vApp -> vApp.vdc.equals(vdc))
                .mapToInt(vApp -> vApp.vms.size())
                .sum();
    }
}
