package org.stretchdeploy.stretch.internal.run;

import static org.stretchdeploy.stretch.internal.run.Rows.many;

import java.time.Duration;
import java.util.List;
import org.stretchdeploy.stretch.internal.cloud.CloudFailures;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.VmPlan;
import org.stretchdeploy.stretch.internal.model.Tier;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowTable;

/**
 * Stretch deploy, as the mission tells it. The table is the specification: numbers and order are those of the mission,
 * a row's undo stands beside it, and everything above the pivot is taken back when something fails or somebody cancels.
 */
public final class DeployTable {
    public static final String NAME = "stretch-deploy";

    private static final Duration SHORT = Duration.ofMinutes(10);
    private static final Duration LONG = Duration.ofHours(48);

    private DeployTable() {}

    // One row, one line: the formatter would take the table apart.
    // spotless:off

    public static Workflow<DeployPlan> with(Parts parts) {
        var infra = new InfrastructureSteps(parts);
        var copy = new CopySteps<DeployPlan>(parts, DeploySteps::relocation);
        var deploy = new DeploySteps(parts);
        WorkflowTable<DeployPlan> table = Workflow.define(NAME, Workflow.version(1))
                .input(DeployPlan.class)
                .failures(CloudFailures::asStepFailure)
                .stopOnFailure(DeployPlan::stops)
                .patience(Rows.PATIENT, Rows.VERY_PATIENT)
                .step("0.1", "record-snapshots", "Record the configuration of both clouds", infra::recordSnapshots)
                .forEach(DeployTable::opening, (plan, t) -> infrastructure(t, infra))
                .step("1.5.1", "open-tunnel", "Configure both ends of the tunnel", deploy::openTunnel)
                .undo(deploy::closeTunnel)
                .await("1.5.2", "tunnel-up", "Tunnel is up, forwards, and carries full frames", deploy::tunnelUp, Duration.ofMinutes(3))
                .await("1.5.3", "segment-proven", "Who answers on the stretched segment, seen from both sides", deploy::proveSegment, Duration.ofMinutes(2));
        CopyPhase.add(table, copy, plan -> DeploySteps.relocation(plan).items(), "source", "target");
        return table.forEach(DeployPlan::vms, (vm, t) -> t.step(
                                "3.2" + many(vm.number()), "place-vm", "Move " + vm.name() + " into the routed vApp, same MAC and IP", s -> deploy.place(copy, s, vm))
                        .undo(s -> deploy.displace(copy, s, vm))
                        .within(SHORT))
                .step("3.3.1", "delete-arrival-vapp", "Delete the temporary vApp in the target cloud", copy::deleteArrivalVApp)
                .step("3.3.2", "delete-target-template", "Delete the template in the target cloud", copy::deleteToCatalog)
                .step("3.3.3", "delete-temporary-vapp", "Delete the temporary vApp in the source cloud", copy::deleteTemporaryVApp)
                .step("3.3.4", "delete-source-template", "Delete the template in the source cloud", copy::deleteFromCatalog)
                .step("3.3.5", "discard-package", "Empty the node's staging area", copy::discardPackage)
                .step("3.4.1", "fence-source", "Fence the source: off, unplugged, silenced in the tunnel", deploy::fence)
                .undo(deploy::unfence)
                .within(SHORT)
                .await("3.4.2", "fence-seen", "The fence is seen to hold", deploy::fenceSeen, Duration.ofMinutes(2))
                .forEach(DeployPlan::tiers, (tier, t) -> starting(t, tier, copy, deploy))
                .row(Rows.pivotAwait("3.4.4", "target-runs", "The machines run in the target cloud: no way back", s -> deploy.targetRuns(copy, s), SHORT))
                .step("3.5.1", "announce", "Announce the MAC addresses on both segments", deploy::announce)
                .retryForever()
                .step("3.5.2", "remaining-settings", "Remaining settings", deploy::remainingSettings)
                .retryForever()
                .await("3.5.3", "continuity-proven", "Prove continuity: what answered before answers now", deploy::proveContinuity, Duration.ofMinutes(5))
                .step("3.6.1", "retire-source", "Commit: retire the source machines", deploy::retireSource)
                .retryForever()
                .step("3.6.2", "record-stretch", "Record the stretch", deploy::record)
                .retryForever()
                .build();
    }

    /** The machines of one start order, and what has to hold before those of the next one start. */
    private static void starting(WorkflowTable<DeployPlan> t, Tier<VmPlan> tier, CopySteps<DeployPlan> copy, DeploySteps deploy) {
        tier.machines().forEach(vm -> t.step(
                        "3.4.3" + many(vm.number()), "start-target-vm", "Start " + vm.name() + " in the target cloud", s -> deploy.start(copy, s, vm))
                .undo(s -> deploy.stop(s, vm))
                .within(SHORT));
        tier.gate().ifPresent(gate -> t.await(
                "3.4.3.gate" + tier.place(), "target-tier-up", "Gate: " + tier.names() + " up before the next start order", s -> deploy.gate(s, tier), TierGate.deadline(tier)));
    }

    private static void infrastructure(
            WorkflowTable<DeployPlan> t, InfrastructureSteps infra) {
        t.step("1.1", "create-routed-vapp", "Empty routed vApp in the target cloud", infra::createRoutedVApp)
                .undo(infra::deleteRoutedVApp)
                .within(SHORT)
                .step("1.2", "start-routed-vapp", "Start the routed vApp", infra::startRoutedVApp)
                .within(SHORT)
                .step("1.2.1", "publish-target-appliance", "Edge appliance's package into the target's catalog", s -> infra.publishAppliance(s, Side.TARGET))
                .undo(s -> infra.deleteCatalog(s, Side.TARGET))
                .within(SHORT)
                .step("1.2.2", "add-target-appliance", "Edge appliance into the routed vApp", s -> infra.addAppliance(s, Side.TARGET))
                .undo(s -> infra.removeAppliance(s, Side.TARGET))
                .within(SHORT)
                .step("1.2.3", "start-target-appliance", "Enrol and start the edge appliance", s -> infra.startAppliance(s, Side.TARGET))
                .undo(s -> infra.forgetAppliance(s, Side.TARGET))
                .within(SHORT)
                .step("1.3.1", "silence-target-edge", "Target's vApp edge: no routing, no NAT, no DHCP", infra::silenceTargetEdge)
                .within(SHORT)
                .step("1.3.2", "configure-target-edge", "NAT rules at the target's edge gateway", s -> infra.openEdgeGateway(s, Side.TARGET))
                .undo(s -> infra.closeEdgeGateway(s, Side.TARGET))
                .within(SHORT)
                .step("1.4.1", "publish-source-appliance", "Edge appliance's package into the source's catalog", s -> infra.publishAppliance(s, Side.SOURCE))
                .undo(s -> infra.deleteCatalog(s, Side.SOURCE))
                .within(SHORT)
                .step("1.4.2", "add-source-appliance", "Edge appliance into the source vApp", s -> infra.addAppliance(s, Side.SOURCE))
                .undo(s -> infra.removeAppliance(s, Side.SOURCE))
                .within(SHORT)
                .step("1.4.3", "start-source-appliance", "Enrol and start the edge appliance", s -> infra.startAppliance(s, Side.SOURCE))
                .undo(s -> infra.forgetAppliance(s, Side.SOURCE))
                .within(SHORT)
                .step("1.4.4", "configure-source-edge", "NAT rules at the source's edge gateway", s -> infra.openEdgeGateway(s, Side.SOURCE))
                .undo(s -> infra.closeEdgeGateway(s, Side.SOURCE))
                .within(SHORT);
    }

    // spotless:on

    /** The plan itself when this deploy opens the stretch, nothing when it joins one. */
    private static List<DeployPlan> opening(DeployPlan plan) {
        return plan.joins() ? List.of() : List.of(plan);
    }
}
