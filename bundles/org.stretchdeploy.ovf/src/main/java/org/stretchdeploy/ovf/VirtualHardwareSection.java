package org.stretchdeploy.ovf;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.xml.XmlElement;

/**
 * Virtual hardware of a machine.
 *
 * @param info text for people
 * @param transports ways to hand properties to the guest, for instance {@code iso}
 * @param systemTypes hardware families, for instance {@code vmx-14}
 * @param system the whole {@code System} element, if there is one
 * @param items the devices
 * @param extensions what is kept beyond the specification
 */
public record VirtualHardwareSection(
        String info,
        List<String> transports,
        List<String> systemTypes,
        Optional<XmlElement> system,
        List<HardwareItem> items,
        Extensions extensions) {
    public VirtualHardwareSection {
        transports = List.copyOf(transports);
        systemTypes = List.copyOf(systemTypes);
        items = List.copyOf(items);
    }

    /** Hardware of one family with the given devices. */
    public static VirtualHardwareSection of(String systemId, String family, List<HardwareItem> items) {
        XmlElement system = XmlElement.of(
                new QName(OvfVersion.V1.namespace(), "System", "ovf"),
                List.of(
                        vssd("ElementName", "Virtual Hardware Family"),
                        vssd("InstanceID", "0"),
                        vssd("VirtualSystemIdentifier", systemId),
                        vssd("VirtualSystemType", family)));
        return new VirtualHardwareSection(
                "Virtual hardware", List.of(), List.of(family), Optional.of(system), items, Extensions.NONE);
    }

    private static XmlElement vssd(String name, String text) {
        return XmlElement.text(new QName(OvfNamespaces.VSSD, name, "vssd"), text);
    }

    /** Number of virtual CPUs; 1 when no item says so. */
    public long cpus() {
        return quantity(ResourceType.PROCESSOR).orElse(1);
    }

    /** Memory in bytes; 0 when no item says so. */
    public long memoryBytes() {
        return ofType(ResourceType.MEMORY).stream()
                .mapToLong(i -> i.quantity().orElse(0)
                        * i.text("AllocationUnits")
                                .map(AllocationUnits::bytes)
                                .orElse(OptionalLong.empty())
                                .orElse(1 << 20))
                .sum();
    }

    /** The NICs, in the order of their place on the machine. */
    public List<NetworkAdapter> networkAdapters() {
        return ofType(ResourceType.ETHERNET_ADAPTER).stream()
                .map(NetworkAdapter::from)
                .sorted(Comparator.comparingInt(NetworkAdapter::index))
                .toList();
    }

    /** The disks, in document order. */
    public List<DiskDrive> diskDrives() {
        return ofType(ResourceType.DISK_DRIVE).stream().map(DiskDrive::from).toList();
    }

    /** The storage controllers, in document order. */
    public List<HardwareItem> controllers() {
        return items.stream()
                .filter(i -> i.resourceType().isStorageController())
                .toList();
    }

    /** The devices of one type, in document order. */
    public List<HardwareItem> ofType(ResourceType type) {
        return items.stream().filter(i -> i.resourceType() == type).toList();
    }

    private OptionalLong quantity(ResourceType type) {
        return ofType(type).stream()
                .map(HardwareItem::quantity)
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }
}
