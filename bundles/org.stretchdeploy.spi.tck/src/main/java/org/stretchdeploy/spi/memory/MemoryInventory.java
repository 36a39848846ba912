package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.memory.State.EdgeState;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VdcState;

/** Reads of the cloud in memory. */
final class MemoryInventory implements Inventory {
    private final State state;
    private final Finder finder;
    private final Gate gate;
    private final TaskBoard tasks;

    MemoryInventory(State state, Finder finder, Gate gate, TaskBoard tasks) {
        this.state = state;
        this.finder = finder;
        this.gate = gate;
        this.tasks = tasks;
    }

    @Override
    public List<OrgVdc> vdcs() {
        return gate.read(() -> state.vdcs.values().stream().map(this::view).toList());
    }

    private OrgVdc view(VdcState vdc) {
        return new OrgVdc(
                vdc.id(),
                vdc.name(),
                vdc.enabled(),
                left(vdc.storageMb(), finder.storageUsedMb(vdc.id())),
                left(vdc.memoryMb(), finder.memoryUsedMb(vdc.id())),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        left(
                                vdc.vmQuota() == Integer.MAX_VALUE ? Long.MAX_VALUE : vdc.vmQuota(),
                                finder.vmsIn(vdc.id()))),
                vdc.hardwareVersions(),
                vdc.routedVAppNetworks());
    }

    private static long left(long limit, long used) {
        return limit == Long.MAX_VALUE ? limit : Math.max(0, limit - used);
    }

    @Override
    public List<OrgVdcNetwork> networks(ObjectId vdc) {
        return gate.read(() -> {
            requireVdc(vdc);
            return state.networks.values().stream()
                    .filter(network -> network.vdc().equals(vdc))
                    .map(this::withFreeAddresses)
                    .toList();
        });
    }

    private OrgVdcNetwork withFreeAddresses(OrgVdcNetwork network) {
        var taken = finder.takenAddresses(network.id().value());
        int free = (int) network.subnet().stream()
                .map(Subnet::ranges)
                .flatMap(Addresses::inRanges)
                .filter(address -> !taken.contains(address))
                .count();
        return new OrgVdcNetwork(
                network.id(),
                network.name(),
                network.vdc(),
                network.kind(),
                network.subnet(),
                free,
                network.edgeGateway());
    }

    @Override
    public List<EdgeGateway> edgeGateways(ObjectId vdc) {
        return gate.read(() -> {
            requireVdc(vdc);
            return state.gateways.values().stream()
                    .map(gateway -> gateway.entity)
                    .filter(gateway -> gateway.vdc().equals(vdc))
                    .toList();
        });
    }

    private void requireVdc(ObjectId vdc) {
        if (!state.vdcs.containsKey(vdc)) {
            throw Refusal.notFound("organization VDC", vdc);
        }
    }

    @Override
    public List<VAppEntry> vApps() {
        return gate.read(() -> state.vApps.values().stream()
                .map(vApp -> new VAppEntry(
                        vApp.id, vApp.name, vApp.description, vApp.vdc, vApp.power(), tasks.busy(vApp.id)))
                .toList());
    }

    @Override
    public Set<ObjectId> running(Set<ObjectId> vms) {
        return gate.read(() -> state.vApps.values().stream()
                .flatMap(vApp -> vApp.vms.stream())
                .filter(vm -> vm.power == PowerState.ON && vms.contains(vm.id))
                .map(vm -> vm.id)
                .collect(Collectors.toSet()));
    }

    @Override
    public VApp vApp(ObjectId id) {
        return findVApp(id).orElseThrow(() -> Refusal.notFound("vApp", id));
    }

    @Override
    public Optional<VApp> findVApp(ObjectId id) {
        return gate.read(() -> Optional.ofNullable(state.vApps.get(id)).map(this::view));
    }

    private VApp view(VAppState vApp) {
        return new VApp(
                vApp.id,
                vApp.name,
                vApp.description,
                vApp.vdc,
                vApp.power(),
                tasks.busy(vApp.id),
                vApp.networks.stream().map(State.NetworkState::view).toList(),
                vApp.vms.stream().map(State.VmState::view).toList(),
                vApp.startup.stream()
                        .sorted(java.util.Comparator.comparingInt(VApp.Startup::order))
                        .toList(),
                vApp.metadata);
    }

    @Override
    public List<Tagged> tagged(String operation) {
        return gate.read(() -> {
            var found = new Found(operation);
            state.vApps.values().forEach(vApp -> {
                found.look("VApp", vApp.id, vApp.name, vApp.description);
                vApp.vms.forEach(vm -> found.look("Vm", vm.id, vm.name, vm.description));
                vApp.networks.forEach(network -> {
                    found.look("VAppNetwork", network.id, network.name, network.description);
                    found.rules(network.id, network);
                });
            });
            state.catalogs.values().forEach(catalog -> {
                found.look("Catalog", catalog.id, catalog.name, catalog.description);
                catalog.templates.values().forEach(t -> found.look("VAppTemplate", t.id, t.name, t.description));
            });
            state.gateways.forEach((id, gateway) -> {
                found.rules(id, gateway);
                gateway.tunnels.forEach((tunnel, end) -> found.look("L2VpnTunnel", tunnel, end.name(), end.name()));
            });
            return List.copyOf(found.list);
        });
    }

    private static final class Found {
        final String operation;
        final List<Tagged> list = new ArrayList<>();

        Found(String operation) {
            this.operation = operation;
        }

        void look(String kind, ObjectId id, String name, String text) {
            Tag.in(text)
                    .filter(tag -> tag.operation().equals(operation))
                    .ifPresent(tag -> list.add(new Tagged(kind, id, name, tag)));
        }

        void rules(ObjectId edge, EdgeState state) {
            for (NatRule rule : state.services.nat().rules()) {
                look("NatRule", edge, rule.name(), rule.name());
            }
            for (FirewallRule rule : state.services.firewall().rules()) {
                look("FirewallRule", edge, rule.name(), rule.name());
            }
        }
    }
}
