package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

/** Bodies of requests that make things. Deploy and power-on are always said, as their defaults are true. Pure functions. */
public final class Requests {
    private static final String MEDIA = "application/vnd.vmware.vcloud.";

    private Requests() {}

    /** Full media type of a vCloud document. */
    public static String media(String name) {
        return MEDIA + name + "+xml";
    }

    /** The caller's description with the tag behind it. */
    public static String tagged(String description, Tag tag) {
        return description.isBlank() ? tag.text() : description + " " + tag.text();
    }

    /** @param parentHref finds an organization VDC network by name */
    public static Elem compose(VApps.VAppSpec spec, Tag tag, Function<String, String> parentHref) {
        Elem params = stopped("ComposeVAppParams", spec.name());
        params.add("Description", tagged(spec.description(), tag));
        Elem section = params.add("InstantiationParams").add("NetworkConfigSection");
        section.add("ovf:Info", "Networks of the vApp");
        spec.networks()
                .forEach(network ->
                        VAppNetworks.append(section, network, network.parent().map(parentHref)));
        params.add("AllEULAsAccepted", "true");
        return params;
    }

    private static Elem stopped(String root, String name) {
        return Xml.document(root).with("name", name).with("deploy", "false").with("powerOn", "false");
    }

    /** A VM to be brought into a vApp. */
    public record Sourced(String href, VApps.VmSpec spec, List<Vm.Nic> nics) {}

    /** @param vAppName the present name; another one would rename the vApp */
    public static Elem recompose(String vAppName, Sourced vm, Optional<Tag> tag) {
        Elem params = stopped("RecomposeVAppParams", vAppName);
        VApps.VmSpec spec = vm.spec();
        Elem item = params.add("SourcedItem").with("sourceDelete", String.valueOf(spec.mode() == VApps.Mode.MOVE));
        item.add("Source").with("href", vm.href());
        Elem general = item.add("VmGeneralParams");
        general.add("Name", spec.name());
        general.add("Description", tag.map(t -> tagged(spec.description(), t)).orElse(spec.description()));
        general.add("NeedsCustomization", "false");
        spec.localId().ifPresent(localId -> item.add("VAppScopedLocalId", localId));
        writeInstantiation(item, vm.nics());
        params.add("AllEULAsAccepted", "true");
        return params;
    }

    private static void writeInstantiation(Elem item, List<Vm.Nic> nics) {
        Elem instantiation = item.add("InstantiationParams");
        if (!nics.isEmpty()) {
            Nics.write(instantiation, nics);
        }
        Elem customization = instantiation.add("GuestCustomizationSection");
        customization.add("ovf:Info", "Guest customization is off: the machine keeps its identity");
        customization.add("Enabled", "false");
    }

    /** A VM of a template, with the NICs that it shall have. */
    public record TemplateVm(String href, String name, List<Vm.Nic> nics) {}

    public static Elem instantiate(String name, String templateHref, Tag tag, List<TemplateVm> vms) {
        Elem params = stopped("InstantiateVAppTemplateParams", name);
        params.add("Description", tag.text());
        params.add("InstantiationParams").add("NetworkConfigSection").add("ovf:Info", "No networks");
        params.add("Source").with("href", templateHref);
        params.add("IsSourceDelete", "false");
        for (TemplateVm vm : vms) {
            Elem item = params.add("SourcedItem");
            item.add("Source").with("href", vm.href());
            Elem general = item.add("VmGeneralParams");
            general.add("Name", vm.name());
            general.add("NeedsCustomization", "false");
            writeInstantiation(item, vm.nics());
        }
        params.add("AllEULAsAccepted", "true");
        return params;
    }

    /** An identical copy: customization on instantiation would reset addresses. */
    public static Elem capture(String name, String vAppHref, Tag tag) {
        Elem params = Xml.document("CaptureVAppParams").with("name", name);
        params.add("Description", tag.text());
        params.add("Source").with("href", vAppHref);
        Elem customization = params.add("CustomizationSection").with("goldMaster", "false");
        customization.add("ovf:Info", "Identical copy");
        customization.add("CustomizeOnInstantiate", "false");
        return params;
    }

    public static Elem catalog(String name, Tag tag) {
        Elem catalog = Xml.document("AdminCatalog").with("name", name);
        catalog.add("Description", tag.text());
        return catalog;
    }

    public static Elem upload(String name, boolean withManifest, Tag tag) {
        Elem params = Xml.document("UploadVAppTemplateParams")
                .with("name", name)
                .with("manifestRequired", String.valueOf(withManifest));
        params.add("Description", tag.text());
        return params;
    }

    /** @param action {@code powerOff}, {@code shutdown} or {@code force} */
    public static Elem undeploy(String action) {
        Elem params = Xml.document("UndeployVAppParams");
        params.add("UndeployPowerAction", action);
        return params;
    }

    public static Elem describeVm(String name, String description) {
        Elem vm = Xml.document("Vm").with("name", name);
        vm.add("Description", description);
        return vm;
    }

    public static Elem metadataEntry(String key, String value) {
        return metadataEntry("GENERAL", "READWRITE", key, value);
    }

    /** An entry that only a provider may write, and tenants may read. */
    public static Elem readOnlyMetadataEntry(String key, String value) {
        return metadataEntry("SYSTEM", "READONLY", key, value);
    }

    private static Elem metadataEntry(String domain, String visibility, String key, String value) {
        Elem metadata = Xml.document("Metadata");
        Elem entry = metadata.add("MetadataEntry");
        entry.add("Domain").with("visibility", visibility).setText(domain);
        entry.add("Key", key);
        entry.add("TypedValue").with("xsi:type", "MetadataStringValue").add("Value", value);
        return metadata;
    }
}
