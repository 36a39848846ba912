package org.stretchdeploy.vendor.vcd.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.map.VAppNetworks;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * Finds what carries a tag of an operation. Tags are in descriptions, which the cloud's queries do not search, so every
 * vApp, catalog, template and edge of ours is read: for the clean-up after a crash, not for every day. A rule has no
 * address of its own, so its id here is that of its edge (a vApp network or an edge gateway). Descriptions are given back
 * elsewhere as they are, with the tag in them. Thread-safe.
 */
final class TagSearch {
    private final Entities entities;
    private final Api api;
    private final Inventory inventory;
    private final OrgEdgeRole edges;
    private final boolean orgEdges;

    TagSearch(Entities entities, Inventory inventory, boolean orgEdges) {
        this.entities = entities;
        this.api = entities.api();
        this.inventory = inventory;
        this.edges = new OrgEdgeRole(entities, orgEdges);
        this.orgEdges = orgEdges;
    }

    /** One search: collects what carries a tag of the operation. */
    private static final class Found {
        private final String operation;
        private final List<Inventory.Tagged> tagged = new ArrayList<>();

        Found(String operation) {
            this.operation = operation;
        }

        void look(String kind, ObjectId id, String name, String text) {
            Tag.in(text)
                    .filter(tag -> tag.operation().equals(operation))
                    .ifPresent(tag -> tagged.add(new Inventory.Tagged(kind, id, name, tag)));
        }
    }

    List<Inventory.Tagged> of(String operation) {
        Found found = new Found(operation);
        for (Inventory.VAppEntry entry : inventory.vApps()) {
            api.find(entry.id().value()).ifPresent(vApp -> lookInVApp(found, entry.id(), vApp));
        }
        lookInCatalogs(found);
        if (orgEdges) {
            VdcReader.edges(api).forEach(edge -> lookInEdge(found, edge));
        }
        return List.copyOf(found.tagged);
    }

    private void lookInVApp(Found found, ObjectId id, Elem vApp) {
        found.look("VApp", id, vApp.attribute("name"), vApp.rawText("Description"));
        for (Elem vm : VAppDocuments.vms(vApp)) {
            found.look("Vm", entities.id(vm), vm.attribute("name"), vm.rawText("Description"));
        }
        for (Elem section : vApp.children("NetworkConfigSection")) {
            section.children("NetworkConfig").forEach(config -> lookInNetwork(found, id, config));
        }
    }

    private static void lookInNetwork(Found found, ObjectId vApp, Elem config) {
        ObjectId id = VAppNetworks.id(config).orElse(vApp);
        found.look("VAppNetwork", id, config.attribute("networkName"), config.rawText("Description"));
        for (String kind : List.of("NatRule", "FirewallRule")) {
            config.descendants(kind).stream()
                    .map(rule -> rule.rawText("Description"))
                    .forEach(text -> found.look(kind, id, text, text));
        }
    }

    private void lookInCatalogs(Found found) {
        for (Elem record : api.query("catalog", "CatalogRecord", Optional.empty())) {
            ObjectId id = new ObjectId(
                    "/api/catalog/" + Entities.uuid(entities.id(record).value()));
            api.find(id.value())
                    .ifPresent(catalog ->
                            found.look("Catalog", id, catalog.attribute("name"), catalog.rawText("Description")));
        }
        for (Elem record : api.query("vAppTemplate", "VAppTemplateRecord", Optional.empty())) {
            api.find(entities.id(record).value())
                    .ifPresent(template -> found.look(
                            "VAppTemplate",
                            entities.id(template),
                            template.attribute("name"),
                            template.rawText("Description")));
        }
    }

    private void lookInEdge(Found found, JsonNode edge) {
        ObjectId id = new ObjectId(edge.path("id").asText(""));
        EdgeServices services;
        try {
            services = edges.read(new Edges.OrgEdge(id));
        } catch (CloudException e) {
            if (e.retryable()) {
                throw e;
            }
            return;
        }
        services.nat().rules().forEach(rule -> found.look("NatRule", id, rule.name(), rule.name()));
        services.firewall().rules().forEach(rule -> found.look("FirewallRule", id, rule.name(), rule.name()));
        for (JsonNode tunnel : VcdTunnels.documents(api, id)) {
            ObjectId tunnelId = new ObjectId(tunnel.path("id").asText("unknown"));
            found.look(
                    "L2VpnTunnel",
                    tunnelId,
                    tunnel.path("name").asText(""),
                    tunnel.path("description").asText(""));
        }
    }
}
