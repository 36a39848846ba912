package org.stretchdeploy.stretch.internal.run;

import static org.stretchdeploy.stretch.internal.run.Rows.many;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.stretchdeploy.stretch.internal.cloud.CloudFailures;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan.VmPlan;
import org.stretchdeploy.stretch.internal.model.Tier;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowTable;

/**
 * The way home: the deploy's phases with source and target exchanged, and, with the last machine, the end of the stretch.
 * The source vApp's placeholder is parked, not deleted, until the returned machine runs.
 */
public final class ReturnTable {
    public static final String NAME = "stretch-return";

    private static final Duration SHORT = Duration.ofMinutes(10);
    private static final Duration LONG = Duration.ofHours(48);

    private ReturnTable() {}

    // One row, one line: the formatter would take the table apart.
    // spotless:off

    public static Workflow<ReturnPlan> with(Parts parts) {
        var home = new ReturnSteps(parts);
        var end = new ReturnTeardown(parts);
        var copy = new CopySteps<ReturnPlan>(parts, home::relocation);
        return Workflow.define(NAME, Workflow.version(1))
                .input(ReturnPlan.class)
                .failures(CloudFailures::asStepFailure)
                .stopOnFailure(ReturnPlan::stops)
                .patience(Rows.PATIENT, Rows.VERY_PATIENT)
                .step("0.1", "record-home", "Record the source vApp's edges", home::recordHome)
                .forEach(ReturnTable::copied, (plan, t) -> t.await("1.1", "tunnel-up", "Tunnel is up", home::tunnelUp, Duration.ofMinutes(3)))
                .await("1.2", "segment-proven", "Who answers on the stretched segment, seen from both sides", home::proveSegment, Duration.ofMinutes(2))
                .forEach(ReturnTable::copied, (plan, t) -> arrival(t, copy, home))
                .forEach(ReturnTable::discarded, (vm, t) -> t.step(
                                "2.2.1" + many(vm.number()), "stop-target-vm", "Switch " + vm.name() + " off", s -> home.switchOff(s, vm))
                        .undo(s -> home.switchOn(copy, s, vm))
                        .within(SHORT))
                .step("3.4.1", "fence-target", "Fence the target: off, unplugged, silenced in the tunnel", home::fenceTarget)
                .undo(home::unfenceTarget)
                .within(SHORT)
                .await("3.4.2", "fence-seen", "The fence is seen to hold", home::fenceSeen, Duration.ofMinutes(2))
                .step("3.4.3", "open-home", "Plug in the returned machines", s -> home.openHome(copy, s))
                .undo(home::closeHome)
                .within(Duration.ofMinutes(2))
                .forEach(ReturnPlan::tiers, (tier, t) -> starting(t, tier, copy, home))
                .row(Rows.pivotAwait("3.4.5", "source-runs", "The machines run at home: no way back", home::homeRuns, SHORT))
                .step("3.5.1", "announce", "Announce the MAC addresses on both segments", home::announce)
                .retryForever()
                .step("3.5.2", "remaining-settings", "Remaining settings", home::remainingSettings)
                .retryForever()
                .await("3.5.3", "continuity-proven", "Prove continuity: what answered before answers now", home::proveContinuity, Duration.ofMinutes(5))
                .forEach(ReturnPlan::vms, (vm, t) -> t.step(
                                "3.6.1" + many(vm.number()), "delete-target-vm", "Delete " + vm.name() + " in the target cloud", s -> home.deleteRemote(s, vm))
                        .retryForever())
                .forEach(ReturnTable::copied, (plan, t) -> clearing(t, copy, home))
                .step("3.6.8", "forget-vms", "The machines are stretched no more", home::forgetVms)
                .retryForever()
                .forEach(ReturnTable::ending, (plan, t) -> teardown(t, end))
                .build();
    }

    /** The machines of one start order, and what has to hold before those of the next one start. */
    private static void starting(WorkflowTable<ReturnPlan> t, Tier<VmPlan> tier, CopySteps<ReturnPlan> copy, ReturnSteps home) {
        tier.machines().forEach(vm -> t.step(
                        "3.4.4" + many(vm.number()), "start-source-vm", "Start " + vm.name() + " at home", s -> home.start(copy, s, vm))
                .undo(s -> home.stop(copy, s, vm))
                .within(SHORT));
        tier.gate().ifPresent(gate -> t.await(
                "3.4.4.gate" + tier.place(), "source-tier-up", "Gate: " + tier.names() + " up before the next start order", s -> home.gate(s, tier), TierGate.deadline(tier)));
    }

    private static void arrival(WorkflowTable<ReturnPlan> t, CopySteps<ReturnPlan> copy, ReturnSteps home) {
        CopyPhase.add(t, copy, plan -> plan.vms().stream().map(ReturnSteps::item).toList(), "target", "source");
        t.step("3.2.1", "create-parking-vapp", "A place for the placeholders", home::createParking)
                .undo(home::deleteParking)
                .within(SHORT)
                .forEach(ReturnPlan::vms, (vm, rows) -> swap(rows, copy, home, vm))
                .step("3.3", "restore-source-edge", "Put the rules of the returned machines back", home::restoreHomeEdges)
                .within(SHORT);
    }

    private static void clearing(WorkflowTable<ReturnPlan> t, CopySteps<ReturnPlan> copy, ReturnSteps home) {
        t.step("3.6.2", "delete-parking-vapp", "Delete the placeholders", home::deleteParking)
                .retryForever()
                .step("3.6.3", "delete-arrival-vapp", "Delete the temporary vApp in the source cloud", copy::deleteArrivalVApp)
                .retryForever()
                .step("3.6.4", "delete-temporary-vapp", "Delete the temporary vApp in the target cloud", copy::deleteTemporaryVApp)
                .retryForever()
                .step("3.6.5", "delete-source-template", "Delete the template in the source cloud", copy::deleteToCatalog)
                .retryForever()
                .step("3.6.6", "delete-target-template", "Delete the template in the target cloud", copy::deleteFromCatalog)
                .retryForever()
                .step("3.6.7", "discard-package", "Empty the node's staging area", copy::discardPackage)
                .retryForever();
    }

    private static void swap(WorkflowTable<ReturnPlan> t, CopySteps<ReturnPlan> copy, ReturnSteps home, VmPlan vm) {
        t.step("3.2.2" + many(vm.number()), "park-placeholder", "Park the placeholder of " + vm.name(), s -> home.park(s, vm))
                .undo(s -> home.unpark(s, vm))
                .within(SHORT)
                .step("3.2.3" + many(vm.number()), "place-vm", "Move " + vm.name() + " into its old place, same MAC and IP", s -> home.place(copy, s, vm))
                .undo(s -> home.displace(copy, s, vm))
                .within(SHORT);
    }

    private static void teardown(WorkflowTable<ReturnPlan> t, ReturnTeardown end) {
        t.step("4.1", "remove-source-appliance", "Take the edge appliance out of the source vApp", end::removeSourceAppliance)
                .retryForever()
                .step("4.2.1", "restore-source-gateway", "Take our rules off the source's edge gateway", s -> end.closeEdgeGateway(s, Side.SOURCE))
                .retryForever()
                .step("4.2.2", "restore-target-gateway", "Take our rules off the target's edge gateway", s -> end.closeEdgeGateway(s, Side.TARGET))
                .retryForever()
                .step("4.3", "delete-routed-vapp", "Delete the routed vApp in the target cloud", end::deleteRoutedVApp)
                .retryForever()
                .step("4.4", "close-tunnel", "Close the tunnel", end::closeTunnel)
                .retryForever()
                .step("4.5", "compare-snapshots", "Compare both clouds with what they were before", end::compare)
                .retryForever()
                .step("4.6", "forget-stretch", "The stretch is over", end::forgetStretch)
                .retryForever();
    }

    // spotless:on

    /** The plan itself when the disks are copied home, nothing when what was written in the target is discarded. */
    private static List<ReturnPlan> copied(ReturnPlan plan) {
        return plan.discard() ? List.of() : List.of(plan);
    }

    /** The machines whose writes are discarded, the last started one first. */
    private static List<VmPlan> discarded(ReturnPlan plan) {
        return !plan.discard()
                ? List.of()
                : plan.vms().stream()
                        .sorted(Comparator.comparingInt(VmPlan::order).reversed())
                        .toList();
    }

    private static List<ReturnPlan> ending(ReturnPlan plan) {
        return plan.last() ? List.of(plan) : List.of();
    }
}
