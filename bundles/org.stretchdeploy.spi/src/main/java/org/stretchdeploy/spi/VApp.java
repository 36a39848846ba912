package org.stretchdeploy.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A vApp as it stands.
 *
 * @param busy     another task of the cloud holds it
 * @param networks in the cloud's order
 * @param vms      in the cloud's order
 * @param startup  start order entries, sorted by order
 * @param metadata user metadata
 */
public record VApp(
        ObjectId id,
        String name,
        String description,
        ObjectId vdc,
        PowerState state,
        boolean busy,
        List<VAppNetwork> networks,
        List<Vm> vms,
        List<Startup> startup,
        Map<String, String> metadata) {
    public VApp {
        networks = List.copyOf(networks);
        vms = List.copyOf(vms);
        startup = List.copyOf(startup);
        metadata = Map.copyOf(metadata);
    }

    public Optional<Vm> vm(String vmName) {
        return vms.stream().filter(vm -> vm.name().equals(vmName)).findFirst();
    }

    public Optional<VAppNetwork> network(String networkName) {
        return networks.stream().filter(n -> n.name().equals(networkName)).findFirst();
    }

    /**
     * @param order             VMs with the same number start together
     * @param startAction       the cloud's word, as is {@code stopAction}; {@code none}: a start of the vApp leaves it out
     * @param startDelaySeconds time until the VMs of the next order are started
     * @param waitingForGuest   the guest's own word that it is ready ends that time
     */
    public record Startup(
            String vm,
            int order,
            String startAction,
            int startDelaySeconds,
            String stopAction,
            int stopDelaySeconds,
            boolean waitingForGuest) {

        /** An entry that does not wait for the guest. */
        public Startup(
                String vm,
                int order,
                String startAction,
                int startDelaySeconds,
                String stopAction,
                int stopDelaySeconds) {
            this(vm, order, startAction, startDelaySeconds, stopAction, stopDelaySeconds, false);
        }
    }
}
