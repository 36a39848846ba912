package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.NetworkSpec;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.VmSpec;

/**
 * A host made of the Linux kernel's own parts. One namespace, the fabric, holds a bridge per network; each router and
 * each appliance has a namespace of its own; guests run under QEMU with taps in the fabric.
 *
 * <p>Threads: any; see {@link Machines} for the one lock per VM. A watcher looks at every running VM twice a second.
 */
final class LinuxHost implements Host {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxHost.class);
    private static final long WATCH_MILLIS = 500;

    private final Settings settings;
    private final StateFolder state;
    private final Networks networks;
    private final Routers routers;
    private final DiskStore disks;
    private final Machines machines;
    private final FabricFence fence;
    private final FileChannel lock;
    private final ScheduledExecutorService watcher;

    LinuxHost(Settings settings, Path stateDirectory) {
        this.settings = settings;
        Commands commands = new Commands();
        Names names = new Names(settings.prefix());
        Namespaces namespaces = new Namespaces(commands);
        state = new StateFolder(stateDirectory);
        networks = new Networks(names, namespaces);
        routers = new Routers(names, namespaces, networks, commands, new DhcpServers(state, namespaces, commands));
        disks = new DiskStore(state, commands);
        fence = new FabricFence(names, namespaces, commands);
        machines = new Machines(
                state,
                new Guests(names, namespaces, networks, commands, state, disks, settings),
                new Appliances(names, namespaces, networks, commands, state, disks, settings),
                settings.logLimitBytes(),
                fence::refresh);
        lock = state.lock();
        try {
            networks.ensureFabric();
            disks.removeUnfinished();
            machines.adopt();
        } catch (RuntimeException e) {
            release();
            throw e;
        }
        watcher = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "linux-host-watcher-" + settings.cloudName());
            thread.setDaemon(true);
            return thread;
        });
        watcher.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public Capacity capacity() {
        return Machine.capacity(state.disks());
    }

    @Override
    public void applyNetwork(NetworkSpec network) {
        networks.apply(network);
    }

    @Override
    public void deleteNetwork(String networkId) {
        networks.delete(networkId);
    }

    @Override
    public void applyRouter(RouterSpec router) {
        routers.apply(router);
    }

    @Override
    public void deleteRouter(String routerId) {
        routers.delete(routerId);
    }

    @Override
    public void startVm(VmSpec vm) {
        machines.start(vm);
    }

    @Override
    public void stopVm(String vmId, StopMode mode) {
        machines.stop(vmId, mode);
    }

    @Override
    public VmState vmState(String vmId) {
        return machines.running(vmId) ? VmState.RUNNING : VmState.ABSENT;
    }

    @Override
    public void updateNics(VmSpec vm) {
        machines.updateNics(vm);
    }

    @Override
    public void fence(Set<FencedNic> fenced) {
        fence.apply(fenced, machines.runs());
    }

    @Override
    public Set<String> heard() {
        return fence.heard();
    }

    @Override
    public DiskInfo createDisk(String diskId, long capacityBytes) {
        return disks.create(diskId, capacityBytes);
    }

    @Override
    public DiskInfo importDisk(String diskId, Path vmdk) {
        machines.requireUnused(diskId);
        return disks.importVmdk(diskId, vmdk);
    }

    @Override
    public void exportDisk(String diskId, Path vmdk) {
        machines.requireUnused(diskId);
        disks.exportVmdk(diskId, vmdk);
    }

    /** A guest that runs on the disk is paused meanwhile; the copy is as its disk would be after a power failure. */
    @Override
    public DiskInfo cloneDisk(String fromDiskId, String toDiskId) {
        machines.requireUnused(toDiskId);
        machines.whileUnchanged(fromDiskId, () -> disks.cloneDisk(fromDiskId, toDiskId));
        return disks.info(toDiskId);
    }

    @Override
    public DiskInfo diskInfo(String diskId) {
        return disks.info(diskId);
    }

    @Override
    public void deleteDisk(String diskId) {
        machines.requireUnused(diskId);
        disks.delete(diskId);
    }

    @Override
    public Inventory inventory() {
        return new Inventory(
                networks.inventory(), routers.inventory(state.routers()), machines.inventory(), disks.inventory());
    }

    @Override
    public void onVmStopped(Consumer<String> listener) {
        machines.onStopped(listener);
    }

    private void watch() {
        machines.watch();
        try {
            for (String id : state.routers()) {
                LogFiles.bound(state.router(id), settings.logLimitBytes());
            }
        } catch (RuntimeException | IOException e) {
            LOG.warn("event=watch-failed reason={}", e.getMessage());
        }
    }

    @Override
    public void close() {
        watcher.shutdown();
        try {
            watcher.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            release();
        }
    }

    private void release() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("event=unlock-failed reason={}", e.getMessage());
        }
    }
}
