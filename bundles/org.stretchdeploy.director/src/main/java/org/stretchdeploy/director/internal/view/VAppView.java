package org.stretchdeploy.director.internal.view;

import java.util.List;
import org.stretchdeploy.director.internal.cloud.OvfEnvironment;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.User;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** vApps and their machines. */
public final class VAppView {
    private static final String V = "application/vnd.vmware.vcloud.";
    private final CloudState state;
    private final Hrefs hrefs;

    public VAppView(CloudState state, Hrefs hrefs) {
        this.state = state;
        this.hrefs = hrefs;
    }

    public XmlElement vapp(VApp vapp) {
        String href = hrefs.of(vapp);
        XmlElement element = XmlElement.vcloud("VApp")
                .attribute("ovfDescriptorUploaded", true)
                .attribute("deployed", state.deployed(vapp))
                .attribute("status", state.status(vapp))
                .attribute("name", vapp.name)
                .attribute("id", Kind.VAPP.urn(vapp.id))
                .attribute("href", href)
                .attribute("type", V + "vApp+xml");
        element.addAll(links(vapp, href));
        element.child("Description", vapp.description);
        element.add(new TaskView(state, hrefs).tasksOf(vapp.id));
        element.add(lease(vapp)).add(startup(vapp)).add(networkSection(vapp.id, href));
        element.add(new NetworkView(state, hrefs).section(Kind.VAPP, vapp.id));
        element.add(snapshots(href));
        element.child("DateCreated", Times.text(vapp.created));
        element.add(owner(vapp.ownerId));
        element.child("InMaintenanceMode", false);
        List<Vm> vms = state.vmsOf(vapp.id);
        if (!vms.isEmpty()) {
            XmlElement children = XmlElement.vcloud("Children");
            vms.forEach(vm -> children.add(vm(vm)));
            element.add(children);
        }
        return element;
    }

    XmlElement owner(String userId) {
        User user = state.users.get(userId);
        XmlElement owner = XmlElement.vcloud("Owner").attribute("type", V + "owner+xml");
        return user == null ? owner : owner.add(hrefs.reference("User", user));
    }

    private List<XmlElement> links(VApp vapp, String href) {
        List<Vm> vms = state.vmsOf(vapp.id);
        boolean busy = state.busy(vapp.id) || vms.stream().anyMatch(v -> state.busy(v.id));
        boolean deployed = state.deployed(vapp);
        LinkList links = new LinkList(hrefs);
        if (!busy && vapp.progress == VApp.Progress.READY) {
            boolean someOff = vms.stream().anyMatch(v -> !v.poweredOn);
            boolean someOn = vms.stream().anyMatch(v -> v.poweredOn);
            if (someOff) {
                links.add("power:powerOn", null, href + "/power/action/powerOn");
                links.add("deploy", V + "deployVAppParams+xml", href + "/action/deploy");
            }
            if (someOn) {
                power(links, href);
            }
            if (deployed) {
                links.add("undeploy", V + "undeployVAppParams+xml", href + "/action/undeploy");
            }
        }
        for (VAppNetwork network : state.networksOf(vapp.id)) {
            links.add("down", V + "vAppNetwork+xml", hrefs.of(network), network.name);
        }
        links.add("down", V + "controlAccess+xml", href + "/controlAccess/");
        if (!busy) {
            links.add("controlAccess", V + "controlAccess+xml", href + "/action/controlAccess");
            if (vapp.progress == VApp.Progress.READY) {
                links.add("recompose", V + "recomposeVAppParams+xml", href + "/action/recomposeVApp");
            }
        }
        links.add("up", V + "vdc+xml", hrefs.of(Kind.VDC, vapp.vdcId));
        if (!busy) {
            links.add("edit", V + "vApp+xml", href);
            if (!deployed) {
                links.add("remove", null, href);
                links.add("enable", null, href + "/action/enableDownload");
                links.add("disable", null, href + "/action/disableDownload");
            }
        }
        new DownloadLinks(state, hrefs).add(links, vapp.downloadId);
        links.add("down", V + "owner+xml", href + "/owner");
        links.add("down", V + "metadata+xml", href + "/metadata");
        links.add("ovf", "text/xml", href + "/ovf");
        links.add("down", V + "productSections+xml", href + "/productSections/");
        return links.all();
    }

    private static void power(LinkList links, String href) {
        links.add("power:powerOff", null, href + "/power/action/powerOff");
        links.add("power:reboot", null, href + "/power/action/reboot");
        links.add("power:reset", null, href + "/power/action/reset");
        links.add("power:shutdown", null, href + "/power/action/shutdown");
    }

    public XmlElement lease(VApp vapp) {
        String href = hrefs.of(vapp) + "/leaseSettingsSection/";
        return XmlElement.vcloud("LeaseSettingsSection")
                .attribute("href", href)
                .attribute("type", V + "leaseSettingsSection+xml")
                .attribute(Ns.OVF, "required", false)
                .add(XmlElement.ovf("Info").setText("Lease settings section"))
                .add(hrefs.link("edit", V + "leaseSettingsSection+xml", href))
                .child("DeploymentLeaseInSeconds", vapp.deploymentLeaseSeconds)
                .child("StorageLeaseInSeconds", vapp.storageLeaseSeconds);
    }

    public XmlElement startup(VApp vapp) {
        String href = hrefs.of(vapp) + "/startupSection/";
        XmlElement section = XmlElement.ovf("StartupSection")
                .attribute(Ns.VCLOUD, "href", href)
                .attribute(Ns.VCLOUD, "type", V + "startupSection+xml")
                .add(XmlElement.ovf("Info").setText("VApp startup section"));
        for (Vm vm : state.vmsOf(vapp.id)) {
            VApp.StartupItem item = vapp.startup.stream()
                    .filter(i -> i.vmName().equals(vm.name))
                    .findFirst()
                    .orElse(new VApp.StartupItem(vm.name, 0, "powerOn", 0, "powerOff", 0, false));
            XmlElement line = XmlElement.ovf("Item")
                    .attribute(Ns.OVF, "id", item.vmName())
                    .attribute(Ns.OVF, "order", item.order())
                    .attribute(Ns.OVF, "startAction", item.startAction())
                    .attribute(Ns.OVF, "startDelay", item.startDelaySeconds())
                    .attribute(Ns.OVF, "stopAction", item.stopAction())
                    .attribute(Ns.OVF, "stopDelay", item.stopDelaySeconds());
            if (item.waitingForGuest()) {
                line.attribute(Ns.OVF, "waitingForGuest", "true");
            }
            section.add(line);
        }
        return section.add(hrefs.link("edit", V + "startupSection+xml", href));
    }

    /** The ovf network section of a vApp or template. */
    public XmlElement networkSection(String containerId, String href) {
        XmlElement section = XmlElement.ovf("NetworkSection")
                .attribute(Ns.VCLOUD, "href", href + "/networkSection/")
                .attribute(Ns.VCLOUD, "type", V + "networkSection+xml")
                .add(XmlElement.ovf("Info").setText("The list of logical networks"));
        state.networksOf(containerId)
                .forEach(n -> section.add(XmlElement.ovf("Network")
                        .attribute(Ns.OVF, "name", n.name)
                        .add(XmlElement.ovf("Description").setText(n.description))));
        return section;
    }

    private XmlElement snapshots(String href) {
        return XmlElement.vcloud("SnapshotSection")
                .attribute("href", href + "/snapshotSection")
                .attribute("type", V + "snapshotSection+xml")
                .attribute(Ns.OVF, "required", false)
                .add(XmlElement.ovf("Info").setText("Snapshot information section"));
    }

    public XmlElement vm(Vm vm) {
        String href = hrefs.of(vm);
        Vdc vdc = state.vdcs.get(state.vdcOfContainer(vm.containerId));
        XmlElement element = XmlElement.vcloud("Vm")
                .attribute("needsCustomization", vm.needsCustomization)
                .attribute("nestedHypervisorEnabled", false)
                .attribute("deployed", vm.deployed)
                .attribute("status", vm.status())
                .attribute("name", vm.name)
                .attribute("id", Kind.VM.urn(vm.id))
                .attribute("href", href)
                .attribute("type", V + "vm+xml");
        element.addAll(links(vm, href));
        element.child("Description", vm.description);
        element.add(new TaskView(state, hrefs).tasksOf(vm.id));
        element.add(VmSectionsView.hardware(hrefs, vm, vdc));
        element.add(VmSectionsView.operatingSystem(hrefs, vm));
        element.add(VmSectionsView.connections(hrefs, vm));
        element.add(VmSectionsView.customization(hrefs, vm));
        element.add(VmSectionsView.runtimeInfo(hrefs, vm));
        element.add(snapshots(href));
        element.child("DateCreated", Times.text(vm.created));
        element.child("VAppScopedLocalId", vm.localId);
        if (vm.deployed) {
            element.add(OvfEnvironment.element(state, vm));
        }
        element.add(XmlElement.vcloud("VmCapabilities")
                .attribute("href", href + "/vmCapabilities/")
                .attribute("type", V + "vmCapabilitiesSection+xml")
                .add(hrefs.link("edit", V + "vmCapabilitiesSection+xml", href + "/vmCapabilities/"))
                .child("MemoryHotAddEnabled", false)
                .child("CpuHotAddEnabled", false));
        element.add(VdcView.storageProfile(hrefs, "StorageProfile", vdc));
        if (hrefs.version().major() >= 30) {
            element.add(VmSectionsView.spec(hrefs, vm, vdc));
        }
        return element;
    }

    private List<XmlElement> links(Vm vm, String href) {
        boolean busy = state.busy(vm.id) || state.busy(vm.containerId);
        LinkList links = new LinkList(hrefs);
        if (!busy) {
            if (vm.poweredOn) {
                power(links, href);
            } else {
                links.add("power:powerOn", null, href + "/power/action/powerOn");
                links.add("deploy", V + "deployVAppParams+xml", href + "/action/deploy");
            }
            if (vm.deployed) {
                links.add("undeploy", V + "undeployVAppParams+xml", href + "/action/undeploy");
            }
            links.add("edit", V + "vm+xml", href);
            if (!vm.deployed) {
                links.add("remove", null, href);
            }
            links.add("reconfigureVm", V + "vm+xml", href + "/action/reconfigureVm", vm.name);
        }
        links.add("down", V + "metadata+xml", href + "/metadata");
        links.add("down", V + "productSections+xml", href + "/productSections/");
        links.add("up", V + "vApp+xml", hrefs.of(Kind.VAPP, vm.containerId));
        return links.all();
    }
}
