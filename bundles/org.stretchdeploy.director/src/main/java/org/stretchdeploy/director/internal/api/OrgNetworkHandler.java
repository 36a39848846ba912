package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.cloud.Addresses;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.IpRange;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.Subnet;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Vdc;

/** Organization VDC networks of the JSON surface. */
final class OrgNetworkHandler {
    private static final String BASE = "/cloudapi/1.0.0/orgVdcNetworks";
    private final Handlers handlers;

    OrgNetworkHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get(BASE, this::list);
        routes.post(BASE, Right.ADMINISTER, this::create);
        routes.get(
                BASE + "/{id}", c -> handlers.read(c, (s, a) -> Response.json(200, json(s, a.orgNetwork(c.id("id"))))));
        routes.put(BASE + "/{id}", Right.ADMINISTER, this::update);
        routes.delete(BASE + "/{id}", Right.ADMINISTER, this::delete);
        routes.get(BASE + "/{id}/allocatedIpAddresses", this::allocated);
    }

    private Response list(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            s.orgNetworks.values().stream()
                    .filter(n -> call.principal().sees(s.orgOfVdc(n.vdcId)))
                    .forEach(n -> all.add(json(s, n)));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    private static ObjectNode json(CloudState s, OrgNetwork network) {
        Vdc vdc = s.vdcs.get(network.vdcId);
        IpScope scope = network.scope();
        long used = Addresses.uses(s, Addresses.segment(network)).keySet().stream()
                .filter(a -> scope.ranges().stream().anyMatch(r -> r.contains(a)))
                .count();
        ObjectNode node = CloudJson.object();
        node.put("id", Kind.ORG_NETWORK.urn(network.id));
        node.put("name", network.name);
        node.put("description", network.description);
        node.put("status", "REALIZED");
        node.put("networkType", network.routed() ? "NAT_ROUTED" : network.directId.isEmpty() ? "ISOLATED" : "DIRECT");
        node.set("ownerRef", CloudJson.reference(vdc));
        node.set("orgVdc", CloudJson.reference(vdc));
        node.set("orgRef", CloudJson.reference(s.orgs.get(vdc.orgId)));
        EdgeGateway edge = s.edges.get(network.edgeId);
        if (edge == null) {
            node.putNull("connection");
        } else {
            ObjectNode connection = node.putObject("connection");
            connection.set("routerRef", CloudJson.reference(edge));
            connection.put("connectionType", "INTERNAL");
            connection.put("connected", true);
        }
        node.putObject("subnets").putArray("values").add(CloudJson.subnet(scope, used));
        node.put("backingNetworkId", network.id);
        node.put("backingNetworkType", "NSXT_FLEXIBLE_SEGMENT");
        node.putNull("parentNetworkId");
        node.put("isDefaultNetwork", false);
        node.put("shared", network.shared);
        node.put("guestVlanTaggingAllowed", false);
        node.put("retainNicResources", false);
        node.put(
                "totalIpCount", scope.ranges().stream().mapToLong(IpRange::size).sum());
        node.put("usedIpCount", used);
        node.put("routeAdvertised", false);
        node.put("orgVdcIsNsxTBacked", true);
        return node;
    }

    private Response allocated(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            OrgNetwork network = access.orgNetwork(call.id("id"));
            Addresses.uses(s, Addresses.segment(network)).values().forEach(u -> all.addObject()
                    .put("ipAddress", u.address())
                    .put("allocationType", s.vms.containsKey(u.entityId()) ? "VM_ALLOCATED" : "NAT_ROUTED")
                    .putObject("entity")
                    .put("name", u.what()));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    private static IpScope scope(ObjectNode sent) {
        JsonNode subnet = sent.path("subnets").path("values").path(0);
        String gateway = subnet.path("gateway").asText("");
        Subnet net = Subnet.of(gateway, subnet.path("prefixLength").asInt(0));
        List<IpRange> ranges = new ArrayList<>();
        subnet.path("ipRanges")
                .path("values")
                .forEach(r -> ranges.add(IpRange.parse(r.path("startAddress").asText() + "-"
                        + r.path("endAddress").asText())));
        boolean outside = ranges.stream().anyMatch(r -> !net.isHost(r.start()) || !net.isHost(r.end()));
        if (outside || !net.isHost(gateway)) {
            throw ApiException.badRequest("The gateway or an address range is outside of the subnet.");
        }
        return new IpScope(
                false,
                gateway,
                net.prefixLength(),
                text(subnet, "dnsServer1"),
                text(subnet, "dnsServer2"),
                text(subnet, "dnsSuffix"),
                ranges);
    }

    private static String text(JsonNode node, String name) {
        return node.hasNonNull(name) ? node.path(name).asText() : "";
    }

    private Response create(Call call) {
        ObjectNode sent = call.json();
        return handlers.update(call, (s, access) -> {
            OrgNetwork network = new OrgNetwork();
            network.name = text(sent, "name");
            String owner = sent.path("ownerRef")
                    .path("id")
                    .asText(sent.path("orgVdc").path("id").asText(""));
            network.vdcId = access.vdc(Hrefs.uuid(owner).orElse("")).id;
            requireFreeName(s, access, network);
            network.description = text(sent, "description");
            String type = text(sent, "networkType");
            if (type.equals("NAT_ROUTED")) {
                String router =
                        sent.path("connection").path("routerRef").path("id").asText("");
                network.edgeId = access.edge(Hrefs.uuid(router).orElse("")).id;
            } else if (!type.equals("ISOLATED")) {
                throw ApiException.badRequest("Networks of the type \"" + type + "\" cannot be made here.");
            }
            network.scopes.add(scope(sent));
            s.orgNetworks.put(network.id, network);
            return CloudJson.accepted(call, applied(call, s, network, "networkCreateNetwork", "Creating", "Created"));
        });
    }

    private static void requireFreeName(CloudState s, Access access, OrgNetwork network) {
        if (network.name.isBlank()) {
            throw ApiException.badRequest("A network needs a name.");
        }
        boolean taken = s.orgNetworks.values().stream()
                .anyMatch(
                        n -> n.vdcId.equals(network.vdcId) && n.name.equals(network.name) && !n.id.equals(network.id));
        if (taken) {
            throw ApiException.duplicateName(network.name);
        }
    }

    private Task applied(Call call, CloudState s, OrgNetwork network, String operation, String running, String done) {
        if (s.busy(network.id)) {
            throw ApiException.busy("network", network.name);
        }
        Tasks.Spec spec = Tasks.Spec.of(operation, running, done, "Network", network.ref(), List.of(network.id));
        String id = network.id;
        Optional<String> edge = Optional.of(network.edgeId).filter(e -> !e.isEmpty());
        return handlers.cloud().tasks().start(s, call.principal(), spec, run -> {
            handlers.cloud().provisioner().applyOrgNetwork(id);
            edge.ifPresent(handlers.cloud().provisioner()::applyEdge);
            return state -> {};
        });
    }

    private Response update(Call call) {
        ObjectNode sent = call.json();
        return handlers.update(call, (s, access) -> {
            OrgNetwork network = access.orgNetwork(call.id("id"));
            network.name = text(sent, "name").isBlank() ? network.name : text(sent, "name");
            requireFreeName(s, access, network);
            network.description = text(sent, "description");
            network.scopes = new ArrayList<>(List.of(scope(sent)));
            return CloudJson.accepted(call, applied(call, s, network, "networkUpdateNetwork", "Updating", "Updated"));
        });
    }

    private Response delete(Call call) {
        return handlers.update(call, (s, access) -> {
            OrgNetwork network = access.orgNetwork(call.id("id"));
            boolean used = s.vappNetworks.values().stream()
                    .anyMatch(n -> s.vapps.containsKey(n.ownerId) && n.parentId.equals(network.id));
            if (used) {
                throw ApiException.badRequest("The network \"" + network.name + "\" is in use by a vApp.");
            }
            if (s.busy(network.id)) {
                throw ApiException.busy("network", network.name);
            }
            s.orgNetworks.remove(network.id);
            Tasks.Spec spec = Tasks.Spec.of(
                    "networkDelete", "Deleting", "Deleted", "Network", network.ref(), List.of(network.id));
            Task task = handlers.cloud().tasks().start(s, call.principal(), spec, run -> {
                if (network.routed()) {
                    handlers.cloud().provisioner().applyEdge(network.edgeId);
                }
                handlers.cloud().provisioner().removeOrgNetwork(network.id);
                return state -> {};
            });
            return CloudJson.accepted(call, task);
        });
    }
}
