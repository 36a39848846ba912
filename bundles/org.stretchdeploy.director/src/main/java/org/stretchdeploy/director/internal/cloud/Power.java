package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Ref;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;

/** Switches machines and vApps on and off. Every method is called inside an update and starts a task. */
public final class Power {
    private final Cloud cloud;

    public Power(Cloud cloud) {
        this.cloud = cloud;
    }

    /** Deploys and, when {@code start} is set, switches on what is off. */
    public Task deploy(CloudState s, Principal by, VApp vapp, boolean start) {
        List<String> locks = Locks.of(s, vapp);
        List<Vm> all = inStartOrder(s, vapp);
        Fences.requireNone(all, start ? "power on" : "deploy");
        if (all.isEmpty() && !cloud.config().emptyVAppPowerOn()) {
            throw ApiException.badRequest("The vApp \"" + vapp.name
                    + "\" is empty; the requested operation could not be executed. Add a VM and try again.");
        }
        if (start && !all.isEmpty() && all.stream().allMatch(v -> v.poweredOn)) {
            throw wrongState("vApp", vapp.name, "powered on already");
        }
        if (all.isEmpty()) {
            vapp.activated = true;
        }
        Tasks.Spec spec = Tasks.Spec.of("vappDeploy", "Starting", "Started", "Virtual Application", vapp.ref(), locks);
        return begin(s, by, spec, vapp.id, all, start, all.isEmpty());
    }

    public Task deploy(CloudState s, Principal by, Vm vm, boolean start) {
        List<String> locks = Locks.of(s, vm);
        Fences.requireNone(List.of(vm), start ? "power on" : "deploy");
        if (vm.poweredOn) {
            throw wrongState("VM", vm.name, "powered on already");
        }
        Tasks.Spec spec = Tasks.Spec.of("vappDeploy", "Starting", "Started", "Virtual Machine", vm.ref(), locks);
        return begin(s, by, spec, vm.containerId, List.of(vm), start, false);
    }

    private Task begin(
            CloudState s, Principal by, Tasks.Spec spec, String vappId, List<Vm> vms, boolean start, boolean empty) {
        List<Vm> off = vms.stream().filter(v -> !v.poweredOn).toList();
        if (start) {
            Vdc vdc = s.vdcs.get(s.vdcOfContainer(vappId));
            Limits.requireMemory(s, vdc, off.stream().mapToLong(v -> v.memoryMb).sum());
            Limits.requireStorage(s, vdc, 0);
        }
        Set<String> newlyDeployed =
                off.stream().filter(v -> !v.deployed).map(v -> v.id).collect(Collectors.toSet());
        // Deployed from the start of the task, so that the vApp's edges stay while it works.
        off.forEach(v -> v.deployed = true);
        List<String> ids = off.stream().map(v -> v.id).toList();
        return cloud.tasks().start(s, by, spec, run -> {
            run.onFailureState(state -> {
                newlyDeployed.stream()
                        .map(state.vms::get)
                        .filter(v -> v != null && !v.poweredOn)
                        .forEach(v -> v.deployed = false);
                if (empty) {
                    state.vapps.get(vappId).activated = false;
                }
            });
            run.atEnd(() -> cloud.provisioner().reconcile(vappId));
            powerOn(run, vappId, start ? ids : List.of());
            return state -> {};
        });
    }

    /** Starts guests one after the other; used by tasks that have deployed them. Each is on record as soon as it runs. */
    void powerOn(TaskRun run, String vappId, List<String> vmIds) {
        cloud.provisioner().reconcile(vappId);
        int done = 0;
        for (String id : vmIds) {
            run.checkCancelled();
            cloud.host().startVm(cloud.store().read(s -> {
                // the fence may have come after the task began
                Fences.requireNone(List.of(s.vms.get(id)), "power on");
                return VmSpecs.of(s, s.vms.get(id));
            }));
            cloud.store().change(s -> {
                s.vms.get(id).poweredOn = true;
                s.vms.get(id).deployed = true;
            });
            run.progress(++done * 100 / vmIds.size());
        }
    }

    /** Switches off; {@code undeploy} also gives the resources back. */
    public Task stop(CloudState s, Principal by, VApp vapp, Host.StopMode mode, boolean undeploy) {
        List<String> locks = Locks.of(s, vapp);
        List<Vm> all = inStartOrder(s, vapp);
        if (!undeploy && all.stream().noneMatch(v -> v.poweredOn) && !vapp.activated) {
            throw noneOn(vapp);
        }
        List<Vm> affected = new ArrayList<>(all);
        java.util.Collections.reverse(affected);
        Tasks.Spec spec = Tasks.Spec.of(
                operation(mode, undeploy), "Stopping", "Stopped", "Virtual Application", vapp.ref(), locks);
        return end(s, by, spec, vapp.id, affected, mode, undeploy, true);
    }

    public Task stop(CloudState s, Principal by, Vm vm, Host.StopMode mode, boolean undeploy) {
        List<String> locks = Locks.of(s, vm);
        if (!undeploy && !vm.poweredOn) {
            throw wrongState("VM", vm.name, "not powered on");
        }
        Tasks.Spec spec =
                Tasks.Spec.of(operation(mode, undeploy), "Stopping", "Stopped", "Virtual Machine", vm.ref(), locks);
        return end(s, by, spec, vm.containerId, List.of(vm), mode, undeploy, false);
    }

    private static String operation(Host.StopMode mode, boolean undeploy) {
        if (undeploy) {
            return "vappUndeployPowerOff";
        }
        return mode == Host.StopMode.SHUTDOWN ? "vappShutdownGuest" : "vappPowerOff";
    }

    private Task end(
            CloudState s,
            Principal by,
            Tasks.Spec spec,
            String vappId,
            List<Vm> vms,
            Host.StopMode mode,
            boolean undeploy,
            boolean wholeVApp) {
        List<String> ids = vms.stream().map(v -> v.id).toList();
        List<String> on = vms.stream().filter(v -> v.poweredOn).map(v -> v.id).toList();
        return cloud.tasks().start(s, by, spec, run -> {
            run.atEnd(() -> cloud.provisioner().reconcile(vappId));
            for (String id : on) {
                run.checkCancelled();
                cloud.host().stopVm(id, mode);
                cloud.store().change(state -> state.vms.get(id).poweredOn = false);
            }
            return state -> {
                for (String id : ids) {
                    Vm vm = state.vms.get(id);
                    vm.deployed = !undeploy && vm.deployed;
                }
                if (wholeVApp) {
                    state.vapps.get(vappId).activated = false;
                }
            };
        });
    }

    /** Off and on again, hard or through the guest. */
    public Task restart(CloudState s, Principal by, Ref owner, List<Vm> vms, List<String> locks, Host.StopMode mode) {
        List<String> on = vms.stream().filter(v -> v.poweredOn).map(v -> v.id).toList();
        if (on.isEmpty()) {
            throw wrongState(owner.kind().name(), owner.name(), "not powered on");
        }
        boolean hard = mode == Host.StopMode.POWER_OFF;
        Fences.requireNone(vms.stream().filter(v -> v.poweredOn).toList(), hard ? "reset" : "reboot");
        Tasks.Spec spec = Tasks.Spec.of(
                hard ? "vappReset" : "vappRebootGuest", "Restarting", "Restarted", "entity", owner, locks);
        String vappId = vms.get(0).containerId;
        return cloud.tasks().start(s, by, spec, run -> {
            for (String id : on) {
                cloud.host().stopVm(id, mode);
                cloud.store().change(state -> state.vms.get(id).poweredOn = false);
                powerOn(run, vappId, List.of(id));
            }
            return state -> {};
        });
    }

    private static List<Vm> inStartOrder(CloudState s, VApp vapp) {
        Map<String, Integer> order = vapp.startup.stream()
                .collect(Collectors.toMap(VApp.StartupItem::vmName, VApp.StartupItem::order, (a, b) -> a));
        Set<String> seen = new HashSet<>();
        Predicate<Vm> once = v -> seen.add(v.id);
        return s.vmsOf(vapp.id).stream()
                .filter(once)
                .sorted(Comparator.comparing(v -> order.getOrDefault(v.name, 0)))
                .toList();
    }

    private static ApiException wrongState(String kind, String name, String state) {
        return ApiException.badRequest(
                "The requested operation could not be executed since " + kind + " \"" + name + "\" is " + state + ".");
    }

    private static ApiException noneOn(VApp vapp) {
        return ApiException.badRequest("The requested operation could not be executed on vApp \"" + vapp.name
                + "\": there are no powered on VMs.");
    }
}
