package org.stretchdeploy.director.internal.ovf;

import java.util.List;
import java.util.Map;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;
import org.stretchdeploy.director.internal.view.HardwareView;
import org.stretchdeploy.director.internal.view.NetworkView;
import org.stretchdeploy.director.internal.view.VmSectionsView;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;
import org.stretchdeploy.director.internal.xml.XmlWriter;

/**
 * Writes the OVF 1.1 descriptor of a template or vApp. The identity form also has what tells one machine from another:
 * MAC addresses, BIOS uuid, addresses, and the vCloud network configuration.
 */
public final class OvfWriter {
    private final boolean identity;

    /** A file of the package by disk id. */
    public record ExportedFile(String diskId, String name, long size, long capacityBytes) {}

    public OvfWriter(boolean identity) {
        this.identity = identity;
    }

    public String write(
            String name,
            String description,
            boolean customizeOnInstantiate,
            List<VAppNetwork> networks,
            List<Vm> vms,
            List<ExportedFile> files) {
        XmlElement envelope = XmlElement.ovf("Envelope");
        envelope.add(references(files)).add(diskSection(files)).add(networkSection(networks, vms));
        if (identity) {
            XmlElement config = NetworkView.forPackage(networks);
            envelope.add(config);
            envelope.add(XmlElement.vcloud("CustomizationSection")
                    .attribute("goldMaster", false)
                    .attribute(Ns.OVF, "required", false)
                    .add(XmlElement.ovf("Info").setText("VApp template customization section"))
                    .child("CustomizeOnInstantiate", customizeOnInstantiate));
        }
        Map<String, ExportedFile> byDisk =
                files.stream().collect(java.util.stream.Collectors.toMap(ExportedFile::diskId, f -> f));
        if (vms.size() == 1) {
            envelope.add(system(vms.get(0), byDisk, files));
        } else {
            XmlElement collection = XmlElement.ovf("VirtualSystemCollection").attribute(Ns.OVF, "id", name);
            collection.add(XmlElement.ovf("Info").setText("A collection of virtual machines: " + description));
            collection.add(XmlElement.ovf("Name").setText(name));
            vms.forEach(vm -> collection.add(system(vm, byDisk, files)));
            envelope.add(collection);
        }
        return XmlWriter.write(envelope, "");
    }

    private static XmlElement references(List<ExportedFile> files) {
        XmlElement references = XmlElement.ovf("References");
        for (int i = 0; i < files.size(); i++) {
            references.add(XmlElement.ovf("File")
                    .attribute(Ns.OVF, "href", files.get(i).name())
                    .attribute(Ns.OVF, "id", "file" + (i + 1))
                    .attribute(Ns.OVF, "size", files.get(i).size()));
        }
        return references;
    }

    private static XmlElement diskSection(List<ExportedFile> files) {
        XmlElement section = XmlElement.ovf("DiskSection");
        section.add(XmlElement.ovf("Info").setText("Virtual disk information"));
        for (int i = 0; i < files.size(); i++) {
            section.add(XmlElement.ovf("Disk")
                    .attribute(Ns.OVF, "capacity", files.get(i).capacityBytes())
                    .attribute(Ns.OVF, "diskId", "vmdisk" + (i + 1))
                    .attribute(Ns.OVF, "fileRef", "file" + (i + 1))
                    .attribute(
                            Ns.OVF,
                            "format",
                            "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"));
        }
        return section;
    }

    private static XmlElement networkSection(List<VAppNetwork> networks, List<Vm> vms) {
        XmlElement section = XmlElement.ovf("NetworkSection");
        section.add(XmlElement.ovf("Info").setText("The list of logical networks"));
        networks.forEach(n -> section.add(network(n.name, n.description)));
        boolean none = vms.stream().flatMap(v -> v.nics.stream()).anyMatch(n -> !n.onNetwork());
        if (none) {
            section.add(network(Nic.NONE, "This is a special place-holder used for disconnected network interfaces."));
        }
        return section;
    }

    private static XmlElement network(String name, String description) {
        return XmlElement.ovf("Network")
                .attribute(Ns.OVF, "name", name)
                .add(XmlElement.ovf("Description").setText(description));
    }

    private XmlElement system(Vm vm, Map<String, ExportedFile> byDisk, List<ExportedFile> files) {
        XmlElement system = XmlElement.ovf("VirtualSystem").attribute(Ns.OVF, "id", vm.name);
        system.add(XmlElement.ovf("Info").setText("A virtual machine: " + vm.name));
        system.add(XmlElement.ovf("Name").setText(vm.name));
        if (!vm.description.isEmpty()) {
            system.add(XmlElement.ovf("AnnotationSection")
                    .add(XmlElement.ovf("Info").setText("A human-readable annotation"))
                    .add(XmlElement.ovf("Annotation").setText(vm.description)));
        }
        vm.products.forEach(p -> system.add(VmSectionsView.product(p)));
        system.add(VmSectionsView.operatingSystem(vm));
        system.add(hardware(vm, byDisk, files));
        system.add(VmSectionsView.customization(vm, ""));
        XmlElement connections = XmlElement.vcloud("NetworkConnectionSection").attribute(Ns.OVF, "required", false);
        connections.add(XmlElement.ovf("Info").setText("Specifies the available VM network connections"));
        connections.child("PrimaryNetworkConnectionIndex", vm.primaryNic);
        for (Nic nic : vm.nics) {
            connections.add(
                    VmSectionsView.connection(identity ? nic : nic.withMac("").withIp("")));
        }
        return system.add(connections);
    }

    private XmlElement hardware(Vm vm, Map<String, ExportedFile> byDisk, List<ExportedFile> files) {
        XmlElement section = XmlElement.ovf("VirtualHardwareSection");
        section.add(XmlElement.ovf("Info").setText("Virtual hardware requirements"));
        section.add(HardwareView.system(vm));
        HardwareView.processorAndMemory(vm).forEach(section::add);
        HardwareView.controllers(vm).forEach(section::add);
        for (VmDisk disk : vm.disks) {
            int position = files.indexOf(byDisk.get(disk.diskId())) + 1;
            section.add(HardwareView.diskItem(disk, "ovf:/disk/vmdisk" + position));
        }
        vm.nics.forEach(nic -> section.add(HardwareView.packageNic(identity ? nic : nic.withMac(""))));
        if (identity) {
            section.add(XmlElement.of(Ns.VMW, "ExtraConfig")
                    .attribute(Ns.OVF, "required", false)
                    .attribute(Ns.VMW, "key", "uuid.bios")
                    .attribute(Ns.VMW, "value", vm.biosUuid));
        }
        return section;
    }
}
