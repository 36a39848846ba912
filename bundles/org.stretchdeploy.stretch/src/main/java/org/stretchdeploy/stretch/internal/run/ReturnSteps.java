package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.Relocation;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan.VmPlan;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.model.Tier;
import org.stretchdeploy.stretch.internal.run.Ends.Macs;
import org.stretchdeploy.stretch.internal.run.TunnelSteps.Flow;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Announcement;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Probe;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** The steps of the way home. Source and target are named as in the deploy: the VM goes from target to source. */
public final class ReturnSteps {
    private static final int DISCARDING_ROUNDS = 3;

    private final Parts parts;
    private final TunnelSteps tunnel;

    public ReturnSteps(Parts parts) {
        this.parts = parts;
        this.tunnel = new TunnelSteps(parts.tunnels());
    }

    public Relocation relocation(ReturnPlan plan) {
        Stretch stretch = Stretched.require(parts, plan.stretchId());
        return new Relocation(
                plan.target(),
                stretch.deploy().targetVdc(),
                stretch.targetVApp(),
                plan.source(),
                stretch.deploy().sourceVdc(),
                plan.vms().stream().map(ReturnSteps::item).toList(),
                plan.bytes());
    }

    static Relocation.Item item(VmPlan vm) {
        return new Relocation.Item(vm.number(), vm.remoteId(), vm.name(), vm.order(), vm.wasOn());
    }

    private Stretch stretch(StepScope<ReturnPlan> scope) {
        return Stretched.require(parts, scope.input().stretchId());
    }

    private Ends ends(StepScope<ReturnPlan> scope) {
        Stretch s = stretch(scope);
        return new Ends(s.id(), s.deploy(), s.sourceEnd(), s.targetEnd());
    }

    private Cloud source(StepScope<ReturnPlan> scope) {
        return parts.cloud(scope.input().source());
    }

    private Cloud target(StepScope<ReturnPlan> scope) {
        return parts.cloud(scope.input().target());
    }

    private ObjectId sourceVApp(StepScope<ReturnPlan> scope) {
        return new ObjectId(stretch(scope).deploy().sourceVApp());
    }

    private Macs returning(StepScope<ReturnPlan> scope) {
        return Macs.of(scope.input().vms().stream().map(VmPlan::nics).toList());
    }

    private Macs moved(StepScope<ReturnPlan> scope) {
        return Macs.of(stretch(scope).vms().stream().map(Stretch.MovedVm::nics).toList());
    }

    /** 0.1 Who answers now, and the services of the source vApp's edges, which lose their rules while the VM is swapped. */
    public StepResult recordHome(StepScope<ReturnPlan> scope) {
        Optional<Stretch.TrialMark> trial = scope.input().trial().flatMap(stretch(scope)::trial);
        if (trial.filter(t -> !t.open()).isPresent()) {
            return StepResult.failed(
                    "trial-committed", "The trial was committed at the last moment: the machines stay.");
        }
        VApp home = source(scope).inventory().vApp(sourceVApp(scope));
        Map<String, EdgeServices> edges = new java.util.TreeMap<>();
        for (VAppNetwork network : home.networks()) {
            if (network.fenceMode() == VAppNetwork.FenceMode.NAT_ROUTED) {
                edges.put(
                        network.name(),
                        source(scope)
                                .edges()
                                .read(new Edges.VAppEdge(home.id(), network.name()))
                                .services());
            }
        }
        return StepResult.done("homeEdges", edges).with("homeStartup", home.startup());
    }

    /** 1.1 The tunnel has to carry the machine until the last moment. */
    public StepResult tunnelUp(StepScope<ReturnPlan> scope) {
        return tunnel.up(scope, ends(scope), false);
    }

    /** 1.2 A return that discards is made also when an end of the tunnel is gone for good. */
    public StepResult proveSegment(StepScope<ReturnPlan> scope) {
        List<Vm> machines = source(scope).inventory().vApp(sourceVApp(scope)).vms().stream()
                .filter(vm -> !vm.name().startsWith("stretch-edge-"))
                .toList();
        List<Flow> flows = TunnelSteps.flows(stretch(scope).deploy(), machines);
        Ends ends = ends(scope);
        String round = TunnelSteps.baselineId(scope, scope.operationId() + "-before");
        tunnel.configure(ends, Side.SOURCE, moved(scope), List.of(), TunnelSteps.probes(flows, Side.SOURCE, round));
        ServiceGate services = new ServiceGate(tunnel, scope, scope.input().gate());
        List<Probe> there = new ArrayList<>(TunnelSteps.probes(flows, Side.TARGET, round));
        there.addAll(services.probes());
        tunnel.configure(ends, Side.TARGET, Macs.none(), List.of(), there);
        boolean discard = scope.input().discard();
        int rounds = discard ? DISCARDING_ROUNDS : TunnelSteps.BASELINE_ROUNDS;
        Optional<List<Flow>> answers = tunnel.baseline(scope, ends, flows, round, rounds);
        if (answers.isEmpty()) {
            return tunnel.poll();
        }
        Optional<StepResult> unknown = discard ? Optional.empty() : TunnelSteps.notAsked(answers.get());
        return unknown.orElseGet(() ->
                services.before(ends, Side.TARGET, StepResult.done("baseline", TunnelSteps.known(answers.get()))));
    }

    private Tag parkingTag(StepScope<?> scope) {
        return new Tag(scope.operationId().value(), "parking-vapp");
    }

    /** 3.2 A place for the placeholder, which makes room for the machine that comes home. */
    public StepResult createParking(StepScope<ReturnPlan> scope) {
        Cloud cloud = source(scope);
        Work work = new Work(scope, cloud);
        var spec = new VApps.VAppSpec(
                "stretch-parking-" + scope.operationId(), "Parks what the returning machines replace", List.of());
        ObjectId vdc = new ObjectId(stretch(scope).deploy().sourceVdc());
        return work.owner("create", () -> cloud.vApps().create(vdc, spec, parkingTag(scope)))
                .<StepResult>map(id -> StepResult.done("parkingVApp", id))
                .orElseGet(work::pause);
    }

    /** In an undo the placeholders are home again, or it is not time to delete what they are in. */
    public StepResult deleteParking(StepScope<ReturnPlan> scope) {
        if (scope.undoing()) {
            Optional<VApp> parking = Found.byTag(source(scope), parkingTag(scope))
                    .flatMap(id -> source(scope).inventory().findVApp(id));
            if (parking.filter(p -> !p.vms().isEmpty()).isPresent()) {
                return StepResult.failed(
                        "parking-not-empty",
                        "The vApp " + parking.get().name() + " still holds "
                                + HomeRules.names(parking.get().vms())
                                + ". Move them back into the source vApp, then retry the operation.");
            }
        }
        return CopySteps.deleteVApp(scope, source(scope), "parkingVApp", "parking-vapp");
    }

    public StepResult park(StepScope<ReturnPlan> scope, VmPlan vm) {
        Cloud cloud = source(scope);
        Work work = new Work(scope, cloud);
        ObjectId parking = new ObjectId(scope.require("parkingVApp", String.class));
        return work.done("off", () -> cloud.vApps().powerOff(new ObjectId(vm.placeholderId())))
                        && Parking.moved(
                                work,
                                "park",
                                cloud,
                                sourceVApp(scope),
                                parking,
                                vm,
                                scope,
                                CopySteps.onNoNetwork(vm.nics()))
                ? StepResult.done()
                : work.pause();
    }

    /** Back to its place, with its identity, and with the rules that named it. */
    public StepResult unpark(StepScope<ReturnPlan> scope, VmPlan vm) {
        Cloud cloud = source(scope);
        Work work = new Work(scope, cloud);
        Optional<ObjectId> parking = scope.output("parkingVApp", String.class)
                .map(ObjectId::new)
                .or(() -> Found.byTag(cloud, parkingTag(scope)));
        if (!work.idle(sourceVApp(scope)) || parking.isPresent() && !work.idle(parking.get())) {
            return work.pause();
        }
        if (parking.isPresent()
                && !Parking.moved(
                        work,
                        "unpark",
                        cloud,
                        parking.get(),
                        sourceVApp(scope),
                        vm,
                        scope,
                        DeploySteps.unplugged(vm.nics()))) {
            return work.pause();
        }
        return restoreEdges(scope, work) && restoreStartup(scope, work) ? StepResult.done() : work.pause();
    }

    /** A machine that leaves the vApp loses its place in the start order. */
    private boolean restoreStartup(StepScope<ReturnPlan> scope, Work work) {
        Cloud cloud = source(scope);
        List<VApp.Startup> before =
                List.of(scope.output("homeStartup", VApp.Startup[].class).orElse(new VApp.Startup[0]));
        return work.done("startup", () -> cloud.vApps()
                .setStartup(
                        sourceVApp(scope),
                        HomeRules.startup(before, cloud.inventory().vApp(sourceVApp(scope)), vmNames(scope))));
    }

    /** 3.3 The home VM is fenced and its NICs are unplugged until the fence at the target holds. */
    public StepResult place(CopySteps<ReturnPlan> copy, StepScope<ReturnPlan> scope, VmPlan vm) {
        var copied = new Fence.Copied(vm.description(), vm.nics(), vm.localId());
        return Fence.placed(copy, scope, source(scope), sourceVApp(scope), item(vm), copied, why(scope));
    }

    public StepResult displace(CopySteps<ReturnPlan> copy, StepScope<ReturnPlan> scope, VmPlan vm) {
        Work work = new Work(scope, source(scope));
        if (!work.idle(sourceVApp(scope))) {
            return work.pause();
        }
        return scope.output("placed." + vm.number(), String.class).isEmpty()
                        && Found.vm(source(scope), sourceVApp(scope), vm.name())
                                .filter(v -> v.id().value().equals(vm.placeholderId()))
                                .isPresent()
                ? StepResult.done()
                : copy.displace(scope, item(vm), sourceVApp(scope));
    }

    /** 3.3 The rules that vanished with the placeholder come back, bound to the machine that replaces it. */
    public StepResult restoreHomeEdges(StepScope<ReturnPlan> scope) {
        Work work = new Work(scope, source(scope));
        return restoreEdges(scope, work) ? StepResult.done() : work.pause();
    }

    private boolean restoreEdges(StepScope<ReturnPlan> scope, Work work) {
        Cloud cloud = source(scope);
        VApp home = cloud.inventory().vApp(sourceVApp(scope));
        for (VAppNetwork network : home.networks()) {
            Optional<EdgeServices> before = homeEdges(scope, network.name());
            if (before.isEmpty()) {
                continue;
            }
            var edge = new Edges.VAppEdge(home.id(), network.name());
            if (!EdgeWork.done(
                    work,
                    "edge-" + network.name(),
                    cloud,
                    edge,
                    now -> HomeRules.restored(before.get(), now, home, vmNames(scope)))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> vmNames(StepScope<ReturnPlan> scope) {
        return scope.input().vms().stream().map(VmPlan::name).toList();
    }

    @SuppressWarnings("unchecked")
    private static Optional<EdgeServices> homeEdges(StepScope<ReturnPlan> scope, String network) {
        return scope.output("homeEdges", HomeRules.Edges.class).map(e -> e.get(network));
    }

    /** 3.4 Fences the copy at the target: seen off, unplugged and silenced. */
    public StepResult fenceTarget(StepScope<ReturnPlan> scope) {
        Cloud cloud = target(scope);
        Work work = new Work(scope, cloud);
        tunnel.configure(ends(scope), Side.TARGET, returning(scope), List.of(), List.of());
        for (VmPlan vm : there(scope)) {
            if (!Fence.closed(work, cloud, vm.number(), vm.remoteId(), remoteNics(vm), why(scope))) {
                return work.pause();
            }
        }
        return StepResult.done();
    }

    private static String why(StepScope<ReturnPlan> scope) {
        return Fence.why(scope.input().stretchId());
    }

    /** The machines that are in the target: when writes are discarded, one that is gone is no obstacle. */
    private List<VmPlan> there(StepScope<ReturnPlan> scope) {
        ObjectId vApp = new ObjectId(stretch(scope).targetVApp());
        return scope.input().vms().stream()
                .filter(vm -> !scope.input().discard()
                        || Found.vm(target(scope), vApp, vm.name()).isPresent())
                .toList();
    }

    /** 2.2 When writes are discarded, there is nothing to wait for: the machine is switched off. */
    public StepResult switchOff(StepScope<ReturnPlan> scope, VmPlan vm) {
        Cloud cloud = target(scope);
        Work work = new Work(scope, cloud);
        return !there(scope).contains(vm)
                        || work.done("power-off", () -> cloud.vApps().powerOff(new ObjectId(vm.remoteId())))
                ? StepResult.done()
                : work.pause();
    }

    public StepResult switchOn(CopySteps<ReturnPlan> copy, StepScope<ReturnPlan> scope, VmPlan vm) {
        return there(scope).contains(vm) ? copy.startVmAgain(scope, item(vm)) : StepResult.done();
    }

    /** The machine at home: the returned one, or the original when writes are discarded. */
    private static ObjectId atHome(StepScope<ReturnPlan> scope, VmPlan vm) {
        return scope.input().discard() ? new ObjectId(vm.placeholderId()) : CopySteps.placed(scope, item(vm));
    }

    private static List<Vm.Nic> remoteNics(VmPlan vm) {
        return DeploySteps.fixed(vm.nics());
    }

    public StepResult unfenceTarget(StepScope<ReturnPlan> scope) {
        Cloud cloud = target(scope);
        Work work = new Work(scope, cloud);
        if (!work.idle(new ObjectId(stretch(scope).targetVApp()))) {
            return work.pause();
        }
        for (VmPlan vm : there(scope)) {
            if (!Fence.opened(scope, parts, work, scope.input().target(), vm.number(), vm.remoteId(), remoteNics(vm))) {
                return work.pause();
            }
        }
        tunnel.configure(ends(scope), Side.TARGET, Macs.none(), List.of(), List.of());
        return StepResult.done();
    }

    public StepResult fenceSeen(StepScope<ReturnPlan> scope) {
        VApp vApp = target(scope).inventory().vApp(new ObjectId(stretch(scope).targetVApp()));
        for (VmPlan plan : scope.input().vms()) {
            Optional<Vm> vm = vApp.vm(plan.name());
            if (vm.isPresent()
                    && !(Found.off(vm.get()) && vm.get().nics().stream().noneMatch(Vm.Nic::connected))) {
                return tunnel.poll();
            }
        }
        return tunnel.fenced(scope, ends(scope), Side.TARGET, returning(scope)) ? StepResult.done() : tunnel.poll();
    }

    /** 3.4 Home may speak again: its NICs are plugged in and its agent lets it through. */
    public StepResult openHome(CopySteps<ReturnPlan> copy, StepScope<ReturnPlan> scope) {
        Cloud cloud = source(scope);
        Work work = new Work(scope, cloud);
        for (VmPlan vm : scope.input().vms()) {
            String id = atHome(scope, vm).value();
            if (!Fence.opened(scope, parts, work, scope.input().source(), vm.number(), id, vm.nics())) {
                return work.pause();
            }
        }
        tunnel.configure(ends(scope), Side.SOURCE, moved(scope).without(returning(scope)), List.of(), List.of());
        return tunnel.unfenced(scope, ends(scope), Side.SOURCE, returning(scope)) ? StepResult.done() : tunnel.poll();
    }

    public StepResult closeHome(StepScope<ReturnPlan> scope) {
        tunnel.configure(ends(scope), Side.SOURCE, moved(scope), List.of(), List.of());
        Cloud cloud = source(scope);
        Work work = new Work(scope, cloud);
        for (VmPlan vm : scope.input().vms()) {
            String id = atHome(scope, vm).value();
            if (!work.idle(sourceVApp(scope)) || !Fence.closed(work, cloud, vm.number(), id, vm.nics(), why(scope))) {
                return work.pause();
            }
        }
        return StepResult.done();
    }

    /** 3.4 */
    public StepResult start(CopySteps<ReturnPlan> copy, StepScope<ReturnPlan> scope, VmPlan vm) {
        return copy.start(scope, atHome(scope, vm), () -> target(scope)
                .inventory()
                .findVApp(new ObjectId(stretch(scope).targetVApp()))
                .ifPresent(vApp -> DeploySteps.requireDead(vApp, scope.input().target(), vm.name())));
    }

    /** 3.4 Between two start orders. */
    public StepResult gate(StepScope<ReturnPlan> scope, Tier<VmPlan> tier) {
        var place = new TierGate.Place(
                source(scope),
                sourceVApp(scope),
                ends(scope),
                Side.SOURCE,
                moved(scope).without(returning(scope)));
        return new TierGate(tunnel).look(scope, tier, place, List.of(scope.require("baseline", Flow[].class)));
    }

    public StepResult stop(CopySteps<ReturnPlan> copy, StepScope<ReturnPlan> scope, VmPlan vm) {
        return copy.stopStarted(scope, atHome(scope, vm), sourceVApp(scope));
    }

    /** 3.4 */
    public StepResult homeRuns(StepScope<ReturnPlan> scope) {
        boolean all = scope.input().vms().stream()
                .filter(VmPlan::startsAtHome)
                .allMatch(vm -> Found.requireVm(source(scope), sourceVApp(scope), vm.name())
                                .state()
                        == PowerState.ON);
        return all ? StepResult.done() : tunnel.poll();
    }

    /** 3.5 */
    public StepResult announce(StepScope<ReturnPlan> scope) {
        List<Announcement> announcements = announcements(scope);
        tunnel.configure(ends(scope), Side.SOURCE, moved(scope).without(returning(scope)), announcements, List.of());
        return tunnel.announced(scope, ends(scope), Side.SOURCE, announcements) ? StepResult.done() : tunnel.poll();
    }

    private static List<Announcement> announcements(StepScope<ReturnPlan> scope) {
        return scope.input().vms().stream()
                .flatMap(vm -> DeploySteps.announcements(scope.operationId() + "-announce", vm.nics()).stream())
                .toList();
    }

    /** 3.5 */
    public StepResult proveContinuity(StepScope<ReturnPlan> scope) {
        List<Flow> flows = List.of(scope.require("baseline", Flow[].class));
        String prefix = scope.operationId() + "-after" + Round.of(scope, Continuity.ROUND);
        Ends ends = ends(scope);
        tunnel.configure(
                ends,
                Side.SOURCE,
                moved(scope).without(returning(scope)),
                announcements(scope),
                TunnelSteps.probes(flows, Side.SOURCE, prefix));
        tunnel.configure(
                ends, Side.TARGET, returning(scope), List.of(), TunnelSteps.probes(flows, Side.TARGET, prefix));
        return Continuity.judge(scope, tunnel, ends, flows, prefix, false);
    }

    /** 3.5 */
    public StepResult remainingSettings(StepScope<ReturnPlan> scope) {
        Cloud cloud = source(scope);
        Work work = new Work(scope, cloud);
        for (VmPlan vm : scope.input().vms()) {
            ObjectId id = atHome(scope, vm);
            if (!work.done("unmark-" + vm.number(), () -> cloud.vApps().removeMetadata(id, DeploySteps.PLACEHOLDER))) {
                return work.pause();
            }
            for (Map.Entry<String, String> entry : vm.metadata().entrySet()) {
                String piece = "metadata-" + vm.number() + "-" + entry.getKey().hashCode();
                if (!work.done(piece, () -> cloud.vApps().setMetadata(id, entry.getKey(), entry.getValue()))) {
                    return work.pause();
                }
            }
        }
        return restoreStartup(scope, work) ? StepResult.done() : work.pause();
    }

    /** 3.6 */
    public StepResult deleteRemote(StepScope<ReturnPlan> scope, VmPlan vm) {
        Cloud cloud = target(scope);
        Work work = new Work(scope, cloud);
        return !there(scope).contains(vm)
                        || work.done("off", () -> cloud.vApps().powerOff(new ObjectId(vm.remoteId())))
                                && work.done("delete", () -> cloud.vApps().deleteVm(new ObjectId(vm.remoteId())))
                ? StepResult.done()
                : work.pause();
    }

    /** 3.6 The VMs are no longer stretched. */
    public StepResult forgetVms(StepScope<ReturnPlan> scope) {
        parts.stretches().update(scope.input().stretchId(), s -> s.without(vmNames(scope)));
        if (!scope.input().last()) {
            tunnel.configure(ends(scope), Side.SOURCE, moved(scope), List.of(), List.of());
            tunnel.configure(ends(scope), Side.TARGET, Macs.none(), List.of(), List.of());
        }
        return StepResult.done();
    }
}
