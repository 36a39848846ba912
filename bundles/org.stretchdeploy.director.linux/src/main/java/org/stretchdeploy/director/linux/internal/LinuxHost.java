package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.NetworkSpec;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.VmSpec;

/**
 * A host made of the Linux kernel's own parts. See {@link Host} for the rules; in addition calls for one VM are
 * serialised here against the watcher, which looks at every running VM twice a second.
 *
 * <p>Threads: any. One lock per VM; no other lock is taken before it but inside {@link Networks}.
 */
final class LinuxHost implements Host {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxHost.class);
    private static final long WATCH_MILLIS = 500;

    private final Settings settings;
    private final StateFolder state;
    private final Networks networks;
    private final Routers routers;
    private final DiskStore disks;
    private final Guests guests;
    private final Appliances appliances;
    private final Map<String, RunRecord> runs = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
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
        guests = new Guests(names, namespaces, networks, commands, state, disks, settings);
        appliances = new Appliances(names, namespaces, networks, commands, state, disks, settings);
        networks.ensureFabric();
        disks.removeUnfinished();
        adopt();
        watcher = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "linux-host-watcher-" + settings.cloudName());
            thread.setDaemon(true);
            return thread;
        });
        watcher.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes over what an earlier run left on; what never finished starting is undone. */
    private void adopt() {
        for (String id : state.vms()) {
            Optional<RunRecord> found = RunRecord.load(state.vm(id));
            if (found.isEmpty()) {
                StateFolder.remove(state.vm(id));
            } else if (found.get().phase() == RunRecord.Phase.STARTING) {
                LOG.warn("event=unfinished-start-undone vm={}", id);
                runner(found.get()).stop(found.get(), StopMode.POWER_OFF);
            } else {
                runs.put(id, found.get());
                LOG.info("event=adopted vm={} kind={} alive={}", id, found.get().kind(), runner(found.get()).alive(found.get()));
            }
        }
    }

    private Runner runner(RunRecord run) {
        return run.kind() == RunRecord.Kind.GUEST ? guests : appliances;
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
        locked(vm.id(), () -> {
            RunRecord present = runs.get(vm.id());
            if (present != null) {
                if (runner(present).alive(present)) {
                    return null;
                }
                runner(present).stop(present, StopMode.POWER_OFF);
                runs.remove(vm.id());
            }
            RunRecord run = appliances.plays(vm) ? appliances.start(vm) : guests.start(vm);
            runs.put(vm.id(), run);
            LOG.info("event=started vm={} kind={} pid={}", vm.id(), run.kind(), run.pid());
            return null;
        });
    }

    @Override
    public void stopVm(String vmId, StopMode mode) {
        locked(vmId, () -> {
            RunRecord run = runs.get(vmId);
            if (run != null) {
                runner(run).stop(run, mode);
                runs.remove(vmId);
                LOG.info("event=stopped vm={} mode={}", vmId, mode);
            }
            return null;
        });
    }

    @Override
    public VmState vmState(String vmId) {
        RunRecord run = runs.get(Names.id(vmId));
        return run != null && runner(run).alive(run) ? VmState.RUNNING : VmState.ABSENT;
    }

    @Override
    public void updateNics(VmSpec vm) {
        locked(vm.id(), () -> {
            RunRecord run = runs.get(vm.id());
            if (run != null && runner(run).alive(run)) {
                runner(run).updateNics(run, vm);
            }
            return null;
        });
    }

    @Override
    public DiskInfo createDisk(String diskId, long capacityBytes) {
        return disks.create(diskId, capacityBytes);
    }

    @Override
    public DiskInfo importDisk(String diskId, Path vmdk) {
        requireUnused(diskId);
        return disks.importVmdk(diskId, vmdk);
    }

    @Override
    public void exportDisk(String diskId, Path vmdk) {
        requireUnused(diskId);
        disks.exportVmdk(diskId, vmdk);
    }

    /** A guest that runs on the disk is paused meanwhile; the copy is as its disk would be after a power failure. */
    @Override
    public DiskInfo cloneDisk(String fromDiskId, String toDiskId) {
        requireUnused(toDiskId);
        Optional<RunRecord> user = user(fromDiskId);
        if (user.isEmpty()) {
            return disks.cloneDisk(fromDiskId, toDiskId);
        }
        locked(user.get().id(), () -> {
            runner(user.get()).whilePaused(user.get(), () -> disks.cloneDisk(fromDiskId, toDiskId));
            return null;
        });
        return disks.info(toDiskId);
    }

    private Optional<RunRecord> user(String diskId) {
        return runs.values().stream()
                .filter(run -> run.disks().contains(diskId) && runner(run).alive(run))
                .findFirst();
    }

    private void requireUnused(String diskId) {
        user(diskId).ifPresent(run -> {
            throw new HostException("Disk " + diskId + " is in use by VM " + run.id() + "; stop it first");
        });
    }

    @Override
    public DiskInfo diskInfo(String diskId) {
        return disks.info(diskId);
    }

    @Override
    public void deleteDisk(String diskId) {
        requireUnused(diskId);
        disks.delete(diskId);
    }

    @Override
    public Inventory inventory() {
        Set<String> running = new TreeSet<>();
        runs.forEach((id, run) -> {
            if (runner(run).alive(run)) {
                running.add(id);
            }
        });
        return new Inventory(networks.inventory(), routers.inventory(state.routers()), running, disks.inventory());
    }

    @Override
    public void onVmStopped(Consumer<String> listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        watcher.shutdown();
        try {
            watcher.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        for (String id : runs.keySet()) {
            try {
                watch(id);
            } catch (RuntimeException | IOException e) {
                LOG.warn("event=watch-failed vm={} reason={}", id, e.getMessage());
            }
        }
        try {
            for (String id : state.routers()) {
                LogFiles.bound(state.router(id), settings.logLimitBytes());
            }
        } catch (RuntimeException | IOException e) {
            LOG.warn("event=watch-failed reason={}", e.getMessage());
        }
    }

    private void watch(String id) throws IOException {
        ReentrantLock lock = lock(id);
        // Somebody works on this VM; the next round comes soon.
        if (!lock.tryLock()) {
            return;
        }
        boolean stopped = false;
        try {
            RunRecord run = runs.get(id);
            if (run == null) {
                return;
            }
            if (runner(run).alive(run)) {
                runs.put(id, runner(run).tend(run));
                LogFiles.bound(state.vm(id), settings.logLimitBytes());
            } else if (!listeners.isEmpty()) {
                // Kept until somebody listens, so that a stop while the director was away is told, too.
                runner(run).stop(run, StopMode.POWER_OFF);
                runs.remove(id);
                stopped = true;
            }
        } finally {
            lock.unlock();
        }
        if (stopped) {
            LOG.info("event=stopped-by-itself vm={}", id);
            listeners.forEach(listener -> listener.accept(id));
        }
    }

    private ReentrantLock lock(String id) {
        return locks.computeIfAbsent(Names.id(id), key -> new ReentrantLock());
    }

    private void locked(String id, Supplier<Void> work) {
        ReentrantLock lock = lock(id);
        lock.lock();
        try {
            work.get();
        } finally {
            lock.unlock();
        }
    }
}
