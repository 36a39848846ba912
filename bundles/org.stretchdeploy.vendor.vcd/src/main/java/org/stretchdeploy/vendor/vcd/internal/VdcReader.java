package org.stretchdeploy.vendor.vcd.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.map.VdcDocuments;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads virtual data centers with their networks and edge gateways. Thread-safe. */
final class VdcReader {
    private final Entities entities;
    private final Api api;

    VdcReader(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    List<OrgVdc> all() {
        List<Elem> records = api.query("orgVdc", "OrgVdcRecord", Optional.empty());
        if (records.isEmpty()) {
            records = administered();
        }
        return records.stream()
                .flatMap(record -> api.find(entities.id(record).value()).stream())
                .map(this::vdc)
                .toList();
    }

    /** A system administrator sees the virtual data centers of all organizations only in this list. */
    private List<Elem> administered() {
        try {
            return api.query("adminOrgVdc", "AdminVdcRecord", Optional.empty());
        } catch (CloudException e) {
            if (e.retryable()) {
                throw e;
            }
            return List.of();
        }
    }

    private OrgVdc vdc(Elem vdc) {
        ObjectId id = new ObjectId("/api/vdc/" + Entities.uuid(entities.id(vdc).value()));
        int quota = (int) vdc.number(0, "VmQuota");
        return new OrgVdc(
                id,
                vdc.attribute("name"),
                vdc.flag(true, "IsEnabled"),
                storageFreeMb(vdc),
                VdcDocuments.memoryFreeMb(vdc),
                quota == 0 ? Integer.MAX_VALUE : Math.max(0, quota - vms(id)),
                VdcDocuments.hardwareVersions(vdc),
                routedVAppNetworks(id));
    }

    private int vms(ObjectId vdc) {
        Api.Filter filter = Api.Filter.of("vdc", Entities.uuid(vdc.value())).and("isVAppTemplate", "false");
        return (int) api.query("vm", "VMRecord", Optional.of(filter)).stream()
                .filter(record -> !record.attribute("isVAppTemplate").equals("true"))
                .count();
    }

    /** Room in the default storage profile, or in the one with most room where none is marked. */
    private long storageFreeMb(Elem vdc) {
        List<Elem> profiles = vdc.child("VdcStorageProfiles")
                .map(all -> all.children("VdcStorageProfile").stream()
                        .flatMap(reference -> api.find(entities.id(reference).value()).stream())
                        .toList())
                .orElse(List.of());
        return VdcDocuments.storageFreeMb(profiles);
    }

    /** Virtual data centers on NSX-T without an edge cluster for vApps have no vApp networks behind an edge. */
    private boolean routedVAppNetworks(ObjectId vdc) {
        String path = "/cloudapi/1.0.0/vdcs/urn:vcloud:vdc:" + Entities.uuid(vdc.value()) + "/capabilities";
        try {
            return api.pages(path).stream()
                    .filter(capability -> capability.path("name").asText("").equals("vappNatNetworks"))
                    .map(capability -> capability.path("value").asText("true"))
                    .noneMatch("false"::equals);
        } catch (CloudException e) {
            if (e.retryable()) {
                throw e;
            }
            return true;
        }
    }

    List<OrgVdcNetwork> networks(ObjectId vdc) {
        Set<String> owners = owners(vdc);
        return api.pages("/cloudapi/1.0.0/orgVdcNetworks").stream()
                .filter(network -> owned(network, owners))
                .map(network -> VdcDocuments.network(network, vdc))
                .toList();
    }

    List<EdgeGateway> edgeGateways(ObjectId vdc) {
        Set<String> owners = owners(vdc);
        return edges(api).stream()
                .filter(edge -> owned(edge, owners))
                .map(edge -> VdcDocuments.edgeGateway(edge, vdc))
                .toList();
    }

    /** Documents of all edge gateways; none where the cloud has no such list. */
    static List<JsonNode> edges(Api api) {
        try {
            return api.pages("/cloudapi/1.0.0/edgeGateways").stream()
                    .filter(edge -> edge.path("gatewayBacking")
                            .path("gatewayType")
                            .asText("")
                            .startsWith("NSXT"))
                    .toList();
        } catch (CloudException e) {
            if (e.retryable()) {
                throw e;
            }
            return List.of();
        }
    }

    /** The virtual data center and the groups that it takes part in: both can own networks and edges. */
    private Set<String> owners(ObjectId id) {
        String path = entities.path(id, "/api/vdc/");
        api.get(path);
        String vdc = "urn:vcloud:vdc:" + Entities.uuid(path);
        Set<String> owners = new TreeSet<>(Set.of(vdc));
        try {
            api.pages("/cloudapi/1.0.0/vdcGroups").stream()
                    .filter(group -> participates(group, vdc))
                    .forEach(group -> owners.add(group.path("id").asText("")));
        } catch (CloudException e) {
            if (e.retryable()) {
                throw e;
            }
        }
        return owners;
    }

    private static boolean participates(JsonNode group, String vdc) {
        for (JsonNode participant : group.path("participatingOrgVdcs")) {
            if (participant.path("vdcRef").path("id").asText("").equals(vdc)) {
                return true;
            }
        }
        return false;
    }

    private static boolean owned(JsonNode object, Set<String> owners) {
        return owners.contains(object.path("ownerRef").path("id").asText(""))
                || owners.contains(object.path("orgVdc").path("id").asText(""));
    }
}
