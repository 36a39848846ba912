package org.stretchdeploy.vendor.vcd.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.map.Properties;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.map.Vms;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** The role: reads vApps here, what they stand on through {@link VdcReader}. Thread-safe. */
final class VcdInventory implements Inventory {
    private final Entities entities;
    private final Api api;
    private final VdcReader vdcs;
    private final TagSearch tags;

    VcdInventory(Entities entities, boolean orgEdges) {
        this.entities = entities;
        this.api = entities.api();
        this.vdcs = new VdcReader(entities);
        this.tags = new TagSearch(entities, this, orgEdges);
    }

    @Override
    public List<OrgVdc> vdcs() {
        return vdcs.all();
    }

    @Override
    public List<OrgVdcNetwork> networks(ObjectId vdc) {
        return vdcs.networks(vdc);
    }

    @Override
    public List<EdgeGateway> edgeGateways(ObjectId vdc) {
        return vdcs.edgeGateways(vdc);
    }

    @Override
    public List<VAppEntry> vApps() {
        return api.query("vApp", "VAppRecord", Optional.empty()).stream()
                .map(this::entry)
                .toList();
    }

    private VAppEntry entry(Elem record) {
        boolean deployed = record.attribute("isDeployed").equals("true");
        return new VAppEntry(
                entities.id(record),
                record.attribute("name"),
                record.attribute("description"),
                entities.id(record.attribute("vdc")),
                Vms.recordState(record.attribute("status"), deployed),
                record.attribute("isBusy").equals("true"));
    }

    @Override
    public VApp vApp(ObjectId id) {
        String path = entities.vApp(id);
        Elem vApp = api.get(path);
        return new VApp(
                id,
                vApp.attribute("name"),
                vApp.rawText("Description"),
                new ObjectId(new VAppNetworking(entities).vdcOf(vApp)),
                Vms.state(vApp),
                VAppDocuments.busy(vApp),
                VAppDocuments.networks(vApp),
                VAppDocuments.vms(vApp).stream().map(this::vm).toList(),
                VAppDocuments.startup(vApp),
                metadata(path));
    }

    private Vm vm(Elem vm) {
        ObjectId id = entities.id(vm);
        Map<String, String> properties =
                api.find(id.value() + "/productSections").map(Properties::read).orElse(Map.of());
        return Vms.vm(id, vm, properties, metadata(id.value()));
    }

    private Map<String, String> metadata(String path) {
        return api.find(path + "/metadata").map(VAppDocuments::metadata).orElse(Map.of());
    }

    @Override
    public Optional<VApp> findVApp(ObjectId id) {
        try {
            return Optional.of(vApp(id));
        } catch (CloudException e) {
            if (e.category() == CloudException.Category.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Set<ObjectId> running(Set<ObjectId> vms) {
        return api.query("vm", "VMRecord", Optional.of(Api.Filter.of("status", "POWERED_ON"))).stream()
                .map(entities::id)
                .filter(vms::contains)
                .collect(Collectors.toSet());
    }

    @Override
    public List<Tagged> tagged(String operation) {
        return tags.of(operation);
    }
}
