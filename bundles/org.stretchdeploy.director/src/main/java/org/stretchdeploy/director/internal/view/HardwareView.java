package org.stretchdeploy.director.internal.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Items of virtual hardware, as the API and as OVF packages have them. Children of an item are in alphabetic order. */
public final class HardwareView {
    private static final int FIRST_CONTROLLER = 2;
    private static final int CPU = 1000;
    private static final int MEMORY = 1001;

    private HardwareView() {}

    private static XmlElement item(Map<String, Object> values) {
        XmlElement item = XmlElement.ovf("Item");
        values.forEach((name, value) -> item.child(Ns.RASD, name, value));
        return item;
    }

    /** An item as it stands alone or in a RasdItemsList: in the namespace of the API, not in that of OVF. */
    public static XmlElement standalone(XmlElement item) {
        XmlElement copy = XmlElement.vcloud("Item").addAll(item.children());
        item.attributes().forEach((name, value) -> copy.attribute(name.namespace(), name.local(), value));
        return copy;
    }

    public static XmlElement system(Vm vm) {
        return XmlElement.ovf("System")
                .child(Ns.VSSD, "ElementName", "Virtual Hardware Family")
                .child(Ns.VSSD, "InstanceID", 0)
                .child(Ns.VSSD, "VirtualSystemIdentifier", vm.name)
                .child(Ns.VSSD, "VirtualSystemType", vm.hardwareVersion);
    }

    public static XmlElement processor(Vm vm) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("AllocationUnits", "hertz * 10^6");
        values.put("Description", "Number of Virtual CPUs");
        values.put("ElementName", vm.cpus + " virtual CPU(s)");
        values.put("InstanceID", CPU);
        values.put("Reservation", 0);
        values.put("ResourceType", 3);
        values.put("VirtualQuantity", vm.cpus);
        values.put("Weight", 0);
        return item(values)
                .add(XmlElement.of(Ns.VMW, "CoresPerSocket")
                        .attribute(Ns.OVF, "required", false)
                        .setText(vm.coresPerSocket));
    }

    public static XmlElement memory(Vm vm) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("AllocationUnits", "byte * 2^20");
        values.put("Description", "Memory Size");
        values.put("ElementName", vm.memoryMb + " MB of memory");
        values.put("InstanceID", MEMORY);
        values.put("Reservation", 0);
        values.put("ResourceType", 4);
        values.put("VirtualQuantity", vm.memoryMb);
        values.put("Weight", 0);
        return item(values);
    }

    public static List<XmlElement> processorAndMemory(Vm vm) {
        return List.of(processor(vm), memory(vm));
    }

    /** One controller per bus and kind of adapter that the disks use. */
    public static List<XmlElement> controllers(Vm vm) {
        Map<Integer, VmDisk> byId = new LinkedHashMap<>();
        vm.disks.forEach(d -> byId.putIfAbsent(controllerId(d), d));
        List<XmlElement> all = new ArrayList<>();
        byId.forEach((id, disk) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("Address", disk.bus());
            values.put("Description", controllerName(disk));
            values.put("ElementName", controllerName(disk) + " " + disk.bus());
            values.put("InstanceID", id);
            values.put("ResourceSubType", subType(disk));
            values.put("ResourceType", resourceType(disk));
            all.add(item(values));
        });
        return all;
    }

    private static int controllerId(VmDisk disk) {
        return FIRST_CONTROLLER + disk.adapterType() * 10 + disk.bus();
    }

    private static String controllerName(VmDisk disk) {
        return switch (disk.adapterType()) {
            case 1 -> "IDE Controller";
            case 7 -> "SATA Controller";
            default -> "SCSI Controller";
        };
    }

    private static int resourceType(VmDisk disk) {
        return switch (disk.adapterType()) {
            case 1 -> 5;
            case 7 -> 20;
            default -> 6;
        };
    }

    private static String subType(VmDisk disk) {
        return switch (disk.adapterType()) {
            case 1 -> null;
            case 3 -> "buslogic";
            case 5 -> "lsilogicsas";
            case 6 -> "VirtualSCSI";
            case 7 -> "vmware.sata.ahci";
            default -> "lsilogic";
        };
    }

    /** @param hostResource {@code ovf:/disk/...} in a package, null in the API */
    public static XmlElement diskItem(VmDisk disk, String hostResource) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("AddressOnParent", disk.unit());
        values.put("Description", "Hard disk");
        values.put("ElementName", "Hard disk " + (disk.key() - 1999));
        values.put("HostResource", hostResource);
        values.put("InstanceID", disk.key());
        values.put("Parent", controllerId(disk));
        values.put("ResourceType", 17);
        return item(values);
    }

    /** A disk as the API shows it: the size is in attributes. */
    static XmlElement apiDisk(VmDisk disk, String profileHref) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("AddressOnParent", disk.unit());
        values.put("Description", "Hard disk");
        values.put("ElementName", "Hard disk " + (disk.key() - 1999));
        values.put("HostResource", "");
        values.put("InstanceID", disk.key());
        values.put("Parent", controllerId(disk));
        values.put("ResourceType", 17);
        values.put("VirtualQuantity", disk.capacityBytes());
        values.put("VirtualQuantityUnits", "byte");
        XmlElement item = item(values);
        item.first(Ns.RASD, "HostResource").ifPresent(h -> h.attribute(Ns.VCLOUD, "capacity", disk.sizeMb())
                .attribute(Ns.VCLOUD, "busType", resourceType(disk))
                .attribute(Ns.VCLOUD, "busSubType", subType(disk))
                .attribute(Ns.VCLOUD, "storageProfileHref", profileHref)
                .attribute(Ns.VCLOUD, "storageProfileOverrideVmDefault", false));
        return item;
    }

    static XmlElement apiNic(Nic nic, boolean primary) {
        XmlElement item = nicItem(nic);
        item.first(Ns.RASD, "Connection").ifPresent(c -> c.attribute(Ns.VCLOUD, "ipAddressingMode", nic.mode())
                .attribute(Ns.VCLOUD, "ipAddress", nic.ip().isEmpty() ? null : nic.ip())
                .attribute(Ns.VCLOUD, "primaryNetworkConnection", primary));
        return item;
    }

    /** A card as a package has it; without an address when the machine's identity stays behind. */
    public static XmlElement packageNic(Nic nic) {
        return nicItem(nic);
    }

    private static XmlElement nicItem(Nic nic) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("Address", nic.mac().isEmpty() ? null : nic.mac());
        values.put("AddressOnParent", nic.index());
        values.put("AutomaticAllocation", nic.connected());
        values.put("Connection", nic.network());
        values.put("Description", nic.adapter() + " ethernet adapter on \"" + nic.network() + "\"");
        values.put("ElementName", "Network adapter " + nic.index());
        values.put("InstanceID", 1 + nic.index() + 3000);
        values.put("ResourceSubType", nic.adapter());
        values.put("ResourceType", 10);
        return item(values);
    }
}
