package org.stretchdeploy.spi.memory;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Policy;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.VApps.VAppSpec;
import org.stretchdeploy.spi.memory.State.NetworkState;
import org.stretchdeploy.spi.memory.State.TemplateState;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VdcState;
import org.stretchdeploy.spi.memory.State.VmState;

/** What is done to vApps as a whole. Called with the cloud's lock held. */
final class VAppWork {
    private final State state;
    private final Finder finder;
    private final TaskBoard tasks;
    private final Identities identities;
    private final Rules rules;

    VAppWork(State state, Finder finder, TaskBoard tasks, Identities identities, Rules rules) {
        this.state = state;
        this.finder = finder;
        this.tasks = tasks;
        this.identities = identities;
        this.rules = rules;
    }

    CloudTask create(ObjectId vdc, VAppSpec spec, Tag tag) {
        Optional<CloudTask> made = adopt(tag);
        if (made.isPresent()) {
            return made.get();
        }
        VdcState home = vdc(vdc);
        requireFreeName(spec.name());
        var vApp = new VAppState(identities.next("vapp"), vdc, spec.name(), rules.tagged(spec.description(), tag));
        for (NetworkSpec network : spec.networks()) {
            requireNew(vApp, network);
            vApp.networks.add(network(home, network));
        }
        state.vApps.put(vApp.id, vApp);
        return tasks.start(
                "create vApp \"" + vApp.name + "\"",
                Optional.of(vApp.id),
                Set.of(vApp.id),
                () -> vApp.unresolved = false,
                () -> state.vApps.remove(vApp.id));
    }

    CloudTask instantiate(ObjectId vdc, String name, ObjectId templateId, Tag tag) {
        Optional<CloudTask> made = adopt(tag);
        if (made.isPresent()) {
            return made.get();
        }
        vdc(vdc);
        requireFreeName(name);
        TemplateState template = finder.template(templateId);
        if (template.state != Catalogs.State.READY) {
            throw Refusal.conflict("template-not-ready", "The template \"" + template.name + "\" is not ready.");
        }
        rules.requireRoom(
                vdc, template.vms.stream().mapToLong(Finder::storageMb).sum(), template.vms.size());
        var vApp = new VAppState(identities.next("vapp"), vdc, name, rules.tagged("", tag));
        for (VmState vm : template.vms) {
            VmState copy = vm.copy(identities.next("vm"), vm.name, vm.description, identities.localId());
            copy.nics = vm.nics.stream().map(rules::detached).toList();
            vApp.vms.add(copy);
        }
        vApp.startup.addAll(template.startup);
        state.vApps.put(vApp.id, vApp);
        return tasks.start(
                "instantiate \"" + name + "\"",
                Optional.of(vApp.id),
                Set.of(vApp.id, templateId),
                () -> vApp.unresolved = false,
                () -> state.vApps.remove(vApp.id));
    }

    CloudTask delete(ObjectId id) {
        VAppState vApp = state.vApps.get(id);
        if (vApp == null) {
            return CloudTask.done();
        }
        rules.requireIdle(id, vApp.name);
        return tasks.start("delete vApp \"" + vApp.name + "\"", id, () -> state.vApps.remove(id));
    }

    CloudTask powerOn(ObjectId id) {
        VAppState vApp = finder.vApp(id);
        rules.requireIdle(id, vApp.name);
        rules.requireResolved(vApp);
        vApp.vms.forEach(rules::requireResolved);
        vApp.vms.forEach(Rules::requireStartable);
        if (vApp.deployed && vApp.vms.stream().allMatch(vm -> vm.power == PowerState.ON)) {
            return CloudTask.done(id);
        }
        return tasks.start("start vApp \"" + vApp.name + "\"", id, () -> {
            rules.deployEdges(vApp);
            vApp.vms.forEach(Rules::requireStartable);
            vApp.vms.forEach(vm -> vm.power = PowerState.ON);
        });
    }

    CloudTask undeploy(ObjectId id) {
        VAppState vApp = finder.vApp(id);
        rules.requireIdle(id, vApp.name);
        if (!vApp.deployed && vApp.vms.stream().allMatch(vm -> vm.power == PowerState.OFF)) {
            return CloudTask.done(id);
        }
        return tasks.start("undeploy vApp \"" + vApp.name + "\"", id, () -> {
            vApp.vms.stream().filter(vm -> vm.power != PowerState.UNRESOLVED).forEach(vm -> vm.power = PowerState.OFF);
            vApp.deployed = false;
            vApp.networks.stream().filter(n -> !n.retainAddresses).forEach(n -> n.externalIp = Optional.empty());
        });
    }

    CloudTask addNetwork(ObjectId id, NetworkSpec spec) {
        VAppState vApp = finder.vApp(id);
        Optional<NetworkState> there = vApp.network(spec.name());
        if (there.isPresent()) {
            if (!sameShape(vdc(vApp.vdc), there.get(), spec)) {
                throw Refusal.conflict(
                        "network-exists", "The vApp has another network of the name \"" + spec.name() + "\".");
            }
            return CloudTask.done(id);
        }
        rules.requireIdle(id, vApp.name);
        NetworkState network = network(vdc(vApp.vdc), spec);
        return tasks.start("add network \"" + spec.name() + "\"", id, () -> {
            vApp.networks.add(network);
            if (vApp.deployed) {
                rules.deployEdges(vApp);
            }
        });
    }

    CloudTask removeNetwork(ObjectId id, String name) {
        Optional<NetworkState> network =
                Optional.ofNullable(state.vApps.get(id)).flatMap(v -> v.network(name));
        if (network.isEmpty()) {
            return CloudTask.done();
        }
        VAppState vApp = finder.vApp(id);
        rules.requireIdle(id, vApp.name);
        if (vApp.vms.stream().flatMap(vm -> vm.nics.stream()).anyMatch(nic -> nic.network()
                .equals(name))) {
            throw Refusal.conflict("network-in-use", "A VM is on the network \"" + name + "\".");
        }
        return tasks.start("remove network \"" + name + "\"", id, () -> vApp.networks.remove(network.get()));
    }

    CloudTask setStartup(ObjectId id, List<VApp.Startup> startup) {
        VAppState vApp = finder.vApp(id);
        var names = new HashSet<String>();
        for (VApp.Startup entry : startup) {
            if (vApp.vm(entry.vm()).isEmpty() || !names.add(entry.vm())) {
                throw Refusal.user("bad-startup", "No VM, or twice, in the start order: \"" + entry.vm() + "\".");
            }
        }
        if (new HashSet<>(vApp.startup).equals(new HashSet<>(startup))) {
            return CloudTask.done(id);
        }
        rules.requireIdle(id, vApp.name);
        List<VApp.Startup> wanted = List.copyOf(startup);
        return tasks.start("set start order", id, () -> {
            vApp.startup.clear();
            vApp.startup.addAll(wanted);
        });
    }

    /** What a call with the same tag has made before; a ruin of it is cleared away. */
    private Optional<CloudTask> adopt(Tag tag) {
        Optional<VAppState> made = rules.adopting()
                ? state.vApps.values().stream()
                        .filter(vApp -> Tag.in(vApp.description).equals(Optional.of(tag)))
                        .findFirst()
                : Optional.empty();
        if (made.isPresent() && made.get().unresolved && !tasks.busy(made.get().id)) {
            state.vApps.remove(made.get().id);
            return Optional.empty();
        }
        return made.map(vApp -> tasks.runningOn(vApp.id).orElse(CloudTask.done(vApp.id)));
    }

    private VdcState vdc(ObjectId id) {
        VdcState vdc = state.vdcs.get(id);
        if (vdc == null) {
            throw Refusal.notFound("organization VDC", id);
        }
        return vdc;
    }

    private void requireFreeName(String name) {
        if (name.isBlank() || name.length() > 128) {
            throw Refusal.user("bad-name", "A vApp's name has 1 to 128 characters.");
        }
        if (state.vApps.values().stream().anyMatch(vApp -> vApp.name.equals(name)) && rules.adopting()) {
            throw Refusal.conflict("name-taken", "There is a vApp of the name \"" + name + "\" already.");
        }
    }

    private static void requireNew(VAppState vApp, NetworkSpec network) {
        if (vApp.network(network.name()).isPresent()) {
            throw Refusal.user("duplicate-network", "Two networks of the name \"" + network.name() + "\".");
        }
    }

    private NetworkState network(VdcState vdc, NetworkSpec spec) {
        if (spec.fenceMode() == FenceMode.NAT_ROUTED) {
            rules.require(Capability.ROUTED_VAPP_NETWORK);
            if (!vdc.routedVAppNetworks()) {
                throw Refusal.user("no-routed-networks", "This VDC has no routed vApp networks.");
            }
        }
        Optional<Subnet> subnet = shape(vdc, spec);
        var services = new EdgeServices(
                new EdgeServices.Firewall(false, Policy.DROP, false, List.of()),
                new EdgeServices.Nat(false, "ipTranslation", false, List.of()),
                List.of(),
                List.of());
        return new NetworkState(identities.next("network"), spec, subnet, services);
    }

    /** The subnet that the network will have; refuses what cannot be. */
    private Optional<Subnet> shape(VdcState vdc, NetworkSpec spec) {
        Optional<OrgVdcNetwork> parent = spec.parent().map(name -> finder.orgNetwork(vdc.id(), name)
                .orElseThrow(() -> Refusal.user("unknown-network", "The VDC has no network \"" + name + "\".")));
        if (spec.fenceMode() != FenceMode.ISOLATED && parent.isEmpty()) {
            throw Refusal.user("no-parent", "The network \"" + spec.name() + "\" needs a parent network.");
        }
        if (spec.fenceMode() == FenceMode.BRIDGED) {
            return parent.get().subnet();
        }
        if (spec.subnet().isEmpty()) {
            throw Refusal.user("no-subnet", "The network \"" + spec.name() + "\" needs a subnet.");
        }
        return spec.subnet();
    }

    private boolean sameShape(VdcState vdc, NetworkState there, NetworkSpec spec) {
        return there.fenceMode == spec.fenceMode()
                && (spec.fenceMode() == FenceMode.ISOLATED || there.parent.equals(spec.parent()))
                && there.subnet.equals(shape(vdc, spec))
                && there.retainAddresses == spec.retainAddresses();
    }
}
