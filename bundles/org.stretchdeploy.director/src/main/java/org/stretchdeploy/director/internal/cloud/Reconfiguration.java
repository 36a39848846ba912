package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Changes the settings of machines and vApps. The methods that return a task are called inside an update. */
public final class Reconfiguration {
    private static final long MAX_DISK_MB = 64L << 20;
    private final Cloud cloud;

    public Reconfiguration(Cloud cloud) {
        this.cloud = cloud;
    }

    /** The change of one machine: made at once and checked; what it means for the host happens in the task. */
    public Task vm(CloudState s, Principal by, Vm vm, XmlElement params) {
        List<String> locks = Locks.of(s, vm);
        List<VmDisk> before = List.copyOf(vm.disks);
        int cpus = vm.cpus;
        int memory = vm.memoryMb;
        params.attribute("name").filter(n -> !n.equals(vm.name)).ifPresent(n -> rename(s, vm, n));
        read(vm, params);
        if (vm.poweredOn && (vm.cpus != cpus || vm.memoryMb != memory || !vm.disks.equals(before))) {
            throw ApiException.badRequest("The VM \"" + vm.name + "\" must be powered off for this change.");
        }
        params.first("NetworkConnectionSection").ifPresent(c -> connect(s, vm, c));
        return finish(s, by, vm, locks, before);
    }

    /** A new NetworkConnectionSection. */
    public Task connections(CloudState s, Principal by, Vm vm, XmlElement section) {
        List<String> locks = Locks.of(s, vm);
        connect(s, vm, section);
        return finish(s, by, vm, locks, List.copyOf(vm.disks));
    }

    private static void rename(CloudState s, Vm vm, String name) {
        if (s.vmsOf(vm.containerId).stream().anyMatch(v -> v.name.equals(name))) {
            throw ApiException.duplicateName(name);
        }
        vm.name = name;
    }

    private static void connect(CloudState s, Vm vm, XmlElement section) {
        List<Nic> before = vm.nics;
        vm.nics = new ArrayList<>(new NicPlacement(s, s.networksOf(vm.containerId), false, new HashSet<>())
                .requested(vm, NicRequest.read(section)));
        Fences.requireUnplugged(vm, before, vm.nics);
        vm.primaryNic = NicRequest.primaryIndex(section);
        boolean sameCards = before.size() == vm.nics.size()
                && before.stream().allMatch(o -> vm.nics.stream()
                        .anyMatch(n -> n.index() == o.index()
                                && n.mac().equals(o.mac())
                                && n.adapter().equals(o.adapter())));
        if (vm.poweredOn && !sameCards) {
            throw ApiException.badRequest("The VM \"" + vm.name
                    + "\" is powered on: its cards can be connected and disconnected but not replaced.");
        }
    }

    private Task finish(CloudState s, Principal by, Vm vm, List<String> locks, List<VmDisk> before) {
        List<VmDisk> added = vm.disks.stream()
                .filter(d -> before.stream().noneMatch(o -> o.diskId().equals(d.diskId())))
                .toList();
        List<VmDisk> gone = before.stream()
                .filter(o -> vm.disks.stream().noneMatch(d -> d.diskId().equals(o.diskId())))
                .toList();
        Vdc vdc = s.vdcs.get(s.vdcOfContainer(vm.containerId));
        Limits.requireStorage(s, vdc, 0);
        Tasks.Spec spec = Tasks.Spec.of("vappUpdateVm", "Updating", "Updated", "Virtual Machine", vm.ref(), locks);
        String id = vm.id;
        String vappId = vm.containerId;
        return cloud.tasks().start(s, by, spec, run -> {
            run.onFailureState(state -> state.vms.get(id).disks = new ArrayList<>(before));
            for (VmDisk disk : added) {
                run.onFailure(() -> cloud.host().deleteDisk(disk.diskId()));
                cloud.host().createDisk(disk.diskId(), disk.capacityBytes());
            }
            boolean on = cloud.store().read(state -> state.vms.get(id).poweredOn);
            cloud.provisioner().reconcile(vappId);
            if (on) {
                cloud.host().updateNics(cloud.store().read(state -> VmSpecs.of(state, state.vms.get(id))));
            }
            return state -> gone.forEach(d -> run.atEnd(() -> cloud.host().deleteDisk(d.diskId())));
        });
    }

    /** Takes over what a Vm (or CreateItem) element says, but for its name and its cards. */
    static void read(Vm vm, XmlElement params) {
        params.first("Description").ifPresent(d -> vm.description = d.text());
        params.first("GuestCustomizationSection")
                .ifPresent(c -> vm.customization = VmSections.customization(c, vm.customization));
        params.first("VmSpecSection").ifPresent(spec -> readSpec(vm, spec));
        params.first(Ns.OVF, "VirtualHardwareSection")
                .ifPresent(h -> h.all("Item").forEach(item -> hardwareItem(vm, item)));
        params.first(Ns.OVF, "OperatingSystemSection")
                .flatMap(o -> o.attributeOf(Ns.VMW, "osType"))
                .ifPresent(t -> vm.osType = t);
        requireSize(vm);
    }

    /** One rasd item: number of CPUs or memory. */
    public static void hardwareItem(Vm vm, XmlElement item) {
        Optional<String> type =
                item.first(Ns.RASD, "ResourceType").map(t -> t.text().trim());
        Optional<String> quantity =
                item.first(Ns.RASD, "VirtualQuantity").map(t -> t.text().trim());
        if (quantity.isEmpty() || type.isEmpty()) {
            return;
        }
        switch (type.get()) {
            case "3" -> {
                vm.cpus = Numbers.integer("VirtualQuantity", quantity.get());
                vm.coresPerSocket = item.first(Ns.VMW, "CoresPerSocket")
                        .map(c -> Numbers.integer("CoresPerSocket", c.text()))
                        .orElse(Math.min(vm.coresPerSocket, vm.cpus));
            }
            case "4" -> vm.memoryMb = Numbers.integer("VirtualQuantity", quantity.get());
            default -> {
                // cards and disks have sections of their own
            }
        }
    }

    private static void readSpec(Vm vm, XmlElement spec) {
        spec.filled("OsType").ifPresent(t -> vm.osType = t);
        spec.filled("NumCpus").ifPresent(t -> vm.cpus = Numbers.integer("NumCpus", t));
        spec.filled("NumCoresPerSocket").ifPresent(t -> vm.coresPerSocket = Numbers.integer("NumCoresPerSocket", t));
        spec.first("MemoryResourceMb")
                .flatMap(m -> m.filled("Configured"))
                .ifPresent(t -> vm.memoryMb = Numbers.integer("MemoryResourceMb", t));
        spec.filled("HardwareVersion").ifPresent(t -> vm.hardwareVersion = t);
        spec.first("DiskSection").ifPresent(d -> readDisks(vm, d));
    }

    private static void readDisks(Vm vm, XmlElement section) {
        List<VmDisk> disks = new ArrayList<>();
        for (XmlElement e : section.all("DiskSettings")) {
            long bytes = Numbers.whole("SizeMb", e.filled("SizeMb").orElse("0")) << 20;
            Optional<VmDisk> old = e.filled("DiskId")
                    .map(t -> Numbers.integer("DiskId", t))
                    .flatMap(
                            key -> vm.disks.stream().filter(d -> d.key() == key).findFirst());
            if (old.isPresent() && old.get().sizeMb() != bytes >> 20) {
                throw ApiException.badRequest("The size of a disk cannot be changed.");
            }
            if (bytes <= 0 || bytes >> 20 > MAX_DISK_MB) {
                throw ApiException.badRequest("A disk needs a size of 1 to " + MAX_DISK_MB + " MB.");
            }
            disks.add(old.orElseGet(() -> new VmDisk(
                    UUID.randomUUID().toString(),
                    freeKey(vm.disks, disks),
                    bytes,
                    e.filled("BusNumber")
                            .map(t -> Numbers.integer("BusNumber", t))
                            .orElse(0),
                    e.filled("UnitNumber")
                            .map(t -> Numbers.integer("UnitNumber", t))
                            .orElseGet(() -> freeUnit(disks)),
                    e.filled("AdapterType")
                            .map(t -> Numbers.integer("AdapterType", t))
                            .orElse(4))));
        }
        vm.disks = disks;
    }

    private static int freeKey(List<VmDisk> before, List<VmDisk> now) {
        return IntStream.iterate(2000, k -> k + 1)
                .filter(k -> Stream.concat(before.stream(), now.stream()).noneMatch(d -> d.key() == k))
                .findFirst()
                .orElseThrow();
    }

    /** The lowest unit of bus 0 that is free; 7 is the controller's own. */
    private static int freeUnit(List<VmDisk> disks) {
        return IntStream.iterate(0, u -> u + 1)
                .filter(u -> u != 7 && disks.stream().noneMatch(d -> d.bus() == 0 && d.unit() == u))
                .findFirst()
                .orElseThrow();
    }

    /** The disks as a RasdItemsList: those that are missing go, those with an unknown InstanceID are new. */
    public Task disks(CloudState s, Principal by, Vm vm, XmlElement list) {
        requireOff(vm);
        List<String> locks = Locks.of(s, vm);
        List<VmDisk> before = List.copyOf(vm.disks);
        List<VmDisk> disks = new ArrayList<>();
        for (XmlElement item : list.all("Item")) {
            Optional<XmlElement> resource = item.first(Ns.RASD, "HostResource");
            boolean disk = item.first(Ns.RASD, "ResourceType")
                    .filter(t -> t.text().trim().equals("17"))
                    .isPresent();
            if (disk && resource.isPresent()) {
                disks.add(disk(before, disks, item, resource.get()));
            }
        }
        vm.disks = disks;
        return finish(s, by, vm, locks, before);
    }

    /** A whole VirtualHardwareSection: processors, memory and disks; cards have a section of their own. */
    public Task hardware(CloudState s, Principal by, Vm vm, XmlElement section) {
        requireOff(vm);
        section.all(Ns.OVF, "Item").forEach(item -> hardwareItem(vm, item));
        requireSize(vm);
        return disks(s, by, vm, section);
    }

    private static void requireOff(Vm vm) {
        if (vm.poweredOn) {
            throw ApiException.badRequest("The VM \"" + vm.name + "\" must be powered off for this change.");
        }
    }

    /** @throws ApiException 400 when no host could run such a machine */
    public static void requireSize(Vm vm) {
        if (vm.cpus < 1 || vm.cpus > 128 || vm.memoryMb < 4 || vm.coresPerSocket < 1) {
            throw ApiException.badRequest("The number of CPUs or the memory size is out of range.");
        }
    }

    private static VmDisk disk(List<VmDisk> before, List<VmDisk> now, XmlElement item, XmlElement resource) {
        long megabytes = Numbers.whole(
                "capacity", resource.attributeOf(Ns.VCLOUD, "capacity").orElse("0"));
        Optional<VmDisk> old = item.first(Ns.RASD, "InstanceID")
                .map(t -> Numbers.integer("InstanceID", t.text()))
                .flatMap(key -> before.stream().filter(d -> d.key() == key).findFirst());
        if (old.isPresent() && old.get().sizeMb() != megabytes) {
            throw ApiException.badRequest("The size of a disk cannot be changed.");
        }
        if (megabytes <= 0 || megabytes > MAX_DISK_MB) {
            throw ApiException.badRequest("A disk needs a size of 1 to " + MAX_DISK_MB + " MB.");
        }
        return old.orElseGet(() ->
                new VmDisk(UUID.randomUUID().toString(), freeKey(before, now), megabytes << 20, 0, freeUnit(now), 4));
    }

    /** LeaseSettingsSection. */
    public static void lease(VApp vapp, XmlElement section) {
        section.filled("DeploymentLeaseInSeconds")
                .ifPresent(t -> vapp.deploymentLeaseSeconds = Numbers.whole("DeploymentLeaseInSeconds", t));
        section.filled("StorageLeaseInSeconds")
                .ifPresent(t -> vapp.storageLeaseSeconds = Numbers.whole("StorageLeaseInSeconds", t));
    }

    /** StartupSection. */
    public static void startup(VApp vapp, XmlElement section) {
        List<VApp.StartupItem> items = new ArrayList<>();
        for (XmlElement e : section.all(Ns.OVF, "Item")) {
            items.add(new VApp.StartupItem(
                    e.attributeOf(Ns.OVF, "id").orElse(""),
                    e.attributeOf(Ns.OVF, "order")
                            .map(t -> Numbers.integer("order", t))
                            .orElse(0),
                    e.attributeOf(Ns.OVF, "startAction").orElse("powerOn"),
                    e.attributeOf(Ns.OVF, "startDelay")
                            .map(t -> Numbers.integer("startDelay", t))
                            .orElse(0),
                    e.attributeOf(Ns.OVF, "stopAction").orElse("powerOff"),
                    e.attributeOf(Ns.OVF, "stopDelay")
                            .map(t -> Numbers.integer("stopDelay", t))
                            .orElse(0),
                    e.attributeOf(Ns.OVF, "waitingForGuest")
                            .filter("true"::equals)
                            .isPresent()));
        }
        vapp.startup = items;
    }
}
