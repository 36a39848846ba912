package org.stretchdeploy.stretch.internal.model;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.Vm;

/**
 * A return with everything decided: the input of the workflow.
 *
 * @param stretchId the stretch it takes back
 * @param last      true when no VM stays stretched: tunnel, routed vApp and rules go too
 * @param discard   what was written in the target is lost: the originals start again, nothing is copied
 * @param trial     the deploy whose trial has ended, when this is why the machines return
 */
public record ReturnPlan(
        String source,
        String target,
        String vApp,
        String stretchId,
        boolean last,
        List<VmPlan> vms,
        long bytes,
        boolean discard,
        Optional<String> trial) {

    public ReturnPlan {
        trial = trial == null ? Optional.empty() : trial;
    }

    /**
     * @param remoteId      the VM in the target cloud
     * @param placeholderId the fenced VM in the source cloud that keeps the identity
     * @param wasOn         it runs at the target now
     * @param atHome        whether it runs at home afterwards; absent: if it runs at the target now
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
            java.util.Map<String, String> metadata,
            Optional<Boolean> atHome) {
        public VmPlan {
            atHome = atHome == null ? Optional.empty() : atHome;
        }

        public boolean startsAtHome() {
            return atHome.orElse(wasOn);
        }
    }
}
