package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;

/**
 * The machines that an operation brings into a vApp: which are copied, which are moved, with what cards. Made inside the
 * update that starts the operation, where everything is checked; carried out by its task.
 */
final class MachinePlan {
    private final CloudState state;
    private final Access access;
    private final VApp target;
    private final List<VAppNetwork> networks;
    private final List<Copy> copies = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private final List<String> locks = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> reserved = new HashSet<>();

    /** A new machine, complete but for its disks. {@code sources} has the disks to clone; null: an empty disk. */
    private record Copy(Vm vm, List<String> sources) {}

    private record Move(String vmId, String fromVAppId, Vm changed) {}

    MachinePlan(CloudState state, Access access, VApp target) {
        this.state = state;
        this.access = access;
        this.target = target;
        this.networks = state.networksOf(target.id);
        state.vmsOf(target.id).forEach(v -> names.add(v.name));
    }

    /** A machine that will leave the vApp in the same operation gives its name free. */
    void leaving(Vm vm) {
        names.remove(vm.name);
    }

    void add(SourcedItem item) {
        String id = Hrefs.uuid(item.source()).orElseThrow(() -> ApiException.forbidden(item.source()));
        if (state.vms.containsKey(id)) {
            addVm(access.vm(id), item);
            return;
        }
        boolean template = state.templates.containsKey(id);
        List<Vm> all = template ? state.vmsOf(access.template(id).id) : state.vmsOf(access.vapp(id).id);
        all.forEach(vm -> addVm(vm, item));
    }

    void addVm(Vm source, SourcedItem item) {
        if (source.inTemplate) {
            requireReady(state.templates.get(source.containerId));
        } else {
            locks.addAll(Locks.of(state, source));
            if (source.deployed || source.poweredOn) {
                throw ApiException.badRequest(
                        "The VM \"" + source.name + "\" is deployed; power it off and undeploy it, then try again.");
            }
        }
        boolean move = item.sourceDelete() && !source.inTemplate;
        Vm vm = move
                ? copyOf(source, source.id)
                : copyOf(source, UUID.randomUUID().toString());
        item.name().ifPresent(n -> vm.name = n);
        item.description().ifPresent(d -> vm.description = d);
        if (item.regenerateBiosUuid()) {
            vm.biosUuid = UUID.randomUUID().toString();
        }
        item.customization().ifPresent(c -> vm.customization = VmSections.customization(c, vm.customization));
        if (!item.products().isEmpty()) {
            vm.products = new ArrayList<>(VmSections.products(item.products()));
        }
        item.localId().ifPresent(l -> vm.localId = l);
        requireFreeName(vm, source);
        if (localIdTaken(vm)) {
            vm.localId = UUID.randomUUID().toString();
        }
        // A copy's card gets another MAC address where its own is taken; a machine that moves keeps it or is refused.
        NicPlacement placement = placement(!move);
        vm.nics = new ArrayList<>(
                item.nics().isPresent()
                        ? placement.requested(vm, item.nics().get())
                        : placement.carriedOver(vm, item.assignments()));
        if (item.nics().isPresent()) {
            vm.primaryNic = item.primaryNic();
        }
        if (move) {
            Fences.requireUnplugged(vm, List.of(), vm.nics);
            moves.add(new Move(source.id, source.containerId, vm));
        } else {
            List<String> from = source.disks.stream().map(VmDisk::diskId).toList();
            vm.disks.replaceAll(d -> d.withDiskId(UUID.randomUUID().toString()));
            copies.add(new Copy(vm, from));
        }
    }

    /** A machine with empty disks. */
    void addEmpty(Vm vm, Optional<List<NicRequest>> nics) {
        requireFreeName(vm, vm);
        vm.containerId = target.id;
        nics.ifPresent(n -> vm.nics = new ArrayList<>(placement(false).requested(vm, n)));
        copies.add(new Copy(vm, List.of()));
    }

    /** All placements of one request know of each other's addresses. */
    private NicPlacement placement(boolean copied) {
        return new NicPlacement(state, networks, copied, reserved);
    }

    private void requireFreeName(Vm vm, Vm source) {
        boolean stays = source.containerId.equals(target.id) && source.id.equals(vm.id) && source.name.equals(vm.name);
        if (!stays && !names.add(vm.name)) {
            throw ApiException.duplicateName(vm.name);
        }
        if (vm.name.isBlank() || vm.name.length() > 128) {
            throw ApiException.badRequest("A VM's name has 1 to 128 characters.");
        }
    }

    private boolean localIdTaken(Vm vm) {
        return state.vmsOf(target.id).stream().anyMatch(v -> v.localId.equals(vm.localId) && !v.id.equals(vm.id))
                || copies.stream().anyMatch(c -> c.vm.localId.equals(vm.localId))
                || moves.stream().anyMatch(m -> m.changed.localId.equals(vm.localId));
    }

    private static void requireReady(Template template) {
        if (template.status != 8) {
            throw ApiException.badRequest("The vApp template \"" + template.name + "\" is not ready.");
        }
    }

    private Vm copyOf(Vm source, String id) {
        Vm vm = new Vm();
        vm.id = id;
        vm.name = source.name;
        vm.description = source.description;
        vm.created = id.equals(source.id) ? source.created : System.currentTimeMillis();
        vm.metadata.putAll(source.metadata);
        if (!id.equals(source.id)) {
            vm.metadata.remove(Fences.KEY);
        }
        vm.containerId = target.id;
        vm.localId = source.localId;
        vm.biosUuid = source.biosUuid;
        vm.cpus = source.cpus;
        vm.coresPerSocket = source.coresPerSocket;
        vm.memoryMb = source.memoryMb;
        vm.osType = source.osType;
        vm.hardwareVersion = source.hardwareVersion;
        vm.disks = new ArrayList<>(source.disks);
        vm.nics = new ArrayList<>(source.nics);
        vm.primaryNic = source.primaryNic;
        vm.customization = source.customization;
        vm.products = new ArrayList<>(source.products);
        vm.needsCustomization = source.needsCustomization;
        return vm;
    }

    /** Checks what the VDC can give; the last step of planning. */
    void requireRoom(Vdc vdc) {
        long bytes = copies.stream().mapToLong(c -> c.vm.diskBytes()).sum();
        int more = copies.size();
        for (Move move : moves) {
            if (!state.vdcOfContainer(move.fromVAppId).equals(vdc.id)) {
                bytes += move.changed.diskBytes();
                more++;
            }
        }
        Limits.requireStorage(state, vdc, bytes);
        Limits.requireVms(state, vdc, more);
    }

    /** @throws ApiException when a machine that is fenced would be started where it arrives */
    void requireStartable() {
        Fences.requireNone(moves.stream().map(Move::changed).toList(), "power on");
    }

    List<String> locks() {
        return locks;
    }

    Set<String> touchedVApps() {
        Set<String> all = new HashSet<>();
        moves.forEach(m -> all.add(m.fromVAppId));
        all.add(target.id);
        return all;
    }

    /** Makes the disks; runs in the task without the store's lock. */
    void makeDisks(TaskRun run, Host host) {
        int total = Math.max(1, copies.stream().mapToInt(c -> c.vm.disks.size()).sum());
        int done = 0;
        for (Copy copy : copies) {
            for (int i = 0; i < copy.vm.disks.size(); i++) {
                run.checkCancelled();
                VmDisk disk = copy.vm.disks.get(i);
                run.onFailure(() -> host.deleteDisk(disk.diskId()));
                if (copy.sources.isEmpty()) {
                    host.createDisk(disk.diskId(), disk.capacityBytes());
                } else {
                    host.cloneDisk(copy.sources.get(i), disk.diskId());
                }
                run.progress(++done * 90 / total);
            }
        }
    }

    /** Puts the machines where they belong; the change that completes the operation. */
    Consumer<CloudState> commit() {
        return s -> {
            for (Move move : moves) {
                if (!move.fromVAppId.equals(target.id)) {
                    leave(s, s.vms.get(move.vmId));
                }
                s.vms.put(move.vmId, move.changed);
            }
            copies.forEach(c -> s.vms.put(c.vm.id, c.vm));
        };
    }

    /** Takes a machine out of what its vApp says about it. */
    static void leave(CloudState s, Vm vm) {
        NetworkConfigs.forget(s, vm.containerId, vm.localId);
        VApp vapp = s.vapps.get(vm.containerId);
        if (vapp != null) {
            vapp.startup.removeIf(i -> i.vmName().equals(vm.name));
        }
    }

    List<String> vmIds() {
        List<String> all = new ArrayList<>();
        moves.forEach(m -> all.add(m.vmId));
        copies.forEach(c -> all.add(c.vm.id));
        return all;
    }

    boolean isEmpty() {
        return moves.isEmpty() && copies.isEmpty();
    }
}
