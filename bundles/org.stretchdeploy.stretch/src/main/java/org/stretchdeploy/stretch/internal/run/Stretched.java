package org.stretchdeploy.stretch.internal.run;

import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.model.Stretch.ApplianceEnd;
import org.stretchdeploy.workflow.StepScope;
import org.stretchdeploy.workflow.WorkflowException;

/** Parts of the stretch that a deploy works on: made by this operation, or there since an earlier one. */
final class Stretched {
    private Stretched() {}

    static ObjectId targetVApp(Parts parts, StepScope<DeployPlan> scope) {
        if (scope.input().joins()) {
            return new ObjectId(joined(parts, scope.input()).targetVApp());
        }
        return new ObjectId(scope.require("targetVApp", String.class));
    }

    static ApplianceEnd end(Parts parts, StepScope<DeployPlan> scope, Side side) {
        if (scope.input().joins()) {
            Stretch stretch = joined(parts, scope.input());
            return side == Side.SOURCE ? stretch.sourceEnd() : stretch.targetEnd();
        }
        return scope.require(side == Side.SOURCE ? "sourceEnd" : "targetEnd", ApplianceEnd.class);
    }

    static Stretch joined(Parts parts, DeployPlan plan) {
        return require(parts, plan.stretchId());
    }

    static Stretch require(Parts parts, String stretchId) {
        return parts.stretches()
                .find(stretchId)
                .orElseThrow(() -> new WorkflowException(
                        WorkflowException.Code.INVALID,
                        "the record of stretch " + stretchId + " is not there any more"));
    }
}
