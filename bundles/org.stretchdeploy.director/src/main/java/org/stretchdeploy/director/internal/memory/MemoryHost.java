package org.stretchdeploy.director.internal.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.NetworkSpec;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.VmSpec;

/**
 * A host without machines, for tests of everything above it. Disks are VMDK files in its folder and a guest that runs is
 * an empty file, so that both outlive the director as they would on a real host. Safe for use by several threads.
 */
public final class MemoryHost implements Host {
    private static final long MEMORY_BYTES = 64L << 30;
    private static final int CPUS = 64;
    private final Path disks;
    private final Path guests;
    private final Map<String, NetworkSpec> networks = new LinkedHashMap<>();
    private final Map<String, RouterSpec> routers = new LinkedHashMap<>();
    private final Map<String, VmSpec> started = new LinkedHashMap<>();
    private final Set<String> sending = new LinkedHashSet<>();
    private Set<FencedNic> fenced = Set.of();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    MemoryHost(Path folder) {
        try {
            this.disks = Files.createDirectories(folder.resolve("disks"));
            this.guests = Files.createDirectories(folder.resolve("guests"));
        } catch (IOException e) {
            throw new HostException("the folder of the memory host cannot be made", e);
        }
    }

    @Override
    public Capacity capacity() {
        try {
            return new Capacity(CPUS, MEMORY_BYTES, Files.getFileStore(disks).getUsableSpace());
        } catch (IOException e) {
            throw new HostException("the free disk space cannot be read", e);
        }
    }

    @Override
    public synchronized void applyNetwork(NetworkSpec network) {
        networks.put(network.id(), network);
    }

    @Override
    public synchronized void deleteNetwork(String networkId) {
        networks.remove(networkId);
    }

    @Override
    public synchronized void applyRouter(RouterSpec router) {
        for (RouterSpec.Interface port : router.interfaces()) {
            if (!networks.containsKey(port.networkId())) {
                throw new HostException("the router " + router.name() + " is to be on a network that does not exist");
            }
        }
        routers.put(router.id(), router);
    }

    @Override
    public synchronized void deleteRouter(String routerId) {
        routers.remove(routerId);
    }

    @Override
    public synchronized void startVm(VmSpec vm) {
        for (VmSpec.Disk disk : vm.disks()) {
            if (!Files.exists(disk(disk.diskId()))) {
                throw new HostException("a disk of " + vm.name() + " is missing");
            }
        }
        for (VmSpec.Nic nic : vm.nics()) {
            if (nic.networkId().isPresent()
                    && !networks.containsKey(nic.networkId().get())) {
                throw new HostException("a network of " + vm.name() + " is missing");
            }
        }
        try {
            Files.writeString(guests.resolve(vm.id()), "");
        } catch (IOException e) {
            throw new HostException("the guest cannot be started", e);
        }
        started.put(vm.id(), vm);
    }

    @Override
    public synchronized void stopVm(String vmId, StopMode mode) {
        started.remove(vmId);
        delete(guests.resolve(vmId));
    }

    /** The guest ends by itself, as if it had been shut down from inside. */
    public void guestStops(String vmId) {
        stopVm(vmId, StopMode.POWER_OFF);
        listeners.forEach(l -> l.accept(vmId));
    }

    @Override
    public VmState vmState(String vmId) {
        return Files.exists(guests.resolve(vmId)) ? VmState.RUNNING : VmState.ABSENT;
    }

    @Override
    public synchronized void updateNics(VmSpec vm) {
        started.put(vm.id(), vm);
    }

    @Override
    public synchronized void fence(Set<FencedNic> wanted) {
        fenced = Set.copyOf(wanted);
    }

    /** What was told last. */
    public synchronized Set<FencedNic> fenced() {
        return fenced;
    }

    /** Somebody has started a guest past the director, and it sends until {@code false}. */
    public synchronized void sends(String vmId, boolean frames) {
        if (frames) {
            sending.add(vmId);
        } else {
            sending.remove(vmId);
        }
    }

    @Override
    public synchronized Set<String> heard() {
        return fenced.stream().map(FencedNic::vmId).filter(sending::contains).collect(Collectors.toSet());
    }

    private Path disk(String diskId) {
        return disks.resolve(diskId + ".vmdk");
    }

    @Override
    public DiskInfo createDisk(String diskId, long capacityBytes) {
        try {
            Files.write(disk(diskId), TinyVmdk.empty(capacityBytes));
        } catch (IOException e) {
            throw new HostException("the disk cannot be made", e);
        }
        return diskInfo(diskId);
    }

    @Override
    public DiskInfo importDisk(String diskId, Path vmdk) {
        copy(vmdk, disk(diskId));
        return diskInfo(diskId);
    }

    @Override
    public void exportDisk(String diskId, Path vmdk) {
        copy(disk(diskId), vmdk);
    }

    @Override
    public DiskInfo cloneDisk(String fromDiskId, String toDiskId) {
        copy(disk(fromDiskId), disk(toDiskId));
        return diskInfo(toDiskId);
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new HostException("a disk cannot be copied", e);
        }
    }

    @Override
    public DiskInfo diskInfo(String diskId) {
        try {
            Path file = disk(diskId);
            return new DiskInfo(diskId, TinyVmdk.capacity(file), Files.size(file));
        } catch (IOException e) {
            throw new HostException("the disk cannot be read", e);
        }
    }

    @Override
    public void deleteDisk(String diskId) {
        delete(disk(diskId));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new HostException("a file cannot be removed", e);
        }
    }

    @Override
    public synchronized Inventory inventory() {
        return new Inventory(
                Set.copyOf(networks.keySet()), Set.copyOf(routers.keySet()), names(guests, ""), names(disks, ".vmdk"));
    }

    private static Set<String> names(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString())
                    .filter(n -> n.endsWith(suffix))
                    .map(n -> n.substring(0, n.length() - suffix.length()))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new HostException("the host's folder cannot be read", e);
        }
    }

    @Override
    public void onVmStopped(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** The routers as they were applied last. */
    public synchronized Map<String, RouterSpec> routers() {
        return Map.copyOf(routers);
    }

    /** The networks as they were applied last. */
    public synchronized Map<String, NetworkSpec> networks() {
        return Map.copyOf(networks);
    }

    /** The guests as they were started last. */
    public synchronized Map<String, VmSpec> started() {
        return Map.copyOf(started);
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
