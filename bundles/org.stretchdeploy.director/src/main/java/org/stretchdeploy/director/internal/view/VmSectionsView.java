package org.stretchdeploy.director.internal.view;

import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.GuestCustomization;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.ProductSection;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Sections of a machine. Each can stand in the machine's document or alone. */
public final class VmSectionsView {
    private static final String V = "application/vnd.vmware.vcloud.";

    private VmSectionsView() {}

    private static XmlElement info(XmlElement section, String text) {
        return section.add(XmlElement.ovf("Info").setText(text));
    }

    static XmlElement hardware(Hrefs hrefs, Vm vm, Vdc vdc) {
        String href = hrefs.of(vm) + "/virtualHardwareSection/";
        XmlElement section = XmlElement.ovf("VirtualHardwareSection")
                .attribute(Ns.OVF, "transport", "")
                .attribute(Ns.VCLOUD, "href", href)
                .attribute(Ns.VCLOUD, "type", V + "virtualHardwareSection+xml");
        info(section, "Virtual hardware requirements");
        section.add(HardwareView.system(vm));
        vm.nics.forEach(n -> section.add(HardwareView.apiNic(n, n.index() == vm.primaryNic)));
        section.addAll(HardwareView.controllers(vm));
        String profile = hrefs.of(org.stretchdeploy.director.internal.model.Kind.STORAGE_PROFILE, vdc.storageProfileId);
        vm.disks.forEach(d -> section.add(HardwareView.apiDisk(d, profile)));
        section.add(HardwareView.processor(vm)).add(HardwareView.memory(vm));
        section.add(hrefs.link("edit", V + "virtualHardwareSection+xml", href));
        for (String part : new String[] {"cpu", "memory"}) {
            section.add(hrefs.link("down", V + "rasdItem+xml", href + part));
            section.add(hrefs.link("edit", V + "rasdItem+xml", href + part));
        }
        for (String part : new String[] {"disks", "networkCards"}) {
            section.add(hrefs.link("down", V + "rasdItemsList+xml", href + part));
            section.add(hrefs.link("edit", V + "rasdItemsList+xml", href + part));
        }
        return section;
    }

    /** The operating system, as a package has it. */
    public static XmlElement operatingSystem(Vm vm) {
        XmlElement section = XmlElement.ovf("OperatingSystemSection")
                .attribute(Ns.OVF, "id", vm.osType.contains("64") ? 101 : 36)
                .attribute(Ns.VMW, "osType", vm.osType);
        info(section, "Specifies the operating system installed");
        return section.add(XmlElement.ovf("Description").setText(vm.osType));
    }

    static XmlElement operatingSystem(Hrefs hrefs, Vm vm) {
        String href = hrefs.of(vm) + "/operatingSystemSection/";
        return operatingSystem(vm)
                .attribute(Ns.VCLOUD, "href", href)
                .attribute(Ns.VCLOUD, "type", V + "operatingSystemSection+xml")
                .add(hrefs.link("edit", V + "operatingSystemSection+xml", href));
    }

    public static XmlElement connections(Hrefs hrefs, Vm vm) {
        String href = hrefs.of(vm) + "/networkConnectionSection/";
        XmlElement section = XmlElement.vcloud("NetworkConnectionSection")
                .attribute("href", href)
                .attribute("type", V + "networkConnectionSection+xml")
                .attribute(Ns.OVF, "required", false);
        info(section, "Specifies the available VM network connections");
        section.child("PrimaryNetworkConnectionIndex", vm.primaryNic);
        vm.nics.forEach(n -> section.add(connection(n)));
        return section.add(hrefs.link("edit", V + "networkConnectionSection+xml", href));
    }

    /** One connection; a card without MAC address leaves its identity out. */
    public static XmlElement connection(Nic nic) {
        return XmlElement.vcloud("NetworkConnection")
                .attribute("network", nic.network())
                .attribute("needsCustomization", nic.needsCustomization())
                .child("NetworkConnectionIndex", nic.index())
                .child("IpAddress", nic.ip().isEmpty() ? null : nic.ip())
                .child("ExternalIpAddress", nic.externalIp().isEmpty() ? null : nic.externalIp())
                .child("IsConnected", nic.connected())
                .child("MACAddress", nic.mac().isEmpty() ? null : nic.mac())
                .child(
                        "IpAddressAllocationMode",
                        nic.mac().isEmpty() && nic.mode().equals("MANUAL") ? "POOL" : nic.mode())
                .child("NetworkAdapterType", nic.adapter());
    }

    public static XmlElement customization(Hrefs hrefs, Vm vm) {
        String href = hrefs.of(vm) + "/guestCustomizationSection/";
        return customization(vm, href).add(hrefs.link("edit", V + "guestCustomizationSection+xml", href));
    }

    /** @param href empty in a package */
    public static XmlElement customization(Vm vm, String href) {
        GuestCustomization c = vm.customization;
        XmlElement section = XmlElement.vcloud("GuestCustomizationSection")
                .attribute("href", href.isEmpty() ? null : href)
                .attribute("type", href.isEmpty() ? null : V + "guestCustomizationSection+xml")
                .attribute(Ns.OVF, "required", false);
        info(section, "Specifies Guest OS Customization Settings");
        return section.child("Enabled", c.enabled())
                .child("ChangeSid", c.changeSid())
                .child("VirtualMachineId", vm.id)
                .child("JoinDomainEnabled", false)
                .child("UseOrgSettings", false)
                .child("AdminPasswordEnabled", c.adminPasswordEnabled())
                .child("AdminPasswordAuto", c.adminPasswordAuto())
                .child("AdminAutoLogonEnabled", false)
                .child("AdminAutoLogonCount", 0)
                .child("ResetPasswordRequired", c.resetPasswordRequired())
                .child("CustomizationScript", c.script().isEmpty() ? null : c.script())
                .child("ComputerName", c.computerName().isEmpty() ? hostName(vm.name) : c.computerName());
    }

    private static String hostName(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9-]", "-").replaceAll("^-+", "");
        return plain.isEmpty() ? "vm" : plain.substring(0, Math.min(15, plain.length()));
    }

    static XmlElement runtimeInfo(Hrefs hrefs, Vm vm) {
        XmlElement section = XmlElement.vcloud("RuntimeInfoSection")
                .attribute(Ns.VCLOUD, "href", hrefs.of(vm) + "/runtimeInfoSection")
                .attribute(Ns.VCLOUD, "type", V + "virtualHardwareSection+xml");
        return info(section, "Specifies Runtime info");
    }

    /** VmSpecSection, which newer versions have last. */
    static XmlElement spec(Hrefs hrefs, Vm vm, Vdc vdc) {
        XmlElement section = XmlElement.vcloud("VmSpecSection").attribute("Modified", false);
        info(section, "Virtual Machine specification (read-only)");
        section.child("OsType", vm.osType)
                .child("NumCpus", vm.cpus)
                .child("NumCoresPerSocket", vm.coresPerSocket)
                .add(XmlElement.vcloud("CpuResourceMhz")
                        .child("Configured", 0)
                        .child("Reservation", 0)
                        .child("Limit", -1)
                        .child("SharesLevel", "NORMAL")
                        .child("Shares", 1000))
                .add(XmlElement.vcloud("MemoryResourceMb").child("Configured", vm.memoryMb))
                .add(XmlElement.vcloud("MediaSection"));
        XmlElement disks = XmlElement.vcloud("DiskSection");
        vm.disks.forEach(d -> disks.add(diskSettings(hrefs, d, vdc)));
        section.add(disks);
        section.add(XmlElement.vcloud("HardwareVersion")
                .attribute("href", hrefs.path("/api/vdc/" + vdc.id + "/hwv/" + vm.hardwareVersion))
                .attribute("type", V + "virtualHardwareVersion+xml")
                .setText(vm.hardwareVersion));
        return section.child("VmToolsVersion", 2147483647)
                .child("VirtualCpuType", "VM64")
                .child("TimeSyncWithHost", false);
    }

    private static XmlElement diskSettings(Hrefs hrefs, VmDisk disk, Vdc vdc) {
        return XmlElement.vcloud("DiskSettings")
                .child("DiskId", disk.key())
                .child("SizeMb", disk.sizeMb())
                .child("UnitNumber", disk.unit())
                .child("BusNumber", disk.bus())
                .child("AdapterType", disk.adapterType())
                .child("ThinProvisioned", true)
                .add(VdcView.storageProfile(hrefs, "StorageProfile", vdc))
                .child("overrideVmDefault", false)
                .child("iops", 0)
                .child("VirtualQuantityUnit", "byte")
                .child("VirtualQuantity", disk.capacityBytes());
    }

    /** A product section (ovf namespace). */
    public static XmlElement product(ProductSection product) {
        XmlElement section = XmlElement.ovf("ProductSection")
                .attribute(Ns.OVF, "class", product.classId().isEmpty() ? null : product.classId())
                .attribute(Ns.OVF, "instance", product.instance().isEmpty() ? null : product.instance());
        info(section, product.info().isEmpty() ? "Information about the installed software" : product.info());
        child(section, "Product", product.product());
        child(section, "Vendor", product.vendor());
        child(section, "Version", product.version());
        for (ProductSection.Property p : product.properties()) {
            XmlElement property = XmlElement.ovf("Property")
                    .attribute(Ns.OVF, "key", p.key())
                    .attribute(Ns.OVF, "type", p.type())
                    .attribute(Ns.OVF, "userConfigurable", p.userConfigurable())
                    .attribute(Ns.OVF, "value", p.value());
            child(property, "Label", p.label());
            child(property, "Description", p.description());
            section.add(property.add(XmlElement.ovf("Value").attribute(Ns.OVF, "value", p.value())));
        }
        return section;
    }

    private static void child(XmlElement section, String name, String text) {
        if (!text.isEmpty()) {
            section.add(XmlElement.ovf(name).setText(text));
        }
    }
}
