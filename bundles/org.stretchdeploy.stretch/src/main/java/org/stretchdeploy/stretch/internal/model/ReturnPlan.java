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
 * @param gate      what has to hold between two start orders; absent in plans of old
 * @param stops     a failure before the pivot stops the whole instead of taking it back
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
        Optional<String> trial,
        Optional<GatePlan> gate,
        boolean stops) {

    public ReturnPlan {
        trial = trial == null ? Optional.empty() : trial;
        gate = gate == null ? Optional.empty() : gate;
    }

    /** The machines that run at home afterwards, by start order. */
    public List<Tier<VmPlan>> tiers() {
        return tiers(vms, gate);
    }

    public static List<Tier<VmPlan>> tiers(List<VmPlan> vms, Optional<GatePlan> gate) {
        return Tier.of(vms.stream().filter(VmPlan::startsAtHome).toList(), gate, new Tier.Reader<>() {
            @Override
            public int order(VmPlan vm) {
                return vm.order();
            }

            @Override
            public Tier.Member member(VmPlan vm) {
                return new Tier.Member(vm.name(), vm.nics(), vm.start());
            }
        });
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
            Optional<Boolean> atHome,
            Optional<StartPlan> start) {
        public VmPlan {
            atHome = atHome == null ? Optional.empty() : atHome;
            start = start == null ? Optional.empty() : start;
        }

        public boolean startsAtHome() {
            return atHome.orElse(wasOn);
        }
    }
}
