package org.stretchdeploy.stretch.internal.model;

import java.util.List;
import org.stretchdeploy.spi.Vm;

/**
 * A return with everything decided: the input of the workflow.
 *
 * @param stretchId the stretch it takes back
 * @param last      true when no VM stays stretched: tunnel, routed vApp and rules go too
 */
public record ReturnPlan(
        String source, String target, String vApp, String stretchId, boolean last, List<VmPlan> vms, long bytes) {

    /**
     * @param remoteId      the VM in the target cloud
     * @param placeholderId the fenced VM in the source cloud that keeps the identity
     * @param wasOn         it runs at the target now, so it runs at home afterwards
     */
    public record VmPlan(
            int number,
            String remoteId,
            String placeholderId,
            String name,
            String description,
            String localId,
            boolean wasOn,
            int order,
            List<Vm.Nic> nics,
            long diskMb,
            java.util.Map<String, String> metadata) {}
}
