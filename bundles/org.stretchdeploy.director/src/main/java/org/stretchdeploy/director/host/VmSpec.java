package org.stretchdeploy.director.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A guest as the host runs it.
 *
 * @param applianceClass present when the guest came from an appliance package (OVF product class); the host may then
 *                       run the program it is configured with for that class in a namespace of its own, with the same
 *                       NICs and the same OVF environment, instead of a machine
 * @param ovfEnvironment the OVF environment document (DSP0243 section 11) handed to the guest
 */
public record VmSpec(
        String id,
        String name,
        int cpus,
        int memoryMb,
        String biosUuid,
        List<Disk> disks,
        List<Nic> nics,
        Optional<String> applianceClass,
        Map<String, String> properties,
        String ovfEnvironment) {

    /** @param adapter {@code VIRTIO, PVSCSI, LSILOGIC, SATA, IDE} */
    public record Disk(String diskId, String adapter, int unit) {}

    /**
     * @param networkId empty when the NIC is on no network
     * @param connected false: link down
     * @param adapter   {@code VIRTIO, VMXNET3, E1000, E1000E}
     * @param address   address with prefix length that guest customization gives to the NIC, absent when the guest
     *                  configures itself
     * @param gateway   default gateway for the primary NIC, absent otherwise
     */
    public record Nic(
            int index,
            String macAddress,
            Optional<String> networkId,
            boolean connected,
            String adapter,
            Optional<String> address,
            Optional<String> gateway) {}
}
