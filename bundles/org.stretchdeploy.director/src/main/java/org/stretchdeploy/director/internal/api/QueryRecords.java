package org.stretchdeploy.director.internal.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.cloud.Addresses;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CatalogItem;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.Entity;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.User;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.view.Times;

/** The rows of the query service, one method per type. */
final class QueryRecords {
    private final CloudState s;
    private final Access access;
    private final Hrefs hrefs;

    QueryRecords(CloudState state, Access access, Hrefs hrefs) {
        this.s = state;
        this.access = access;
        this.hrefs = hrefs;
    }

    /**
     * One hit.
     *
     * @param attributes what is shown
     * @param hidden     what can be asked for besides
     */
    record Row(Entity entity, String href, Map<String, Object> attributes, Map<String, Object> hidden) {}

    private static final class Fields {
        private final Entity entity;
        private final String href;
        private final Map<String, Object> shown = new LinkedHashMap<>();
        private final Map<String, Object> hidden = new LinkedHashMap<>();

        Fields(Entity entity, String href) {
            this.entity = entity;
            this.href = href;
        }

        Fields put(String name, Object value) {
            shown.put(name, value == null ? "" : value);
            return this;
        }

        Fields hide(String name, Object value) {
            hidden.put(name, value);
            return this;
        }

        Row row() {
            return new Row(entity, href, shown, hidden);
        }
    }

    private Fields start(Entity entity) {
        return start(entity, hrefs.of(entity));
    }

    private static Fields start(Entity entity, String href) {
        Fields fields = new Fields(entity, href);
        fields.put("name", entity.name);
        fields.hide("id", entity.kind().urn(entity.id));
        entity.metadata.values().forEach(m -> fields.hide("metadata:" + m.key(), m.value())
                .hide("metadata@SYSTEM:" + m.key(), m.value()));
        return fields;
    }

    private boolean seesVdc(String vdcId) {
        return access.principal().sees(s.orgOfVdc(vdcId));
    }

    private Fields vdcFields(Fields fields, String vdcId) {
        Vdc vdc = s.vdcs.get(vdcId);
        fields.put("vdc", hrefs.of(vdc)).put("vdcName", vdc.name);
        return fields.hide("org", hrefs.of(Kind.ORG, vdc.orgId))
                .hide("orgName", s.orgs.get(vdc.orgId).name)
                .hide("orgVdcName", vdc.name);
    }

    private String userName(String id) {
        User user = s.users.get(id);
        return user == null ? "system" : user.name;
    }

    static String statusText(int status) {
        return switch (status) {
            case -1 -> "FAILED_CREATION";
            case 0 -> "UNRESOLVED";
            case 1 -> "RESOLVED";
            case 3 -> "SUSPENDED";
            case 4 -> "POWERED_ON";
            case 10 -> "MIXED";
            default -> "POWERED_OFF";
        };
    }

    Stream<Row> vapps() {
        return s.vapps.values().stream().filter(v -> seesVdc(v.vdcId)).map(this::vapp);
    }

    private Row vapp(VApp vapp) {
        List<Vm> vms = s.vmsOf(vapp.id);
        return vdcFields(start(vapp), vapp.vdcId)
                .put("status", statusText(s.status(vapp)))
                .put("isBusy", s.busy(vapp.id))
                .put("isDeployed", s.deployed(vapp))
                .put("isEnabled", true)
                .put("isExpired", false)
                .put("isInMaintenanceMode", false)
                .put("ownerName", userName(vapp.ownerId))
                .put("creationDate", Times.text(vapp.created))
                .put("numberOfVMs", vms.size())
                .put("numberOfCpus", vms.stream().mapToInt(v -> v.cpus).sum())
                .put("cpuAllocationMhz", 0)
                .put(
                        "memoryAllocationMB",
                        vms.stream().mapToInt(v -> v.memoryMb).sum())
                .put("storageKB", vms.stream().mapToLong(Vm::diskBytes).sum() >> 10)
                .hide("description", vapp.description)
                .row();
    }

    Stream<Row> vms() {
        return s.vms.values().stream().filter(access::sees).map(this::vm);
    }

    private Row vm(Vm vm) {
        String containerName = vm.inTemplate ? s.templates.get(vm.containerId).name : s.vapps.get(vm.containerId).name;
        String container = hrefs.of(vm.inTemplate ? Kind.TEMPLATE : Kind.VAPP, vm.containerId);
        Nic first = vm.nics.stream()
                .filter(n -> n.index() == vm.primaryNic && n.onNetwork())
                .findFirst()
                .orElse(null);
        String network = first == null
                ? ""
                : s.networkOf(vm.containerId, first.network()).map(hrefs::of).orElse("");
        Fields fields = vdcFields(start(vm), s.vdcOfContainer(vm.containerId))
                .put("container", container)
                .put("containerName", containerName)
                // as a cloud sees what was started in its infrastructure past it
                .put("status", vm.heard ? "POWERED_ON" : statusText(vm.status()))
                .put("containerStatus", vm.inTemplate ? "RESOLVED" : statusText(s.status(s.vapps.get(vm.containerId))))
                .put("isVAppTemplate", vm.inTemplate)
                .put("isDeployed", vm.deployed)
                .put("isDeleted", false)
                .put("isBusy", s.busy(vm.id))
                .put("isMaintenanceMode", false)
                .put("isPublished", false)
                .put("network", network)
                .put("networkName", first == null ? "" : first.network())
                .put("ipAddress", first == null ? "" : first.ip())
                .put("guestOs", vm.osType)
                .put("hardwareVersion", vm.hardwareVersion.replace("vmx-", ""))
                .put("numberOfCpus", vm.cpus)
                .put("memoryMB", vm.memoryMb)
                .put("totalStorageAllocatedMb", vm.diskBytes() >> 20)
                .put("vmToolsStatus", "toolsNotInstalled")
                .put("vmToolsVersion", 0)
                .put("storageProfileName", s.vdcs.get(s.vdcOfContainer(vm.containerId)).storageProfileName)
                .put("catalogName", catalogName(vm.containerId))
                .put("dateCreated", Times.text(vm.created));
        return fields.hide(vm.inTemplate ? "vAppTemplate" : "vApp", container)
                .hide("containerStatus", "")
                .row();
    }

    private String catalogName(String templateId) {
        return s.itemFor(templateId).map(i -> s.catalogs.get(i.catalogId).name).orElse("");
    }

    Stream<Row> templates() {
        return s.templates.values().stream().filter(t -> seesVdc(t.vdcId)).map(this::template);
    }

    private Row template(Template template) {
        Fields fields = vdcFields(start(template), template.vdcId);
        s.itemFor(template.id).ifPresent(item -> fields.put("catalogItem", hrefs.of(item))
                .put("catalogName", s.catalogs.get(item.catalogId).name)
                .hide("catalog", hrefs.of(Kind.CATALOG, item.catalogId)));
        return fields.put("org", hrefs.of(Kind.ORG, s.orgOfVdc(template.vdcId)))
                .put("status", template.status == 8 ? "RESOLVED" : statusText(template.status))
                .put("isBusy", s.busy(template.id))
                .put("isDeployed", false)
                .put("isEnabled", true)
                .put("isExpired", false)
                .put("isGoldMaster", false)
                .put("isPublished", false)
                .put("isVdcEnabled", true)
                .put("ownerName", userName(template.ownerId))
                .put("creationDate", Times.text(template.created))
                .put("storageProfileName", s.vdcs.get(template.vdcId).storageProfileName)
                .put("numberOfVMs", s.vmsOf(template.id).size())
                .put(
                        "storageKB",
                        s.vmsOf(template.id).stream().mapToLong(Vm::diskBytes).sum() >> 10)
                .row();
    }

    Stream<Row> catalogs() {
        return s.catalogs.values().stream()
                .filter(c -> access.principal().sees(c.orgId))
                .map(this::catalog);
    }

    private Row catalog(Catalog catalog) {
        return start(catalog)
                .put("id", Kind.CATALOG.urn(catalog.id))
                .put("isPublished", catalog.published)
                .put("isShared", true)
                .put("isLocal", true)
                .put("orgName", s.orgs.get(catalog.orgId).name)
                .put("ownerName", userName(catalog.ownerId))
                .put("numberOfVAppTemplates", s.itemsOf(catalog.id).size())
                .put("numberOfMedia", 0)
                .put("creationDate", Times.text(catalog.created))
                .put("publishSubscriptionType", "UNPUBLISHED")
                .put("version", catalog.version)
                .put("status", "READY")
                .hide("org", hrefs.of(Kind.ORG, catalog.orgId))
                .row();
    }

    Stream<Row> catalogItems() {
        return s.catalogItems.values().stream()
                .filter(i -> access.principal().sees(s.catalogs.get(i.catalogId).orgId))
                .map(this::catalogItem);
    }

    private Row catalogItem(CatalogItem item) {
        Template template = s.templates.get(item.templateId);
        return vdcFields(start(item), template.vdcId)
                .put("catalog", hrefs.of(Kind.CATALOG, item.catalogId))
                .put("catalogName", s.catalogs.get(item.catalogId).name)
                .put("entity", hrefs.of(template))
                .put("entityName", template.name)
                .put("entityType", "vapptemplate")
                .put("isExpired", false)
                .put("isPublished", false)
                .put("isVdcEnabled", true)
                .put("ownerName", userName(template.ownerId))
                .put("creationDate", Times.text(item.created))
                .put("status", template.status == 8 ? "RESOLVED" : statusText(template.status))
                .row();
    }

    Stream<Row> vdcs(boolean admin) {
        return s.vdcs.values().stream().filter(v -> seesVdc(v.id)).map(v -> vdc(v, admin));
    }

    private Row vdc(Vdc vdc, boolean admin) {
        String href = admin ? hrefs.path("/api/admin/vdc/" + vdc.id) : hrefs.of(vdc);
        return start(vdc, href)
                .put("id", Kind.VDC.urn(vdc.id))
                .put("orgName", s.orgs.get(vdc.orgId).name)
                .put("org", hrefs.of(Kind.ORG, vdc.orgId))
                .put("isEnabled", true)
                .put("isBusy", false)
                .put("isSystemVdc", false)
                .put("status", "READY")
                .put("cpuAllocationMhz", vdc.cpuLimitMhz)
                .put("cpuLimitMhz", vdc.cpuLimitMhz)
                .put("cpuUsedMhz", 0)
                .put("memoryAllocationMB", vdc.memoryLimitMb)
                .put("memoryLimitMB", vdc.memoryLimitMb)
                .put("memoryUsedMB", s.memoryUsedMb(vdc.id))
                .put("storageAllocationMB", vdc.storageLimitMb)
                .put("storageLimitMB", vdc.storageLimitMb)
                .put("storageUsedMB", s.storageUsedBytes(vdc.id) >> 20)
                .put(
                        "numberOfVApps",
                        s.vapps.values().stream()
                                .filter(v -> v.vdcId.equals(vdc.id))
                                .count())
                .put("numberOfStorageProfiles", 1)
                .put("providerVdcName", "lab")
                .put("networkProviderType", "NSX_T")
                .row();
    }

    Stream<Row> orgNetworks(String vdcId) {
        return s.orgNetworks.values().stream()
                .filter(n -> vdcId.isEmpty() || n.vdcId.equals(vdcId))
                .filter(n -> seesVdc(n.vdcId))
                .map(this::orgNetwork);
    }

    private static Fields scope(Fields fields, List<IpScope> scopes) {
        IpScope scope = scopes.isEmpty() ? new IpScope(false, "", 24, "", "", "", List.of()) : scopes.get(0);
        return fields.put(
                        "netmask",
                        scope.gateway().isEmpty() ? "" : scope.subnet().netmask())
                .put("subnetPrefixLength", scope.prefixLength())
                .put("dns1", scope.dns1())
                .put("dns2", scope.dns2())
                .put("dnsSuffix", scope.dnsSuffix());
    }

    private Row orgNetwork(OrgNetwork network) {
        Fields fields = vdcFields(start(network), network.vdcId);
        scope(fields, network.scopes);
        EdgeGateway edge = s.edges.get(network.edgeId);
        boolean direct = !network.directId.isEmpty();
        String connectedTo = edge != null ? edge.name : direct ? s.externalNetworks.get(network.directId).name : "";
        long total = network.scope().ranges().stream().mapToLong(r -> r.size()).sum();
        long used = Addresses.uses(s, Addresses.segment(network)).keySet().stream()
                .filter(a -> network.scope().ranges().stream().anyMatch(r -> r.contains(a)))
                .count();
        return fields.put("defaultGateway", network.scope().gateway())
                .put("linkType", direct ? 0 : edge != null ? 1 : 2)
                .put("connectedTo", connectedTo)
                .put("isShared", network.shared)
                .put("isBusy", s.busy(network.id))
                .put("isIpScopeInherited", direct)
                .put("totalIpCount", total)
                .put("usedIpCount", used)
                .put("interfaceType", edge == null ? "" : "INTERNAL")
                .hide("gateway", edge == null ? "" : hrefs.of(edge))
                .row();
    }

    Stream<Row> vappNetworks() {
        return s.vappNetworks.values().stream()
                .filter(n -> s.vapps.containsKey(n.ownerId) && seesVdc(s.vapps.get(n.ownerId).vdcId))
                .map(this::vappNetwork);
    }

    private Row vappNetwork(VAppNetwork network) {
        VApp vapp = s.vapps.get(network.ownerId);
        Fields fields = start(network).put("vApp", hrefs.of(vapp)).put("vAppName", vapp.name);
        scope(fields, network.scopes);
        boolean linked = network.fenceMode == VAppNetwork.FenceMode.BRIDGED;
        return fields.put(
                        "gateway",
                        network.scopes.isEmpty() ? "" : network.scopes.get(0).gateway())
                .put("isBusy", s.busy(network.id))
                .put("isLinked", linked)
                .put("ipScopeInherited", linked)
                .put("isIpScopeInherited", linked)
                .hide("vdc", hrefs.of(Kind.VDC, vapp.vdcId))
                .row();
    }

    Stream<Row> edges(String vdcId) {
        return s.edges.values().stream()
                .filter(e -> vdcId.isEmpty() || e.vdcId.equals(vdcId))
                .filter(e -> seesVdc(e.vdcId))
                .map(e -> vdcFields(start(e), e.vdcId)
                        .put("orgVdcName", s.vdcs.get(e.vdcId).name)
                        .put("numberOfExtNetworks", 1)
                        .put(
                                "numberOfOrgNetworks",
                                s.orgNetworks.values().stream()
                                        .filter(n -> n.edgeId.equals(e.id))
                                        .count())
                        .put("isBusy", s.busy(e.id))
                        .put("gatewayStatus", "READY")
                        .put("haStatus", "DISABLED")
                        .put("edgeGatewayType", "NSXT_BACKED")
                        .put("advancedNetworkingEnabled", true)
                        .row());
    }

    Stream<Row> storageProfiles() {
        return s.vdcs.values().stream().filter(v -> seesVdc(v.id)).map(v -> {
            String href = hrefs.of(Kind.STORAGE_PROFILE, v.storageProfileId);
            Fields fields = new Fields(v, href)
                    .put("name", v.storageProfileName)
                    .put("isEnabled", true)
                    .put("isDefaultStorageProfile", true)
                    .put("isVdcBusy", false)
                    .put("numberOfConditions", 0)
                    .put("storageUsedMB", s.storageUsedBytes(v.id) >> 20)
                    .put("storageLimitMB", v.storageLimitMb);
            fields.hide("id", Kind.STORAGE_PROFILE.urn(v.storageProfileId));
            return vdcFields(fields, v.id).row();
        });
    }

    Stream<Row> orgs() {
        return s.orgs.values().stream()
                .filter(o -> access.principal().sees(o.id))
                .map(this::org);
    }

    private Row org(Organization org) {
        return start(org)
                .put("displayName", org.name)
                .put("isEnabled", true)
                .put("isReadOnly", org.isSystem())
                .put("canPublishCatalogs", false)
                .put(
                        "numberOfVdcs",
                        s.vdcs.values().stream()
                                .filter(v -> v.orgId.equals(org.id))
                                .count())
                .put(
                        "numberOfCatalogs",
                        s.catalogs.values().stream()
                                .filter(c -> c.orgId.equals(org.id))
                                .count())
                .row();
    }

    Stream<Row> users() {
        return s.users.values().stream()
                .filter(u -> access.principal().sees(u.orgId))
                .map(u -> start(u).put("isEnabled", true)
                        .put("fullName", u.name)
                        .put("isLdapUser", false)
                        .put("roleNames", u.role.label)
                        .row());
    }

    Stream<Row> tasks() {
        return s.tasks.values().stream()
                .filter(t -> access.principal().sees(t.orgId))
                .map(this::task);
    }

    private Row task(Task task) {
        return start(task)
                .put("name", task.operationName)
                .put("operation", task.operation)
                .put("operationFull", task.operation)
                .put("status", task.status.word)
                .put("progress", task.progress)
                .put("ownerName", task.userName)
                .put("object", hrefs.of(task.owner.kind(), task.owner.id()))
                .put("objectName", task.owner.name())
                .put("objectType", task.owner.kind().name().toLowerCase(java.util.Locale.ROOT))
                .put("startDate", Times.text(task.created))
                .put("endDate", task.running() ? null : Times.text(task.ended))
                .put("org", hrefs.of(Kind.ORG, task.orgId))
                .put("orgName", s.orgs.containsKey(task.orgId) ? s.orgs.get(task.orgId).name : "")
                .put("serviceNamespace", "com.vmware.vcloud")
                .row();
    }
}
