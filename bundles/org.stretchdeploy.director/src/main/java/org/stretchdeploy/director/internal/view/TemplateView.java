package org.stretchdeploy.director.internal.view;

import java.util.List;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.Transfer;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** vApp templates and their machines. */
public final class TemplateView {
    private static final String V = "application/vnd.vmware.vcloud.";
    private final CloudState state;
    private final Hrefs hrefs;

    public TemplateView(CloudState state, Hrefs hrefs) {
        this.state = state;
        this.hrefs = hrefs;
    }

    public XmlElement template(Template template) {
        String href = hrefs.of(template);
        XmlElement element = XmlElement.vcloud("VAppTemplate")
                .attribute("goldMaster", false)
                .attribute("ovfDescriptorUploaded", template.descriptorUploaded)
                .attribute("status", template.status)
                .attribute("name", template.name)
                .attribute("id", Kind.TEMPLATE.urn(template.id))
                .attribute("href", href)
                .attribute("type", V + "vAppTemplate+xml");
        element.addAll(links(template, href));
        element.child("Description", template.description);
        element.add(new TaskView(state, hrefs).tasksOf(template.id));
        Transfer upload = state.transfers.get(template.uploadId);
        if (upload != null && template.status == 0) {
            element.add(files(upload));
        }
        element.add(new VAppView(state, hrefs).owner(template.ownerId));
        List<Vm> vms = state.vmsOf(template.id);
        XmlElement children = XmlElement.vcloud("Children");
        vms.forEach(vm -> children.add(vm(vm)));
        if (!vms.isEmpty()) {
            element.add(children);
        }
        element.add(new VAppView(state, hrefs).networkSection(template.id, href));
        element.add(new NetworkView(state, hrefs).section(Kind.TEMPLATE, template.id));
        element.add(customization(template, href));
        element.child("DateCreated", Times.text(template.created));
        Vdc vdc = state.vdcs.get(template.vdcId);
        return element.add(VdcView.storageProfile(hrefs, "DefaultStorageProfile", vdc));
    }

    private static XmlElement customization(Template template, String href) {
        return XmlElement.vcloud("CustomizationSection")
                .attribute("goldMaster", false)
                .attribute("href", href + "/customizationSection/")
                .attribute("type", V + "customizationSection+xml")
                .attribute(Ns.OVF, "required", false)
                .add(XmlElement.ovf("Info").setText("VApp template customization section"))
                .child("CustomizeOnInstantiate", template.customizeOnInstantiate);
    }

    private XmlElement files(Transfer upload) {
        XmlElement files = XmlElement.vcloud("Files");
        for (Transfer.TransferFile file : upload.files) {
            XmlElement element = XmlElement.vcloud("File")
                    .attribute("size", file.size)
                    .attribute("bytesTransferred", file.bytesTransferred)
                    .attribute("name", file.name);
            if (!file.complete) {
                element.add(hrefs.link("upload:default", null, hrefs.transfer(upload.id, file.name)));
            }
            files.add(element);
        }
        return files;
    }

    private List<XmlElement> links(Template template, String href) {
        LinkList links = new LinkList(hrefs);
        links.add("up", V + "vdc+xml", hrefs.of(Kind.VDC, template.vdcId));
        state.itemFor(template.id)
                .ifPresent(item -> links.add("catalogItem", V + "catalogItem+xml", hrefs.of(item), item.name));
        if (!state.busy(template.id)) {
            links.add("remove", null, href);
            links.add("edit", V + "vAppTemplate+xml", href);
            if (template.status == 8) {
                links.add("enable", null, href + "/action/enableDownload");
                links.add("disable", null, href + "/action/disableDownload");
            }
        }
        new DownloadLinks(state, hrefs).add(links, template.downloadId);
        links.add("ovf", "text/xml", href + "/ovf");
        links.add("down", V + "owner+xml", href + "/owner");
        links.add("down", V + "metadata+xml", href + "/metadata");
        links.add("down", V + "productSections+xml", href + "/productSections/");
        return links.all();
    }

    /** A machine of a template; the same element name as a vApp's machine at newer levels is Vm. */
    public XmlElement vm(Vm vm) {
        Template template = state.templates.get(vm.containerId);
        Vdc vdc = state.vdcs.get(template.vdcId);
        String href = hrefs.of(vm);
        XmlElement element = XmlElement.vcloud("Vm")
                .attribute("goldMaster", false)
                .attribute("status", template.status)
                .attribute("name", vm.name)
                .attribute("id", Kind.VM.urn(vm.id))
                .attribute("href", href)
                .attribute("type", V + "vm+xml")
                .add(hrefs.link("up", V + "vAppTemplate+xml", hrefs.of(template)))
                .add(hrefs.link(
                        "storageProfile",
                        V + "vdcStorageProfile+xml",
                        hrefs.of(Kind.STORAGE_PROFILE, vdc.storageProfileId)))
                .add(hrefs.link("down", V + "metadata+xml", href + "/metadata"))
                .add(hrefs.link("down", V + "productSections+xml", href + "/productSections/"))
                .child("Description", vm.description)
                .add(VmSectionsView.connections(hrefs, vm))
                .add(VmSectionsView.customization(hrefs, vm));
        if (hrefs.version().major() >= 5) {
            element.add(VmSectionsView.hardware(hrefs, vm, vdc));
        }
        vm.products.forEach(p -> element.add(VmSectionsView.product(p)));
        element.child("VAppScopedLocalId", vm.localId).child("DateCreated", Times.text(vm.created));
        element.add(VdcView.storageProfile(hrefs, "DefaultStorageProfile", vdc));
        if (hrefs.version().major() >= 30) {
            element.add(VmSectionsView.spec(hrefs, vm, vdc));
        }
        return element;
    }
}
