package org.stretchdeploy.director.internal.ovf;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.director.internal.xml.XmlElement;

/**
 * What an OVF descriptor says, as far as the director uses it.
 *
 * @param networkConfig the vCloud NetworkConfigSection of an identity descriptor
 */
public record OvfDescriptor(
        List<FileRef> files,
        List<Disk> disks,
        List<String> networks,
        Optional<XmlElement> networkConfig,
        List<Machine> machines,
        boolean customizeOnInstantiate) {

    /** @param size in bytes, -1 when the descriptor does not say */
    public record FileRef(String id, String href, long size) {}

    /** @param fileId empty for a disk that starts empty */
    public record Disk(String id, String fileId, long capacityBytes) {}

    public record Machine(
            String id,
            String name,
            String description,
            int cpus,
            int coresPerSocket,
            int memoryMb,
            String osType,
            String hardwareVersion,
            Optional<String> biosUuid,
            List<MachineDisk> disks,
            List<MachineNic> nics,
            int primaryNic,
            Optional<XmlElement> customization,
            List<XmlElement> products) {}

    public record MachineDisk(String diskId, int bus, int unit, int adapterType) {}

    public record MachineNic(
            int index,
            String network,
            Optional<String> mac,
            boolean connected,
            String adapter,
            String mode,
            String ip) {}
}
