package org.stretchdeploy.director.host;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The machine that makes the director's model true. All calls may block for as long as the work takes (a disk
 * conversion: minutes) and are safe to call from several threads for different ids; calls for one id are serialised
 * by the caller. Failures are {@link HostException}s with a sentence for the user.
 */
public interface Host extends AutoCloseable {

    /** What this machine can still give; asked by quota checks and prechecks. */
    Capacity capacity();

    /** Makes a layer-2 segment exist (a bridge). */
    void applyNetwork(NetworkSpec network);

    void deleteNetwork(String networkId);

    /** Makes a router (organization edge gateway or vApp edge) exist with exactly these interfaces and services. */
    void applyRouter(RouterSpec router);

    void deleteRouter(String routerId);

    /** Starts a guest; does nothing when it runs already. Its disks must exist. */
    void startVm(VmSpec vm);

    /** Stops a guest and returns when it is gone. {@link StopMode#SHUTDOWN} falls back to power-off after a time limit. */
    void stopVm(String vmId, StopMode mode);

    VmState vmState(String vmId);

    /** Brings what can change on a running guest (link state, network of a NIC) to the given value. */
    void updateNics(VmSpec vm);

    /**
     * On all segments, frames with the MAC addresses of these NICs come in only from guests that this host was told to
     * start: from nothing that somebody starts or plugs in past it. The whole set each time; it outlives the host.
     */
    void fence(Set<FencedNic> fenced);

    /** Ids of the guests of {@link #fence} of which such frames were kept out since the last call. */
    Set<String> heard();

    DiskInfo createDisk(String diskId, long capacityBytes);

    /** Converts a streamOptimized VMDK into a new disk; refuses any other format. */
    DiskInfo importDisk(String diskId, Path vmdk);

    /** Writes the disk as streamOptimized VMDK; the guest must be stopped. */
    void exportDisk(String diskId, Path vmdk);

    DiskInfo cloneDisk(String fromDiskId, String toDiskId);

    DiskInfo diskInfo(String diskId);

    void deleteDisk(String diskId);

    /** Ids of guests, routers, networks and disks that exist on the machine now; used to find what nobody owns. */
    Inventory inventory();

    /** Called with the id of a guest that stopped by itself (guest shutdown, crash). */
    void onVmStopped(Consumer<String> listener);

    /** Stops watching; leaves everything running. */
    @Override
    void close();

    /** How a guest is stopped. */
    enum StopMode {
        POWER_OFF,
        SHUTDOWN
    }

    /** What a guest is doing. */
    enum VmState {
        ABSENT,
        RUNNING
    }

    record Capacity(int cpus, long memoryBytes, long diskFreeBytes) {}

    record FencedNic(String vmId, String macAddress) {}

    record DiskInfo(String diskId, long capacityBytes, long usedBytes) {}

    record Inventory(Set<String> networks, Set<String> routers, Set<String> vms, Set<String> disks) {}
}
