package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.model.Snapshot;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** Phase 4 of the way home: when the last machine is back, the stretch is taken down and both clouds are compared. */
public final class ReturnTeardown {
    private final Parts parts;

    public ReturnTeardown(Parts parts) {
        this.parts = parts;
    }

    private Stretch stretch(StepScope<ReturnPlan> scope) {
        return Stretched.require(parts, scope.input().stretchId());
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

    /** 4.1 */
    public StepResult removeSourceAppliance(StepScope<ReturnPlan> scope) {
        Stretch s = stretch(scope);
        Cloud cloud = source(scope);
        Work work = new Work(scope, cloud);
        return ApplianceSteps.remove(
                        work,
                        cloud,
                        sourceVApp(scope),
                        s.operation(),
                        s.deploy().sourceUplink())
                ? StepResult.done()
                : work.pause();
    }

    /** 4.2 */
    public StepResult closeEdgeGateway(StepScope<ReturnPlan> scope, Side side) {
        Stretch s = stretch(scope);
        Cloud cloud = side == Side.SOURCE ? source(scope) : target(scope);
        Work work = new Work(scope, cloud);
        return InfrastructureSteps.closed(work, cloud, ApplianceSteps.uplink(s.deploy(), side), s.operation())
                ? StepResult.done()
                : work.pause();
    }

    /** 4.3 */
    public StepResult deleteRoutedVApp(StepScope<ReturnPlan> scope) {
        Cloud cloud = target(scope);
        Work work = new Work(scope, cloud);
        ObjectId vApp = new ObjectId(stretch(scope).targetVApp());
        return cloud.inventory().findVApp(vApp).isEmpty()
                        || work.done("undeploy", () -> cloud.vApps().undeployVApp(vApp))
                                && work.done("delete", () -> cloud.vApps().delete(vApp))
                ? StepResult.done()
                : work.pause();
    }

    /** 4.4 */
    public StepResult closeTunnel(StepScope<ReturnPlan> scope) {
        Stretch s = stretch(scope);
        Stream.of(s.sourceEnd(), s.targetEnd())
                .flatMap(end -> end.members().stream())
                .forEach(member -> parts.tunnels().forget(member.agent()));
        return StepResult.done();
    }

    /** 4.5 Both clouds against the snapshots from before the stretch; what a person changed meanwhile is reported. */
    public StepResult compare(StepScope<ReturnPlan> scope) {
        Stretch s = stretch(scope);
        Snapshot sourceNow = Snapshots.of(
                source(scope),
                Optional.of(sourceVApp(scope)),
                s.deploy().sourceUplink().edgeGateway().map(ObjectId::new));
        Snapshot targetNow = Snapshots.of(
                target(scope),
                Optional.empty(),
                s.deploy().targetUplink().edgeGateway().map(ObjectId::new));
        List<String> differences = new ArrayList<>();
        s.sourceBefore()
                .differences(sourceNow)
                .forEach(d -> differences.add(scope.input().source() + ": " + d));
        s.targetBefore()
                .differences(targetNow)
                .forEach(d -> differences.add(scope.input().target() + ": " + d));
        return StepResult.done("differences", differences);
    }

    /** 4.6 */
    public StepResult forgetStretch(StepScope<ReturnPlan> scope) {
        parts.stretches().remove(scope.input().stretchId());
        return StepResult.done();
    }
}
