package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.map.VAppEdges;
import org.stretchdeploy.vendor.vcd.internal.map.VAppNetworks;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Services of the edge of a vApp network: one document, read, changed in place and written whole. Thread-safe. */
final class VAppEdgeRole {
    private final Entities entities;
    private final Api api;

    VAppEdgeRole(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    EdgeServices read(Edges.VAppEdge edge) {
        Elem vApp = api.get(entities.vApp(edge.vApp()));
        return VAppEdges.read(routed(networkPath(vApp, edge.network())), names(vApp));
    }

    CloudTask apply(Edges.VAppEdge edge, EdgeServices wanted, String version) {
        Elem vApp = api.get(entities.vApp(edge.vApp()));
        String path = networkPath(vApp, edge.network());
        Elem network = routed(path);
        Map<String, String> names = names(vApp);
        EdgeServices present = VAppEdges.read(network, names);
        ObjectId owner = new ObjectId(path);
        if (EdgeComparison.same(present, wanted)) {
            return entities.settled(vApp, owner);
        }
        if (!VcdEdges.version(present).equals(version)) {
            throw VcdEdges.changedMeanwhile();
        }
        VAppEdges.change(network, wanted, names);
        return entities.task(api.write("PUT", path, media("vAppNetwork"), network), owner);
    }

    private Elem routed(String path) {
        Elem network = api.get(path);
        if (!network.text("Configuration", "FenceMode").equals("natRouted")) {
            throw new CloudException(
                    "no-edge", CloudException.Category.USER, "The vApp network is not routed, so it has no edge.");
        }
        return network;
    }

    private static Map<String, String> names(Elem vApp) {
        Map<String, String> names = new LinkedHashMap<>();
        VAppDocuments.vms(vApp).forEach(vm -> names.put(vm.text("VAppScopedLocalId"), vm.attribute("name")));
        return names;
    }

    private String networkPath(Elem vApp, String name) {
        Optional<String> byLink = vApp.children("Link").stream()
                .filter(link -> link.attribute("type").equalsIgnoreCase(media("vAppNetwork")))
                .filter(link -> link.attribute("name").equals(name))
                .map(link -> entities.id(link).value())
                .findFirst();
        return byLink.or(() -> vApp.child("NetworkConfigSection")
                        .flatMap(section -> section.children("NetworkConfig").stream()
                                .filter(config ->
                                        config.attribute("networkName").equals(name))
                                .flatMap(config -> VAppNetworks.id(config).stream())
                                .map(ObjectId::value)
                                .findFirst()))
                .orElseThrow(Entities::noSuch);
    }
}
