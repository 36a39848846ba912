package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Finding.Severity;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.Plan.Action;
import org.stretchdeploy.api.Plan.ObjectChange;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.cloud.OpenClouds;
import org.stretchdeploy.stretch.internal.model.DeployPlan.NetworkPlan;
import org.stretchdeploy.stretch.internal.model.GatePlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan.VmPlan;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
import org.stretchdeploy.stretch.internal.model.StartPlan;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.register.Stretches;
import org.stretchdeploy.stretch.internal.run.PackageNode;
import org.stretchdeploy.stretch.internal.run.Snapshots;
import org.stretchdeploy.workflow.Row;

/** Looks at what is stretched and decides the way home. Writes nothing. */
public final class ReturnPlanner {
    private final OpenClouds clouds;
    private final Stretches stretches;
    private final PackageNode packages;
    private final Function<String, Optional<String>> holder;

    public ReturnPlanner(
            OpenClouds clouds, Stretches stretches, PackageNode packages, Function<String, Optional<String>> holder) {
        this.clouds = clouds;
        this.stretches = stretches;
        this.packages = packages;
        this.holder = holder;
    }

    /**
     * A plan for the workflow, empty when a finding blocks it, and the findings.
     *
     * @param meanwhile what people changed at home since the deploy
     */
    public record Draft(
            Stretch stretch, Optional<ReturnPlan> plan, List<Finding> findings, List<ObjectChange> meanwhile) {}

    /** @param trial the deploy whose trial has ended, when this is why */
    public Draft draft(ReturnRequest request, Optional<String> trial) {
        Stretch stretch = stretches
                .of(request.source().value(), request.vApp())
                .or(() -> renamed(request))
                .orElseThrow(() -> StretchException.notFound(
                        "not-stretched",
                        "No VM of vApp " + Quoted.quote(request.vApp()) + " of cloud " + request.source()
                                + " is stretched."));
        List<Finding> findings = new ArrayList<>();
        List<Stretch.MovedVm> chosen = stretch.vms().stream()
                .filter(vm -> request.vms().isEmpty() || request.vms().contains(vm.name()))
                .toList();
        request.gate().requireOnly(chosen.stream().map(Stretch.MovedVm::name).toList());
        unknown(request, stretch, findings);
        String key =
                Surveyor.lockKey(stretch.deploy().source(), stretch.deploy().sourceVApp());
        holder.apply(key)
                .ifPresent(op -> findings.add(new Finding(
                        "operation-running",
                        Severity.BLOCKER,
                        stretch.deploy().source(),
                        request.vApp(),
                        "Operation " + op + " works on this vApp.",
                        "Wait until it has ended, or cancel it.")));
        Cloud target = clouds.open(stretch.deploy().target());
        Cloud source = clouds.open(stretch.deploy().source());
        VApp remote = target.inventory().vApp(new ObjectId(stretch.targetVApp()));
        VApp home = source.inventory().vApp(new ObjectId(stretch.deploy().sourceVApp()));
        List<VmPlan> vms = new ArrayList<>();
        boolean discard = request.writes() == TargetWrites.DISCARD;
        for (Stretch.MovedVm moved : chosen) {
            machine(moved, remote, home, stretch, discard, vms, findings);
        }
        List<ObjectChange> meanwhile = HomeChanges.of(
                stretch,
                Snapshots.of(
                        source,
                        Optional.of(home.id()),
                        stretch.deploy().sourceUplink().edgeGateway().map(ObjectId::new)));
        HomeFindings.add(
                stretch,
                meanwhile,
                chosen.stream().map(Stretch.MovedVm::name).collect(Collectors.toSet()),
                discard,
                findings::add);
        if (!discard) {
            room(stretch, source, vms, findings);
        }
        List<ServiceQuestion> questions = questions(request, stretch, home, vms, findings);
        boolean blocked = findings.stream().anyMatch(Finding::blocks);
        boolean last = chosen.size() == stretch.vms().size();
        long bytes = vms.stream().mapToLong(VmPlan::diskMb).sum() * 1_048_576;
        Optional<ReturnPlan> plan = blocked
                ? Optional.empty()
                : Optional.of(new ReturnPlan(
                        stretch.deploy().source(),
                        stretch.deploy().target(),
                        stretch.deploy().vApp(),
                        stretch.id(),
                        last,
                        vms,
                        discard ? 0 : bytes,
                        discard,
                        trial,
                        Optional.of(GatePlan.of(request.gate()).asking(questions)),
                        request.onFailure() == OnFailure.STOP));
        plan.filter(p -> !p.stops())
                .map(ReturnPlan::tiers)
                .filter(tiers -> tiers.stream().anyMatch(t -> t.gate().isPresent()))
                .ifPresent(tiers ->
                        findings.add(GateFindings.writesAtStake(stretch.deploy().source(), tiers)));
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return new Draft(stretch, plan, findings, meanwhile);
    }

    /** What the gates will ask machines for, at the target first. */
    private static List<ServiceQuestion> questions(
            ReturnRequest request, Stretch stretch, VApp home, List<VmPlan> vms, List<Finding> findings) {
        var tiers = ReturnPlan.tiers(vms, Optional.of(GatePlan.of(request.gate())));
        Map<String, List<String>> reserved = stretch.deploy().networks().stream()
                .collect(Collectors.toMap(NetworkPlan::name, n -> List.of(n.targetGateway())));
        Map<String, List<String>> free = GateQuestions.free(home, reserved);
        free.keySet().retainAll(reserved.keySet());
        List<ServiceQuestion> questions = GateQuestions.of(request.gate(), tiers, free);
        findings.addAll(GateFindings.services(stretch.deploy().target(), request.gate(), tiers, questions));
        return questions;
    }

    /** The stretch of a vApp that somebody gave another name meanwhile. */
    private Optional<Stretch> renamed(ReturnRequest request) {
        return stretches.all().stream()
                .filter(s -> s.deploy().source().equals(request.source().value()))
                .filter(s -> clouds.open(s.deploy().source())
                        .inventory()
                        .findVApp(new ObjectId(s.deploy().sourceVApp()))
                        .filter(v -> v.name().equals(request.vApp()))
                        .isPresent())
                .findFirst();
    }

    private static void unknown(ReturnRequest request, Stretch stretch, List<Finding> findings) {
        Set<String> known = stretch.vms().stream().map(Stretch.MovedVm::name).collect(Collectors.toSet());
        request.vms().stream()
                .filter(vm -> !known.contains(vm))
                .forEach(vm -> findings.add(new Finding(
                        "vm-not-stretched",
                        Severity.BLOCKER,
                        stretch.deploy().target(),
                        vm,
                        "The VM is not stretched.",
                        "Stretched are: " + String.join(", ", known) + ".")));
    }

    private static void machine(
            Stretch.MovedVm moved,
            VApp remote,
            VApp home,
            Stretch stretch,
            boolean discard,
            List<VmPlan> vms,
            List<Finding> findings) {
        Optional<Vm> live = remote.vm(moved.name());
        Optional<Vm> placeholder = home.vm(moved.name());
        if (live.isEmpty() && !discard) {
            findings.add(new Finding(
                    "remote-vm-gone",
                    Severity.BLOCKER,
                    stretch.deploy().target(),
                    moved.name(),
                    "The VM is not in the stretched vApp any more.",
                    "Move it back into vApp " + remote.name() + ", or remove the stretch by hand (docs/runbook.md)."));
            return;
        }
        if (placeholder.isEmpty() || placeholder.get().state() == PowerState.ON) {
            Optional<String> renamed = home.vms().stream()
                    .filter(vm -> vm.id().value().equals(moved.placeholder()))
                    .map(Vm::name)
                    .findFirst();
            findings.add(new Finding(
                    placeholder.isEmpty() ? "placeholder-gone" : "placeholder-runs",
                    Severity.BLOCKER,
                    stretch.deploy().source(),
                    moved.name(),
                    placeholder.isEmpty()
                            ? renamed.map(n -> "The VM's placeholder has another name now: " + n + ".")
                                    .orElse("The VM's placeholder is not in the source vApp any more.")
                            : "Somebody started the VM's placeholder in the source vApp.",
                    placeholder.isEmpty()
                            ? renamed.map(n -> "Give it its name back.").orElse("See docs/runbook.md.")
                            : "Switch it off."));
            return;
        }
        if (discard) {
            findings.add(new Finding(
                    "target-writes-lost",
                    Severity.WARNING,
                    stretch.deploy().target(),
                    moved.name(),
                    "Everything that the VM wrote since the deploy is lost: it starts as it was then.",
                    "Accept the loss, or return with the writes kept."));
        } else if (live.get().snapshot()) {
            findings.add(new Finding(
                    "snapshot-lost",
                    Severity.WARNING,
                    stretch.deploy().target(),
                    moved.name(),
                    "Its snapshot does not survive the way home.",
                    "Accept the loss, or remove the snapshot first."));
        }
        boolean on = live.filter(vm -> vm.state() == PowerState.ON).isPresent();
        vms.add(new VmPlan(
                vms.size() + 1,
                live.map(vm -> vm.id().value()).orElse(moved.remote()),
                placeholder.get().id().value(),
                moved.name(),
                moved.description(),
                moved.localId(),
                on,
                moved.order(),
                moved.nics(),
                live.stream()
                        .flatMap(vm -> vm.disks().stream())
                        .mapToLong(Vm.Disk::capacityMb)
                        .sum(),
                moved.metadata(),
                discard ? Optional.of(on || moved.ranAtHome()) : Optional.empty(),
                home.startup().stream()
                        .filter(s -> s.vm().equals(moved.name()))
                        .findFirst()
                        .map(StartPlan::of)));
    }

    private void room(Stretch stretch, Cloud source, List<VmPlan> vms, List<Finding> findings) {
        long diskMb = vms.stream().mapToLong(VmPlan::diskMb).sum();
        Optional<OrgVdc> vdc = source.inventory().vdcs().stream()
                .filter(v -> v.id().value().equals(stretch.deploy().sourceVdc()))
                .findFirst();
        vdc.filter(v -> v.storageFreeMb() < 2 * diskMb)
                .ifPresent(v -> findings.add(new Finding(
                        "no-source-storage",
                        Severity.BLOCKER,
                        stretch.deploy().source(),
                        v.name(),
                        "The returning copy and its template need " + 2 * diskMb + " MB, " + v.storageFreeMb()
                                + " MB are free.",
                        "Free storage or raise the quota.")));
        Prechecks.staging(findings::add, diskMb, packages.freeBytes());
    }

    /** The plan as people read it. */
    public static Plan document(Draft draft, List<Row<ReturnPlan>> rows) {
        Stretch stretch = draft.stretch();
        if (draft.plan().isEmpty()) {
            return PlanDocument.blocked(
                    Operation.Kind.RETURN,
                    "The return of " + stretch.deploy().vApp() + " is blocked.",
                    draft.findings());
        }
        ReturnPlan plan = draft.plan().get();
        List<ObjectChange> changes = new ArrayList<>();
        for (VmPlan vm : plan.vms()) {
            changes.add(new ObjectChange(
                    plan.source(),
                    "Vm",
                    plan.vApp() + "/" + vm.name(),
                    Action.CHANGE,
                    false,
                    List.of(
                            PlanDocument.plus(
                                    plan.discard()
                                            ? "disks as they were when it was deployed"
                                            : "disks as they are at " + plan.target()),
                            PlanDocument.plus(vm.startsAtHome() ? "runs" : "off"))));
            changes.add(new ObjectChange(
                    plan.target(),
                    "Vm",
                    stretch.deploy().targetVAppName() + "/" + vm.name(),
                    Action.DELETE,
                    false,
                    List.of()));
        }
        if (plan.last()) {
            ending(stretch, changes);
        }
        if (!plan.discard()) {
            PlanDocument.temporary(plan.target(), plan.source(), changes);
        }
        String names = String.join(", ", plan.vms().stream().map(VmPlan::name).toList());
        String summary = "Bring " + names + " of vApp " + plan.vApp() + " back from " + plan.target() + " to "
                + plan.source()
                + (plan.discard() ? ", without what they wrote there," : "")
                + (plan.last() ? " and end the stretch." : "; other VMs stay stretched.");
        return PlanDocument.finish(
                Operation.Kind.RETURN,
                summary,
                draft.findings(),
                PlanDocument.steps(rows, plan.source(), plan.target(), true),
                changes,
                draft.meanwhile(),
                plan.bytes());
    }

    private static void ending(Stretch stretch, List<ObjectChange> changes) {
        var deploy = stretch.deploy();
        changes.add(
                new ObjectChange(deploy.target(), "VApp", deploy.targetVAppName(), Action.DELETE, false, List.of()));
        changes.add(new ObjectChange(
                deploy.source(),
                "VApp",
                deploy.vApp(),
                Action.CHANGE,
                false,
                List.of(new Plan.DiffLine('-', "VM stretch-edge-" + stretch.operation() + ": edge appliance"))));
        deploy.sourceUplink()
                .edgeGateway()
                .ifPresent(g ->
                        changes.add(ours(deploy.source(), deploy.sourceUplink().edgeGatewayName())));
        deploy.targetUplink()
                .edgeGateway()
                .ifPresent(g ->
                        changes.add(ours(deploy.target(), deploy.targetUplink().edgeGatewayName())));
    }

    private static ObjectChange ours(String cloud, String gateway) {
        return new ObjectChange(
                cloud, "EdgeGateway", gateway, Action.CHANGE, false, List.of(new Plan.DiffLine('-', "our NAT rules")));
    }
}
