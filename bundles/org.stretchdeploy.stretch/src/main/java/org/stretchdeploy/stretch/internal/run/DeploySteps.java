package org.stretchdeploy.stretch.internal.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.VmPlan;
import org.stretchdeploy.stretch.internal.model.Relocation;
import org.stretchdeploy.stretch.internal.model.Snapshot;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.model.Tier;
import org.stretchdeploy.stretch.internal.run.Ends.Macs;
import org.stretchdeploy.stretch.internal.run.TunnelSteps.Flow;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Announcement;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Probe;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** The steps of a deploy that are neither infrastructure nor copy: tunnel, fence, start, proof, commit. */
public final class DeploySteps {
    /** Key of user metadata that marks the fenced VM that stays at home. */
    static final String PLACEHOLDER = "stretch.placeholder-of";

    /** Name of the signal that commits a deploy which still runs. */
    public static final String COMMIT = "commit";

    /** Code of the failure of a start whose machine's other copy lives. */
    static final String FENCE_BROKEN = "fence-broken";

    private final Parts parts;
    private final TunnelSteps tunnel;

    public DeploySteps(Parts parts) {
        this.parts = parts;
        this.tunnel = new TunnelSteps(parts.tunnels());
    }

    public static Relocation relocation(DeployPlan plan) {
        return new Relocation(
                plan.source(),
                plan.sourceVdc(),
                plan.sourceVApp(),
                plan.target(),
                plan.targetVdc(),
                plan.vms().stream().map(DeploySteps::item).toList(),
                plan.bytes());
    }

    public static Relocation.Item item(VmPlan vm) {
        return new Relocation.Item(vm.number(), vm.id(), vm.name(), vm.order(), vm.wasOn());
    }

    private Ends ends(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        DeployPlan opened = plan.joins() ? Stretched.joined(parts, plan).deploy() : plan;
        return new Ends(
                plan.stretchId(),
                opened,
                Stretched.end(parts, scope, Side.SOURCE),
                Stretched.end(parts, scope, Side.TARGET));
    }

    private Macs movedBefore(DeployPlan plan) {
        if (!plan.joins()) {
            return Macs.none();
        }
        return Macs.of(Stretched.joined(parts, plan).vms().stream()
                .map(Stretch.MovedVm::nics)
                .toList());
    }

    private Macs movedNow(DeployPlan plan) {
        List<List<Vm.Nic>> all =
                new ArrayList<>(plan.vms().stream().map(VmPlan::nics).toList());
        if (plan.joins()) {
            Stretched.joined(parts, plan).vms().forEach(vm -> all.add(vm.nics()));
        }
        return Macs.of(all);
    }

    /** 1.5 */
    public StepResult openTunnel(StepScope<DeployPlan> scope) {
        Ends ends = ends(scope);
        for (Side side : Side.values()) {
            Macs fenced = side == Side.SOURCE ? movedBefore(scope.input()) : Macs.none();
            tunnel.configure(ends, side, fenced, List.of(), List.of());
        }
        return StepResult.done();
    }

    public StepResult closeTunnel(StepScope<DeployPlan> scope) {
        String operation = scope.operationId().value();
        if (!scope.input().joins()) {
            for (Side side : Side.values()) {
                ApplianceSteps.agents(operation, side).forEach(parts.tunnels()::forget);
            }
        }
        return StepResult.done();
    }

    public StepResult tunnelUp(StepScope<DeployPlan> scope) {
        return tunnel.up(scope, ends(scope), !scope.input().joins());
    }

    /** 1.5 Who answers before anything moves, from both sides; and the target's gateway address is really free. */
    public StepResult proveSegment(StepScope<DeployPlan> scope) {
        Ends ends = ends(scope);
        List<Vm> machines = source(scope).vms().stream()
                .filter(vm -> !vm.name().startsWith("stretch-edge-"))
                .toList();
        List<Flow> flows = new ArrayList<>(TunnelSteps.flows(scope.input(), machines));
        int watched = flows.size();
        scope.input()
                .routed()
                .forEach(n -> flows.add(new Flow(Side.SOURCE, n.name(), n.targetGateway(), TunnelSteps.FREE, "")));
        ServiceGate services = new ServiceGate(tunnel, scope, scope.input().gate());
        String round = TunnelSteps.baselineId(scope, id(scope, "before"));
        List<Probe> atHome = new ArrayList<>(TunnelSteps.probes(flows, Side.SOURCE, round));
        atHome.addAll(services.probes());
        tunnel.configure(ends, Side.SOURCE, movedBefore(scope.input()), List.of(), atHome);
        List<Probe> there = TunnelSteps.probes(flows, Side.TARGET, round);
        tunnel.configure(ends, Side.TARGET, Macs.none(), List.of(), there);
        Optional<List<Flow>> answers = tunnel.baseline(scope, ends, flows, round, TunnelSteps.BASELINE_ROUNDS);
        if (answers.isEmpty()) {
            return tunnel.poll();
        }
        Optional<StepResult> unknown = TunnelSteps.notAsked(answers.get());
        if (unknown.isPresent()) {
            return unknown.get();
        }
        for (Flow free : answers.get().subList(watched, flows.size())) {
            if (!free.mac().isEmpty()) {
                return StepResult.failed(
                        "address-taken",
                        "The address " + free.address() + " of network " + free.network()
                                + " was to be the target edge's, but the machine with MAC address " + free.mac()
                                + " answers for it. Take it out of use or give the vApp network's static pool its real extent.");
            }
        }
        return services.before(
                ends, Side.SOURCE, StepResult.done("baseline", answers.get().subList(0, watched)));
    }

    private static String id(StepScope<?> scope, String word) {
        return scope.operationId() + "-" + word;
    }

    private VApp source(StepScope<DeployPlan> scope) {
        return parts.cloud(scope.input().source())
                .inventory()
                .vApp(new ObjectId(scope.input().sourceVApp()));
    }

    /** 3.2 The copy is fenced until the fence at the source holds. */
    public StepResult place(CopySteps<DeployPlan> copy, StepScope<DeployPlan> scope, VmPlan vm) {
        var copied = new Fence.Copied(vm.description(), fixed(vm.nics()), vm.localId());
        return Fence.placed(
                copy, scope, target(scope), Stretched.targetVApp(parts, scope), item(vm), copied, why(scope.input()));
    }

    private Cloud target(StepScope<DeployPlan> scope) {
        return parts.cloud(scope.input().target());
    }

    private static String why(DeployPlan plan) {
        return Fence.why(plan.stretchId());
    }

    /** The same NICs with their addresses fixed: nobody at the target may choose another one. */
    static List<Vm.Nic> fixed(List<Vm.Nic> nics) {
        return nics.stream()
                .map(n -> new Vm.Nic(
                        n.index(),
                        n.network(),
                        n.mac(),
                        n.address(),
                        n.allocation() == Vm.Allocation.POOL && n.address().isPresent()
                                ? Vm.Allocation.MANUAL
                                : n.allocation(),
                        n.connected(),
                        n.primary(),
                        n.adapter()))
                .toList();
    }

    public StepResult displace(CopySteps<DeployPlan> copy, StepScope<DeployPlan> scope, VmPlan vm) {
        Optional<ObjectId> vApp = scope.input().joins()
                ? Optional.of(Stretched.targetVApp(parts, scope))
                : scope.output("targetVApp", String.class).map(ObjectId::new);
        return vApp.isEmpty() ? StepResult.done() : copy.displace(scope, item(vm), vApp.get());
    }

    /** 3.4 The source VM is off and its NICs are disconnected; its agent lets no frame of it through. */
    public StepResult fence(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        Cloud cloud = parts.cloud(plan.source());
        Work work = new Work(scope, cloud);
        tunnel.configure(ends(scope), Side.SOURCE, movedNow(plan), List.of(), List.of());
        for (VmPlan vm : plan.vms()) {
            if (!Fence.closed(work, cloud, vm.number(), vm.id(), vm.nics(), why(plan))) {
                return work.pause();
            }
        }
        return StepResult.done();
    }

    static List<Vm.Nic> unplugged(List<Vm.Nic> nics) {
        return nics.stream().map(nic -> nic.connected(false)).toList();
    }

    public StepResult unfence(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        Cloud cloud = parts.cloud(plan.source());
        Work work = new Work(scope, cloud);
        if (!work.idle(new ObjectId(plan.sourceVApp()))) {
            return work.pause();
        }
        for (VmPlan vm : plan.vms()) {
            if (!Fence.opened(scope, parts, work, plan.source(), vm.number(), vm.id(), vm.nics())) {
                return work.pause();
            }
        }
        tunnel.configure(ends(scope), Side.SOURCE, movedBefore(plan), List.of(), List.of());
        return StepResult.done();
    }

    public StepResult fenceSeen(StepScope<DeployPlan> scope) {
        VApp vApp = source(scope);
        for (VmPlan plan : scope.input().vms()) {
            Optional<Vm> vm = vApp.vm(plan.name());
            boolean silent = vm.isEmpty()
                    || Found.off(vm.get()) && vm.get().nics().stream().noneMatch(Vm.Nic::connected);
            if (!silent) {
                scope.progress(0, 1, "count", plan.name() + " is not off and unplugged yet");
                return tunnel.poll();
            }
        }
        return tunnel.fenced(scope, ends(scope), Side.SOURCE, movedNow(scope.input()))
                ? StepResult.done()
                : tunnel.poll();
    }

    /** 3.4 The copy's fence is opened only while its original is dead. */
    public StepResult start(CopySteps<DeployPlan> copy, StepScope<DeployPlan> scope, VmPlan vm) {
        Runnable dead = () -> requireDead(source(scope), scope.input().source(), vm.name());
        dead.run();
        Work work = new Work(scope, target(scope));
        return opened(scope, work, vm) ? copy.start(scope, CopySteps.placed(scope, item(vm)), dead) : work.pause();
    }

    private boolean opened(StepScope<DeployPlan> scope, Work work, VmPlan vm) {
        String id = CopySteps.placed(scope, item(vm)).value();
        return Fence.opened(scope, parts, work, scope.input().target(), vm.number(), id, fixed(vm.nics()));
    }

    /**
     * A fence that was seen may have been opened since, while an operator thought or a gate was waited for.
     *
     * @throws CloudException fence-broken when the copy that has to be dead could speak
     */
    static void requireDead(VApp vApp, String cloud, String name) {
        boolean live = vApp.vm(name)
                .filter(vm -> vm.state() == PowerState.ON && vm.nics().stream().anyMatch(Vm.Nic::connected))
                .isPresent();
        if (live) {
            throw new CloudException(
                    FENCE_BROKEN,
                    CloudException.Category.USER,
                    "VM " + name + " runs with connected NICs in cloud " + cloud
                            + " although it is fenced, so its copy is not started: there would be two. Switch it off"
                            + " and disconnect its NICs there.");
        }
    }

    /** 3.4 Between two start orders. */
    public StepResult gate(StepScope<DeployPlan> scope, Tier<VmPlan> tier) {
        var place = new TierGate.Place(
                parts.cloud(scope.input().target()),
                Stretched.targetVApp(parts, scope),
                ends(scope),
                Side.TARGET,
                Macs.none());
        return new TierGate(tunnel).look(scope, tier, place, List.of(scope.require("baseline", Flow[].class)));
    }

    public StepResult stop(StepScope<DeployPlan> scope, VmPlan vm) {
        Cloud cloud = target(scope);
        Work work = new Work(scope, cloud);
        String id = CopySteps.placed(scope, item(vm)).value();
        return work.idle(Stretched.targetVApp(parts, scope))
                        && Fence.closed(work, cloud, vm.number(), id, fixed(vm.nics()), why(scope.input()))
                ? StepResult.done()
                : work.pause();
    }

    public StepResult targetRuns(CopySteps<DeployPlan> copy, StepScope<DeployPlan> scope) {
        return copy.allRun(scope, Stretched.targetVApp(parts, scope));
    }

    /** 3.5 From the VM's side toward the tunnel, so that no forwarding table keeps the old place. */
    public StepResult announce(StepScope<DeployPlan> scope) {
        List<Announcement> announcements = announcements(scope);
        tunnel.configure(ends(scope), Side.TARGET, Macs.none(), announcements, List.of());
        return tunnel.announced(scope, ends(scope), Side.TARGET, announcements) ? StepResult.done() : tunnel.poll();
    }

    private List<Announcement> announcements(StepScope<DeployPlan> scope) {
        return scope.input().vms().stream()
                .flatMap(vm -> announcements(id(scope, "announce"), vm.nics()).stream())
                .toList();
    }

    static List<Announcement> announcements(String prefix, List<Vm.Nic> nics) {
        return nics.stream()
                .filter(n -> !n.network().isEmpty())
                .map(n -> new Announcement(
                        prefix + "-" + n.mac(),
                        n.network(),
                        n.mac(),
                        n.address().orElse("")))
                .toList();
    }

    /** 3.5 What answered before answers now. */
    public StepResult proveContinuity(StepScope<DeployPlan> scope) {
        Flow[] before = scope.require("baseline", Flow[].class);
        List<Flow> flows = List.of(before);
        String prefix = id(scope, "after") + Round.of(scope, Continuity.ROUND);
        Ends ends = ends(scope);
        tunnel.configure(
                ends, Side.SOURCE, movedNow(scope.input()), List.of(), TunnelSteps.probes(flows, Side.SOURCE, prefix));
        tunnel.configure(
                ends, Side.TARGET, Macs.none(), announcements(scope), TunnelSteps.probes(flows, Side.TARGET, prefix));
        return Continuity.judge(
                scope, tunnel, ends, flows, prefix, scope.input().trial().isPresent());
    }

    /** 3.5 Who was off may be started from now on; start order at the target as at the source. */
    public StepResult remainingSettings(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        Cloud cloud = target(scope);
        Work work = new Work(scope, cloud);
        ObjectId vApp = Stretched.targetVApp(parts, scope);
        for (VmPlan vm : plan.vms()) {
            boolean waits = !vm.wasOn() && Found.vm(cloud, vApp, vm.name()).isPresent();
            if (waits && !opened(scope, work, vm)) {
                return work.pause();
            }
            ObjectId id = CopySteps.placed(scope, item(vm));
            for (Map.Entry<String, String> entry : vm.metadata().entrySet()) {
                String piece = "metadata-" + vm.number() + "-" + entry.getKey().hashCode();
                if (!work.done(piece, () -> cloud.vApps().setMetadata(id, entry.getKey(), entry.getValue()))) {
                    return work.pause();
                }
            }
        }
        return work.done("startup", () -> cloud.vApps().setStartup(vApp, startOrder(plan, cloud, vApp)))
                ? StepResult.done()
                : work.pause();
    }

    /** Other machines keep their entries: of an earlier deploy, or a person's. */
    private static List<VApp.Startup> startOrder(DeployPlan plan, Cloud cloud, ObjectId vApp) {
        List<VApp.Startup> moved = plan.vms().stream()
                .flatMap(vm -> vm.start().map(start -> start.entry(vm.name(), vm.order())).stream())
                .toList();
        return HomeRules.startup(
                moved,
                cloud.inventory().vApp(vApp),
                plan.vms().stream().map(VmPlan::name).toList());
    }

    /** 3.6 The source VM stays, off and unplugged, as the anchor of its NAT rules and addresses. */
    public StepResult retireSource(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        Cloud cloud = parts.cloud(plan.source());
        Work work = new Work(scope, cloud);
        for (VmPlan vm : plan.vms()) {
            String value = plan.target() + "/" + plan.targetVAppName() + "/" + vm.name();
            if (!work.done("mark-" + vm.number(), () -> cloud.vApps()
                    .setMetadata(new ObjectId(vm.id()), PLACEHOLDER, value))) {
                return work.pause();
            }
        }
        return StepResult.done();
    }

    /** 3.6 From now on the vApp counts as stretched. */
    public StepResult record(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        List<Stretch.MovedVm> moved = plan.vms().stream()
                .map(vm -> new Stretch.MovedVm(
                        vm.name(),
                        vm.id(),
                        CopySteps.placed(scope, item(vm)).value(),
                        vm.description(),
                        vm.localId(),
                        vm.order(),
                        vm.nics(),
                        vm.metadata(),
                        vm.wasOn()))
                .toList();
        List<Stretch.TrialMark> trials = trial(scope).stream().toList();
        if (parts.stretches().find(plan.stretchId()).isPresent()) {
            parts.stretches().update(plan.stretchId(), s -> s.with(moved, trials));
            return StepResult.done();
        }
        parts.stretches()
                .put(new Stretch(
                        plan.stretchId(),
                        scope.operationId().value(),
                        plan,
                        scope.require("targetVApp", String.class),
                        Stretched.end(parts, scope, Side.SOURCE),
                        Stretched.end(parts, scope, Side.TARGET),
                        moved,
                        scope.require("sourceBefore", Snapshot.class),
                        scope.require("targetBefore", Snapshot.class),
                        trials));
        return StepResult.done();
    }

    /**
     * The trial begins when the deploy is through. One whose continuity is not proven is over at once: this is what a
     * trial is for.
     */
    private static Optional<Stretch.TrialMark> trial(StepScope<DeployPlan> scope) {
        return scope.input().trial().map(plan -> {
            Instant begins = scope.noted("trialBegins", Instant.class).orElseGet(() -> {
                scope.note("trialBegins", scope.now());
                return scope.now();
            });
            boolean proven = scope.output("continuity", ContinuityReport.class)
                    .map(ContinuityReport::proven)
                    .orElse(true);
            boolean committed = scope.signal(COMMIT, Boolean.class).isPresent();
            return new Stretch.TrialMark(
                    scope.operationId().value(),
                    proven ? begins.plusSeconds(plan.seconds()) : begins,
                    plan.discard(),
                    committed ? Optional.of(begins) : Optional.empty(),
                    scope.input().vms().stream().map(VmPlan::name).toList());
        });
    }

    /** The report that a step left, if it got that far. */
    public static Optional<ContinuityReport> report(StepScope<?> scope) {
        return scope.output("continuity", ContinuityReport.class);
    }
}
