package org.stretchdeploy.director.internal.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a director keeps, by uuid. */
public final class CloudState {
    public int schema = 1;
    public String siteId = java.util.UUID.randomUUID().toString();
    public int nextRuleId = 65537;
    public Map<String, Organization> orgs = new LinkedHashMap<>();
    public Map<String, User> users = new LinkedHashMap<>();
    public Map<String, Vdc> vdcs = new LinkedHashMap<>();
    public Map<String, ExternalNetwork> externalNetworks = new LinkedHashMap<>();
    public Map<String, OrgNetwork> orgNetworks = new LinkedHashMap<>();
    public Map<String, EdgeGateway> edges = new LinkedHashMap<>();
    public Map<String, Catalog> catalogs = new LinkedHashMap<>();
    public Map<String, CatalogItem> catalogItems = new LinkedHashMap<>();
    public Map<String, Template> templates = new LinkedHashMap<>();
    public Map<String, VApp> vapps = new LinkedHashMap<>();
    public Map<String, VAppNetwork> vappNetworks = new LinkedHashMap<>();
    public Map<String, Vm> vms = new LinkedHashMap<>();
    public Map<String, Transfer> transfers = new LinkedHashMap<>();
    public Map<String, ApiToken> apiTokens = new LinkedHashMap<>();
    public Map<String, Task> tasks = new LinkedHashMap<>();
    /** NSX-T style IP sets, as JSON with {@code ipAddresses} and {@code orgId}. */
    public Map<String, ObjectNode> firewallGroups = new LinkedHashMap<>();

    public Map<String, ObjectNode> portProfiles = new LinkedHashMap<>();

    public List<Vm> vmsOf(String containerId) {
        return vms.values().stream()
                .filter(v -> v.containerId.equals(containerId))
                .toList();
    }

    public List<VAppNetwork> networksOf(String ownerId) {
        return vappNetworks.values().stream()
                .filter(n -> n.ownerId.equals(ownerId))
                .toList();
    }

    public Optional<VAppNetwork> networkOf(String ownerId, String name) {
        return networksOf(ownerId).stream().filter(n -> n.name.equals(name)).findFirst();
    }

    public List<CatalogItem> itemsOf(String catalogId) {
        return catalogItems.values().stream()
                .filter(i -> i.catalogId.equals(catalogId))
                .toList();
    }

    public Optional<CatalogItem> itemFor(String templateId) {
        return catalogItems.values().stream()
                .filter(i -> i.templateId.equals(templateId))
                .findFirst();
    }

    public Optional<OrgNetwork> orgNetwork(String id) {
        return Optional.ofNullable(orgNetworks.get(id));
    }

    /** Organization of a vApp, template, machine or network; empty text when the chain is broken. */
    public String orgOfVdc(String vdcId) {
        Vdc vdc = vdcs.get(vdcId);
        return vdc == null ? "" : vdc.orgId;
    }

    /** VDC of a vApp or template. */
    public String vdcOfContainer(String containerId) {
        VApp vapp = vapps.get(containerId);
        if (vapp != null) {
            return vapp.vdcId;
        }
        Template template = templates.get(containerId);
        return template == null ? "" : template.vdcId;
    }

    public boolean deployed(VApp vapp) {
        return vapp.activated || vmsOf(vapp.id).stream().anyMatch(v -> v.deployed);
    }

    /** Status number of a vApp as section 8.1 of the API describes it. */
    public int status(VApp vapp) {
        if (vapp.progress == VApp.Progress.CREATING) {
            return 0;
        }
        if (vapp.progress == VApp.Progress.FAILED) {
            return -1;
        }
        List<Vm> all = vmsOf(vapp.id);
        if (all.isEmpty()) {
            return vapp.activated ? 4 : 1;
        }
        long on = all.stream().filter(v -> v.poweredOn).count();
        return on == all.size() ? 4 : on == 0 ? 8 : 10;
    }

    /** Bytes of disk that a VDC's machines and templates hold. */
    public long storageUsedBytes(String vdcId) {
        return vms.values().stream()
                .filter(v -> vdcOfContainer(v.containerId).equals(vdcId))
                .mapToLong(Vm::diskBytes)
                .sum();
    }

    public long memoryUsedMb(String vdcId) {
        return vms.values().stream()
                .filter(v -> v.poweredOn && vdcOfContainer(v.containerId).equals(vdcId))
                .mapToLong(v -> v.memoryMb)
                .sum();
    }

    public List<Task> tasksOf(String entityId) {
        return tasks.values().stream()
                .filter(t -> t.owner.id().equals(entityId))
                .toList();
    }

    public boolean busy(String entityId) {
        return tasks.values().stream().anyMatch(t -> t.running() && t.locks.contains(entityId));
    }

    public String systemOrgId() {
        return orgs.values().stream()
                .filter(Organization::isSystem)
                .map(o -> o.id)
                .findFirst()
                .orElse("");
    }
}
