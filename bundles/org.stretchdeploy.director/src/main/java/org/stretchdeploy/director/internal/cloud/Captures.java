package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CatalogItem;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Turns a stopped vApp into a template. */
public final class Captures {
    private final Cloud cloud;
    private final Deletions deletions;

    public Captures(Cloud cloud, Deletions deletions) {
        this.cloud = cloud;
        this.deletions = deletions;
    }

    /**
     * CaptureVAppParams; called inside an update.
     *
     * @param catalog absent: the old form, which leaves the template without a catalog item
     * @return the new template, whose task runs
     */
    public Template capture(CloudState s, Principal by, Optional<Catalog> catalog, XmlElement params) {
        VApp vapp = new Access(s, by)
                .vapp(params.first("Source")
                        .flatMap(r -> r.attribute("href"))
                        .flatMap(Hrefs::uuid)
                        .orElseThrow(() -> ApiException.badRequest("The request names no source vApp.")));
        List<String> locks = new ArrayList<>(Locks.of(s, vapp));
        if (s.deployed(vapp)) {
            throw ApiException.badRequest("The vApp \"" + vapp.name + "\" is running. Stop the vApp and try again.");
        }
        if (s.vmsOf(vapp.id).isEmpty()) {
            throw ApiException.badRequest("The vApp \"" + vapp.name + "\" has no VMs.");
        }
        Limits.requireStorage(
                s,
                s.vdcs.get(vapp.vdcId),
                s.vmsOf(vapp.id).stream().mapToLong(Vm::diskBytes).sum());
        Template template = new Template();
        template.name = params.attribute("name").filter(n -> !n.isBlank()).orElse(vapp.name);
        template.description = params.first("Description").map(XmlElement::text).orElse("");
        template.vdcId = vapp.vdcId;
        template.ownerId = by.userId();
        template.descriptorUploaded = true;
        template.customizeOnInstantiate = params.descendants()
                .filter(e -> e.is(Ns.VCLOUD, "CustomizeOnInstantiate"))
                .findFirst()
                .map(e -> Boolean.parseBoolean(e.text().trim()))
                .orElse(true);
        Optional<CatalogItem> overwritten = params.first("TargetCatalogItem")
                .flatMap(r -> r.attribute("href"))
                .flatMap(Hrefs::uuid)
                .map(new Access(s, by)::catalogItem);
        s.templates.put(template.id, template);
        if (catalog.isPresent() && overwritten.isEmpty()) {
            addItem(s, catalog.get(), template.name, template.description, template);
        }
        locks.add(template.id);
        start(s, by, vapp, template, locks, overwritten);
        return template;
    }

    private void start(
            CloudState s,
            Principal by,
            VApp vapp,
            Template template,
            List<String> locks,
            Optional<CatalogItem> overwritten) {
        String templateId = template.id;
        List<Vm> machines =
                s.vmsOf(vapp.id).stream().map(v -> forTemplate(v, templateId)).toList();
        List<VAppNetwork> networks =
                s.networksOf(vapp.id).stream().map(n -> copyOf(n, templateId)).toList();
        List<List<String>> sources = s.vmsOf(vapp.id).stream()
                .map(v -> v.disks.stream().map(VmDisk::diskId).toList())
                .toList();
        Tasks.Spec spec = Tasks.Spec.of(
                "vdcCaptureTemplate", "Capturing", "Captured", "Virtual Application Template", template.ref(), locks);
        cloud.tasks().start(s, by, spec, run -> {
            run.onFailureState(state -> deletions.forgetTemplate(state, run, templateId));
            for (int i = 0; i < machines.size(); i++) {
                for (int j = 0; j < sources.get(i).size(); j++) {
                    String fresh = machines.get(i).disks.get(j).diskId();
                    run.onFailure(() -> cloud.host().deleteDisk(fresh));
                    cloud.host().cloneDisk(sources.get(i).get(j), fresh);
                }
                run.progress((i + 1) * 90 / machines.size());
            }
            return state -> {
                machines.forEach(m -> state.vms.put(m.id, m));
                networks.forEach(n -> state.vappNetworks.put(n.id, n));
                state.templates.get(templateId).status = 8;
                overwritten.ifPresent(item -> replace(state, run, item.id, templateId));
            };
        });
    }

    private void replace(CloudState s, TaskRun run, String itemId, String templateId) {
        CatalogItem item = s.catalogItems.get(itemId);
        String old = item.templateId;
        item.templateId = templateId;
        item.version++;
        deletions.forgetTemplate(s, run, old);
    }

    /** A catalog item for a template. */
    public static CatalogItem addItem(
            CloudState s, Catalog catalog, String name, String description, Template template) {
        if (s.itemsOf(catalog.id).stream().anyMatch(i -> i.name.equals(name))) {
            throw ApiException.duplicateName(name);
        }
        CatalogItem item = new CatalogItem();
        item.name = name;
        item.description = description;
        item.catalogId = catalog.id;
        item.templateId = template.id;
        s.catalogItems.put(item.id, item);
        catalog.version++;
        return item;
    }

    private static Vm forTemplate(Vm source, String templateId) {
        Vm vm = new Vm();
        vm.name = source.name;
        vm.description = source.description;
        vm.inTemplate = true;
        vm.containerId = templateId;
        vm.localId = source.localId;
        vm.biosUuid = source.biosUuid;
        vm.cpus = source.cpus;
        vm.coresPerSocket = source.coresPerSocket;
        vm.memoryMb = source.memoryMb;
        vm.osType = source.osType;
        vm.hardwareVersion = source.hardwareVersion;
        vm.primaryNic = source.primaryNic;
        vm.customization = source.customization;
        vm.products = new ArrayList<>(source.products);
        vm.metadata.putAll(source.metadata);
        vm.metadata.remove(Fences.KEY);
        source.nics.forEach(n -> vm.nics.add(n.withExternalIp("")));
        source.disks.forEach(d -> vm.disks.add(d.withDiskId(UUID.randomUUID().toString())));
        return vm;
    }

    /** A network's settings for another owner; addresses taken from a parent's pool are not carried over. */
    static VAppNetwork copyOf(VAppNetwork source, String ownerId) {
        VAppNetwork network = new VAppNetwork();
        network.name = source.name;
        network.description = source.description;
        network.ownerId = ownerId;
        network.fenceMode = source.fenceMode;
        network.parentId = source.parentId;
        network.scopes = new ArrayList<>(source.scopes);
        network.retainNetInfo = source.retainNetInfo;
        network.guestVlanAllowed = source.guestVlanAllowed;
        network.dhcp = source.dhcp;
        network.firewall = source.firewall;
        network.routing = source.routing;
        network.nat = source.nat == null
                ? null
                : new VAppNetwork.NatService(
                        source.nat.enabled(),
                        source.nat.natType(),
                        source.nat.policy(),
                        source.nat.rules().stream()
                                .map(r ->
                                        r.oneToOne() && r.mappingMode().equals("automatic") ? r.withExternalIp("") : r)
                                .toList());
        return network;
    }

    /** A template's machine as an instance gets it when the template says that settings are to be made anew. */
    static Vm anonymous(CloudState s, Vm source) {
        Vm vm = forTemplate(source, source.containerId);
        vm.id = source.id;
        vm.disks = new ArrayList<>(source.disks);
        vm.biosUuid = UUID.randomUUID().toString();
        vm.nics.replaceAll(n -> {
            Nic fresh = n.withMac(Addresses.newMac(s));
            return n.mode().equals("MANUAL") ? fresh : fresh.withIp("");
        });
        return vm;
    }
}
