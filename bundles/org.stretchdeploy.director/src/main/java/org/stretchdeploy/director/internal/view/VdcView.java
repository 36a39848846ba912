package org.stretchdeploy.director.internal.view;

import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Organization VDCs and their storage profiles. */
public final class VdcView {
    private static final String V = "application/vnd.vmware.vcloud.";
    private static final String A = "application/vnd.vmware.admin.";
    private static final int MHZ_PER_CPU = 2000;
    private final CloudState state;
    private final Hrefs hrefs;
    private final Host.Capacity capacity;

    public VdcView(CloudState state, Hrefs hrefs, Host.Capacity capacity) {
        this.state = state;
        this.hrefs = hrefs;
        this.capacity = capacity;
    }

    static XmlElement storageProfile(Hrefs hrefs, String element, Vdc vdc) {
        return hrefs.reference(element, Kind.STORAGE_PROFILE, vdc.storageProfileId, vdc.storageProfileName);
    }

    /** @param admin the administrator's form under its own address */
    public XmlElement vdc(Vdc vdc, boolean admin) {
        String href = hrefs.of(vdc);
        XmlElement element = XmlElement.vcloud(admin ? "AdminVdc" : "Vdc")
                .attribute("status", 1)
                .attribute("name", vdc.name)
                .attribute("id", Kind.VDC.urn(vdc.id))
                .attribute("href", admin ? hrefs.path("/api/admin/vdc/" + vdc.id) : href)
                .attribute("type", admin ? A + "vdc+xml" : V + "vdc+xml");
        element.addAll(links(vdc, href, admin).all());
        element.child("Description", vdc.description).child("AllocationModel", "AllocationVApp");
        element.add(compute(vdc));
        XmlElement entities = XmlElement.vcloud("ResourceEntities");
        state.vapps.values().stream()
                .filter(v -> v.vdcId.equals(vdc.id))
                .forEach(v -> entities.add(hrefs.reference("ResourceEntity", v)));
        state.templates.values().stream()
                .filter(t -> t.vdcId.equals(vdc.id))
                .forEach(t -> entities.add(hrefs.reference("ResourceEntity", t)));
        element.add(entities);
        XmlElement networks = XmlElement.vcloud("AvailableNetworks");
        state.orgNetworks.values().stream()
                .filter(n -> n.vdcId.equals(vdc.id)
                        || n.shared && state.orgOfVdc(n.vdcId).equals(vdc.orgId))
                .forEach(n -> networks.add(hrefs.reference("Network", n).attribute("type", V + "network+xml")));
        element.add(networks);
        XmlElement hardware = XmlElement.vcloud("SupportedHardwareVersions");
        for (int version = 9; version <= 21; version++) {
            if (version != 12 && version != 16) {
                String name = String.format("vmx-%02d", version);
                hardware.add(XmlElement.vcloud("SupportedHardwareVersion")
                        .attribute("default", version == 14 ? "true" : null)
                        .attribute("name", name)
                        .attribute("href", hrefs.path("/api/vdc/" + vdc.id + "/hwv/" + name))
                        .attribute("type", V + "virtualHardwareVersion+xml")
                        .setText(name));
            }
        }
        element.add(XmlElement.vcloud("Capabilities").add(hardware));
        element.child("NicQuota", 0)
                .child("NetworkQuota", vdc.networkQuota)
                .child("UsedNetworkCount", usedNetworks(vdc))
                .child("VmQuota", vdc.vmQuota)
                .child("IsEnabled", true);
        element.add(XmlElement.vcloud("VdcStorageProfiles").add(storageProfile(hrefs, "VdcStorageProfile", vdc)));
        return element.child("VCpuInMhz2", MHZ_PER_CPU);
    }

    private long usedNetworks(Vdc vdc) {
        return state.vappNetworks.values().stream()
                .filter(n -> state.vapps.containsKey(n.ownerId))
                .filter(n -> state.vdcOfContainer(n.ownerId).equals(vdc.id))
                .count();
    }

    private LinkList links(Vdc vdc, String href, boolean admin) {
        LinkList links = new LinkList(hrefs);
        links.add("up", V + "org+xml", hrefs.of(Kind.ORG, vdc.orgId));
        links.add("down", V + "metadata+xml", href + "/metadata");
        links.add("edit", V + "vdc+xml", href);
        if (hrefs.version().major() <= 33) {
            links.add("add", V + "uploadVAppTemplateParams+xml", href + "/action/uploadVAppTemplate");
        }
        links.add("add", V + "instantiateVAppTemplateParams+xml", href + "/action/instantiateVAppTemplate");
        links.add("add", V + "cloneVAppParams+xml", href + "/action/cloneVApp");
        links.add("add", V + "captureVAppParams+xml", href + "/action/captureVApp");
        links.add("add", V + "composeVAppParams+xml", href + "/action/composeVApp");
        if (hrefs.version().atLeast(ApiVersion.V34)) {
            links.add("add", V + "moveVAppParams+xml", href + "/action/moveVApp");
        }
        String path = "/api/admin/vdc/" + vdc.id;
        links.add("edgeGateways", V + "query.records+xml", path + "/edgeGateways");
        links.add("orgVdcNetworks", V + "query.records+xml", path + "/networks");
        if (admin) {
            links.add("alternate", V + "vdc+xml", href);
        } else {
            links.add("alternate", A + "vdc+xml", path);
        }
        return links;
    }

    private XmlElement compute(Vdc vdc) {
        long cpuUsed = state.vms.values().stream()
                        .filter(v -> v.poweredOn
                                && state.vdcOfContainer(v.containerId).equals(vdc.id))
                        .mapToLong(v -> v.cpus)
                        .sum()
                * MHZ_PER_CPU;
        long memoryMb = vdc.memoryLimitMb > 0 ? vdc.memoryLimitMb : capacity.memoryBytes() >> 20;
        long cpuMhz = vdc.cpuLimitMhz > 0 ? vdc.cpuLimitMhz : (long) capacity.cpus() * MHZ_PER_CPU;
        return XmlElement.vcloud("ComputeCapacity")
                .add(resource("Cpu", "MHz", cpuMhz, vdc.cpuLimitMhz, cpuUsed))
                .add(resource("Memory", "MB", memoryMb, vdc.memoryLimitMb, state.memoryUsedMb(vdc.id)));
    }

    private static XmlElement resource(String name, String units, long allocated, long limit, long used) {
        return XmlElement.vcloud(name)
                .child("Units", units)
                .child("Allocated", allocated)
                .child("Limit", limit)
                .child("Reserved", 0)
                .child("Used", used)
                .child("Overhead", 0);
    }

    public XmlElement storageProfile(Vdc vdc) {
        return XmlElement.vcloud("VdcStorageProfile")
                .attribute("name", vdc.storageProfileName)
                .attribute("id", Kind.STORAGE_PROFILE.urn(vdc.storageProfileId))
                .attribute("href", hrefs.of(Kind.STORAGE_PROFILE, vdc.storageProfileId))
                .attribute("type", V + "vdcStorageProfile+xml")
                .add(hrefs.link("up", V + "vdc+xml", hrefs.of(vdc)))
                .child("Enabled", true)
                .child("Units", "MB")
                .child("Limit", vdc.storageLimitMb)
                .child("Default", true)
                .add(XmlElement.vcloud("IopsSettings").child("Enabled", false))
                .child("StorageUsedMB", state.storageUsedBytes(vdc.id) >> 20);
    }
}
