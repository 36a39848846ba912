package org.stretchdeploy.stretch.internal.model;

import java.util.List;
import org.stretchdeploy.spi.Vm;

/**
 * A vApp that is stretched now: what has to be known to bring it home, long after the deploy.
 *
 * @param deploy      the plan that opened it
 * @param operation   id of the operation that opened it; its tags are on what belongs to the stretch
 * @param targetVApp  the routed vApp in the target cloud
 * @param sourceEnd   appliance in the source vApp
 * @param sourceBefore canonical text of the source cloud's side before anything was changed
 */
public record Stretch(
        String id,
        String operation,
        DeployPlan deploy,
        String targetVApp,
        ApplianceEnd sourceEnd,
        ApplianceEnd targetEnd,
        List<MovedVm> vms,
        Snapshot sourceBefore,
        Snapshot targetBefore) {

    /**
     * @param agent      agent's id
     * @param vm         identity of the appliance VM
     * @param uplinkAddress address that the cloud gave it on the uplink network
     * @param networkMac MAC address of its NIC on the stretched network
     */
    public record ApplianceEnd(String agent, String vm, String uplinkAddress, List<String> networkMacs) {}

    /**
     * @param placeholder the fenced VM that stays in the source vApp
     * @param remote      the live VM in the target
     */
    public record MovedVm(
            String name,
            String placeholder,
            String remote,
            String description,
            String localId,
            int order,
            List<Vm.Nic> nics,
            java.util.Map<String, String> metadata) {}

    public Stretch withVms(List<MovedVm> moved) {
        return new Stretch(
                id,
                operation,
                deploy,
                targetVApp,
                sourceEnd,
                targetEnd,
                List.copyOf(moved),
                sourceBefore,
                targetBefore);
    }
}
