package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host.StopMode;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

/**
 * The VMs that are on: starts and stops them with the runner that fits, finds those of an earlier run, and notices the
 * ones that end by themselves.
 *
 * <p>Threads: any. One lock per VM, held while something is done to it; listeners are called without it.
 */
final class Machines {
    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    private final StateFolder state;
    private final Guests guests;
    private final Appliances appliances;
    private final long logLimitBytes;
    private final Map<String, RunRecord> runs = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Consumer<Collection<RunRecord>> changed;

    /** @param changed called with what runs when a machine was started or stopped */
    Machines(
            StateFolder state,
            Guests guests,
            Appliances appliances,
            long logLimitBytes,
            Consumer<Collection<RunRecord>> changed) {
        this.changed = changed;
        this.state = state;
        this.guests = guests;
        this.appliances = appliances;
        this.logLimitBytes = logLimitBytes;
    }

    /** Takes over what an earlier run left on; what never finished starting is undone. */
    void adopt() {
        for (String id : state.vms()) {
            Optional<RunRecord> found = RunRecord.load(state.vm(id));
            if (found.isEmpty()) {
                StateFolder.remove(state.vm(id));
            } else if (found.get().phase() == RunRecord.Phase.STARTING) {
                LOG.warn("event=unfinished-start-undone vm={}", id);
                runner(found.get()).stop(found.get(), StopMode.POWER_OFF);
            } else {
                RunRecord run = found.get();
                runs.put(id, run);
                LOG.info(
                        "event=adopted vm={} kind={} alive={}",
                        id,
                        run.kind(),
                        runner(run).alive(run));
            }
        }
    }

    private Runner runner(RunRecord run) {
        return run.kind() == RunRecord.Kind.GUEST ? guests : appliances;
    }

    private boolean alive(RunRecord run) {
        return runner(run).alive(run);
    }

    void start(VmSpec vm) {
        locked(vm.id(), () -> {
            RunRecord present = runs.get(vm.id());
            if (present != null) {
                if (alive(present)) {
                    return;
                }
                runner(present).stop(present, StopMode.POWER_OFF);
                runs.remove(vm.id());
            }
            RunRecord run = appliances.plays(vm) ? appliances.start(vm) : guests.start(vm);
            runs.put(vm.id(), run);
            changed.accept(runs.values());
            LOG.info("event=started vm={} kind={} pid={}", vm.id(), run.kind(), run.pid());
        });
    }

    void stop(String vmId, StopMode mode) {
        locked(vmId, () -> {
            RunRecord run = runs.get(vmId);
            if (run != null) {
                runner(run).stop(run, mode);
                runs.remove(vmId);
                changed.accept(runs.values());
                LOG.info("event=stopped vm={} mode={}", vmId, mode);
            }
        });
    }

    boolean running(String vmId) {
        RunRecord run = runs.get(Names.id(vmId));
        return run != null && alive(run);
    }

    void updateNics(VmSpec vm) {
        locked(vm.id(), () -> {
            RunRecord run = runs.get(vm.id());
            if (run != null && alive(run)) {
                runner(run).updateNics(run, vm);
            }
        });
    }

    /** What was started and not stopped. */
    Collection<RunRecord> runs() {
        return runs.values();
    }

    Set<String> inventory() {
        Set<String> ids = new TreeSet<>();
        runs.forEach((id, run) -> {
            if (alive(run)) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** Does something while no VM writes to the disk: the one that uses it is paused meanwhile. */
    void whileUnchanged(String diskId, Runnable work) {
        Optional<RunRecord> user = user(diskId);
        if (user.isEmpty()) {
            work.run();
        } else {
            RunRecord run = user.get();
            locked(run.id(), () -> {
                if (alive(run)) {
                    runner(run).whilePaused(run, work);
                } else {
                    work.run();
                }
            });
        }
    }

    void requireUnused(String diskId) {
        user(diskId).ifPresent(run -> {
            throw new HostException("Disk " + diskId + " is in use by VM " + run.id() + "; stop it first");
        });
    }

    private Optional<RunRecord> user(String diskId) {
        return runs.values().stream()
                .filter(run -> run.disks().contains(diskId) && alive(run))
                .findFirst();
    }

    void onStopped(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** One round of the watcher. */
    void watch() {
        for (String id : runs.keySet()) {
            try {
                watch(id);
            } catch (RuntimeException | IOException e) {
                LOG.warn("event=watch-failed vm={} reason={}", id, e.getMessage());
            }
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
            if (alive(run)) {
                runs.put(id, runner(run).tend(run));
                LogFiles.bound(state.vm(id), logLimitBytes);
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

    private void locked(String id, Runnable work) {
        ReentrantLock lock = lock(id);
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
