package org.stretchdeploy.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A VM as it stands.
 *
 * @param localId    identity inside its vApp, referred to by NAT and firewall rules
 * @param hardware   everything about the machine that is kept on a move
 * @param media      names of inserted media
 * @param properties OVF properties by key
 * @param metadata   user metadata
 */
public record Vm(
        ObjectId id,
        String name,
        String description,
        String localId,
        PowerState state,
        Hardware hardware,
        List<Nic> nics,
        List<Disk> disks,
        List<String> media,
        boolean snapshot,
        Map<String, String> properties,
        Map<String, String> metadata) {
    public Vm {
        nics = List.copyOf(nics);
        disks = List.copyOf(disks);
        media = List.copyOf(media);
        properties = Map.copyOf(properties);
        metadata = Map.copyOf(metadata);
    }

    /** @param version virtual hardware version, for instance {@code vmx-14}, empty when not told */
    public record Hardware(
            int cpus, int coresPerSocket, int memoryMb, String osType, String version, String computerName) {}

    /**
     * @param network   name of the vApp network, empty when on none
     * @param mac       lower case with colons
     * @param allocation how the address is given
     * @param adapter   the cloud's word, for instance {@code VMXNET3}
     */
    public record Nic(
            int index,
            String network,
            String mac,
            Optional<String> address,
            Allocation allocation,
            boolean connected,
            boolean primary,
            String adapter) {
        /** The same, plugged in or not. */
        public Nic connected(boolean now) {
            return new Nic(index, network, mac, address, allocation, now, primary, adapter);
        }
    }

    /** How a NIC gets its address. */
    public enum Allocation {
        MANUAL,
        POOL,
        DHCP,
        NONE
    }

    /** @param independent not part of the VM: neither copied nor moved with it; @param shared used by other VMs too */
    public record Disk(String id, long capacityMb, String bus, int unit, boolean independent, boolean shared) {}
}
