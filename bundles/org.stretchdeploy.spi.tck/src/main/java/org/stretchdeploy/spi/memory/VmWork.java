package org.stretchdeploy.spi.memory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VApps.Mode;
import org.stretchdeploy.spi.VApps.VmSpec;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.Finder.Placed;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VmState;

/** What is done to single VMs. Called with the cloud's lock held. */
final class VmWork {
    private final State state;
    private final Finder finder;
    private final TaskBoard tasks;
    private final Identities identities;
    private final Rules rules;

    VmWork(State state, Finder finder, TaskBoard tasks, Identities identities, Rules rules) {
        this.state = state;
        this.finder = finder;
        this.tasks = tasks;
        this.identities = identities;
        this.rules = rules;
    }

    CloudTask add(ObjectId vAppId, VmSpec spec, Tag tag) {
        VAppState vApp = finder.vApp(vAppId);
        return spec.mode() == Mode.MOVE ? move(vApp, spec) : copy(vApp, spec, tag);
    }

    private CloudTask copy(VAppState vApp, VmSpec spec, Tag tag) {
        rules.require(Capability.COPY_VM);
        Optional<VmState> there = vApp.vm(spec.name());
        if (there.isPresent() && rules.adopting()) {
            if (!rules.holdsTag(there.get(), tag)) {
                throw nameTaken(spec.name());
            }
            if (tasks.busy(there.get().id)) {
                return tasks.runningOn(there.get().id).orElseThrow(() -> Refusal.busy("\"" + spec.name() + "\""));
            }
            if (there.get().power != PowerState.UNRESOLVED) {
                return CloudTask.done(there.get().id);
            }
            vApp.vms.remove(there.get());
        }
        VmState source = finder.findVm(spec.source())
                .map(placed -> stopped(placed, "copied"))
                .or(() -> finder.findTemplateVm(spec.source()))
                .orElseThrow(() -> Refusal.notFound("VM", spec.source()));
        ready(vApp);
        rules.requireRoom(vApp.vdc, Finder.storageMb(source), 1);
        VmState copy = source.copy(
                identities.next("vm"),
                spec.name(),
                rules.tagged(spec.description(), tag),
                spec.localId().orElseGet(identities::localId));
        copy.nics = spec.nics().isEmpty()
                ? source.nics.stream().map(rules::detached).toList()
                : rules.settle(vApp, copy.id, spec.nics());
        copy.power = PowerState.UNRESOLVED;
        vApp.vms.add(copy);
        return tasks.start(
                "copy VM \"" + spec.name() + "\"",
                Optional.of(copy.id),
                Set.of(vApp.id, copy.id, spec.source()),
                () -> {
                    copy.power = PowerState.OFF;
                    vApp.startup.add(defaultStartup(copy.name));
                },
                () -> vApp.vms.remove(copy));
    }

    private CloudTask move(VAppState vApp, VmSpec spec) {
        rules.require(Capability.MOVE_VM);
        Placed placed = finder.vm(spec.source());
        if (placed.vApp() == vApp) {
            return tasks.runningOn(placed.vm().id).orElse(CloudTask.done(placed.vm().id));
        }
        if (vApp.vm(spec.name()).isPresent()) {
            throw nameTaken(spec.name());
        }
        VmState vm = stopped(placed, "moved");
        ready(vApp);
        Rules.requirePluggable(vm, spec.nics());
        List<Vm.Nic> nics = spec.nics().isEmpty()
                ? vm.nics.stream().map(nic -> offNetwork(nic)).toList()
                : rules.settle(vApp, vm.id, spec.nics());
        return tasks.start(
                "move VM \"" + spec.name() + "\"",
                Optional.of(vm.id),
                Set.of(vApp.id, vm.id, placed.vApp().id),
                () -> {
                    List<Vm.Nic> settled = rules.settle(vApp, vm.id, nics);
                    placed.vApp().vms.remove(vm);
                    placed.vApp().startup.removeIf(entry -> entry.vm().equals(vm.name));
                    vm.name = spec.name();
                    vm.description = spec.description();
                    vm.nics = settled;
                    spec.localId().ifPresent(localId -> vm.localId = localId);
                    vApp.vms.add(vm);
                    vApp.startup.add(defaultStartup(vm.name));
                },
                () -> {});
    }

    CloudTask delete(ObjectId id) {
        Optional<Placed> placed = finder.findVm(id);
        if (placed.isEmpty()) {
            return CloudTask.done();
        }
        VAppState vApp = placed.get().vApp();
        VmState vm = placed.get().vm();
        idle(placed.get());
        if (vm.power == PowerState.ON || vm.power == PowerState.SUSPENDED) {
            throw Refusal.conflict("vm-on", "The VM \"" + vm.name + "\" runs; switch it off first.");
        }
        return tasks.start(
                "delete VM \"" + vm.name + "\"",
                Optional.of(id),
                Set.of(id, vApp.id),
                () -> {
                    vApp.vms.remove(vm);
                    vApp.startup.removeIf(entry -> entry.vm().equals(vm.name));
                },
                () -> {});
    }

    CloudTask powerOn(ObjectId id) {
        Placed placed = finder.vm(id);
        if (placed.vm().power == PowerState.ON) {
            return CloudTask.done(id);
        }
        idle(placed);
        rules.requireResolved(placed.vApp());
        rules.requireResolved(placed.vm());
        Rules.requireStartable(placed.vm());
        return work("start", placed, () -> {
            Rules.requireStartable(placed.vm());
            rules.deployEdges(placed.vApp());
            placed.vm().power = PowerState.ON;
        });
    }

    CloudTask powerOff(ObjectId id) {
        Optional<Placed> placed = finder.findVm(id);
        if (placed.isEmpty() || placed.get().vm().power == PowerState.OFF) {
            return CloudTask.done(id);
        }
        idle(placed.get());
        return work("stop", placed.get(), () -> placed.get().vm().power = PowerState.OFF);
    }

    CloudTask setNics(ObjectId id, List<Vm.Nic> wanted) {
        Placed placed = finder.vm(id);
        VmState vm = placed.vm();
        if (vm.nics.equals(wanted)) {
            return CloudTask.done(id);
        }
        idle(placed);
        List<String> macs = vm.nics.stream().map(Vm.Nic::mac).toList();
        boolean newMacs = !macs.equals(wanted.stream().map(Vm.Nic::mac).toList());
        if (newMacs && vm.power != PowerState.OFF) {
            throw Refusal.conflict("vm-on", "MAC addresses only change while the VM \"" + vm.name + "\" is off.");
        }
        Rules.requirePluggable(vm, wanted);
        // refused at once when it cannot be; settled at the end, when the addresses that were free may be another's
        var unused = rules.settle(placed.vApp(), id, wanted);
        return work("set NICs of", placed, () -> {
            Rules.requirePluggable(vm, wanted);
            vm.nics = rules.settle(placed.vApp(), id, wanted);
        });
    }

    CloudTask describe(ObjectId id, String name, String description) {
        Placed placed = finder.vm(id);
        VmState vm = placed.vm();
        if (vm.name.equals(name) && vm.description.equals(description)) {
            return CloudTask.done(id);
        }
        idle(placed);
        if (placed.vApp().vm(name).filter(other -> other != vm).isPresent()) {
            throw nameTaken(name);
        }
        return work("describe", placed, () -> rename(placed.vApp(), vm, name, description));
    }

    static void rename(VAppState vApp, VmState vm, String name, String description) {
        vApp.startup.replaceAll(entry -> entry.vm().equals(vm.name)
                ? new VApp.Startup(
                        name,
                        entry.order(),
                        entry.startAction(),
                        entry.startDelaySeconds(),
                        entry.stopAction(),
                        entry.stopDelaySeconds(),
                        entry.waitingForGuest())
                : entry);
        vm.name = name;
        vm.description = description;
    }

    CloudTask setProperties(ObjectId id, Map<String, String> properties) {
        rules.require(Capability.OVF_PROPERTIES);
        Placed placed = finder.vm(id);
        Map<String, String> wanted = Map.copyOf(properties);
        if (placed.vm().properties.entrySet().containsAll(wanted.entrySet())) {
            return CloudTask.done(id);
        }
        idle(placed);
        if (placed.vm().power != PowerState.OFF) {
            throw Refusal.conflict("vm-on", "Properties are only set while the VM is off.");
        }
        return work("set properties of", placed, () -> placed.vm().properties.putAll(wanted));
    }

    CloudTask fence(ObjectId id, String why) {
        rules.require(Capability.FENCE_MARK);
        finder.vm(id).vm().fence = Optional.of(why);
        return CloudTask.done(id);
    }

    CloudTask unfence(ObjectId id) {
        rules.require(Capability.FENCE_MARK);
        finder.findVm(id).ifPresent(placed -> placed.vm().fence = Optional.empty());
        return CloudTask.done(id);
    }

    Map<String, String> metadata(ObjectId object) {
        VAppState vApp = state.vApps.get(object);
        if (vApp != null) {
            return vApp.metadata;
        }
        return finder.vm(object).vm().metadata;
    }

    private CloudTask work(String verb, Placed placed, Runnable finish) {
        return tasks.start(
                verb + " VM \"" + placed.vm().name + "\"",
                Optional.of(placed.vm().id),
                Set.of(placed.vm().id, placed.vApp().id),
                finish,
                () -> {});
    }

    private void idle(Placed placed) {
        rules.requireIdle(placed.vApp().id, placed.vApp().name);
        rules.requireIdle(placed.vm().id, placed.vm().name);
    }

    private void ready(VAppState vApp) {
        rules.requireIdle(vApp.id, vApp.name);
        rules.requireResolved(vApp);
    }

    private VmState stopped(Placed placed, String verb) {
        idle(placed);
        if (placed.vm().power != PowerState.OFF) {
            throw Refusal.conflict("vm-on", "The VM \"" + placed.vm().name + "\" must be off to be " + verb + ".");
        }
        return placed.vm();
    }

    private static Vm.Nic offNetwork(Vm.Nic nic) {
        return new Vm.Nic(
                nic.index(), "", nic.mac(), Optional.empty(), Vm.Allocation.NONE, false, nic.primary(), nic.adapter());
    }

    private static VApp.Startup defaultStartup(String vm) {
        return new VApp.Startup(vm, 0, "powerOn", 0, "powerOff", 0);
    }

    private static RuntimeException nameTaken(String name) {
        return Refusal.conflict("name-taken", "The vApp has another VM of the name \"" + name + "\".");
    }
}
