package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
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
import org.stretchdeploy.director.internal.model.ExternalNetwork;
import org.stretchdeploy.director.internal.model.Ipv4;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Subnet;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Vdc;

/** Edge gateways of the JSON surface: NAT and firewall rules, addresses. */
final class EdgeHandler {
    static final String BASE = "/cloudapi/1.0.0/edgeGateways";
    private static final Set<String> NAT_TYPES = Set.of("DNAT", "NO_DNAT", "SNAT", "NO_SNAT", "REFLEXIVE");
    private final Handlers handlers;

    EdgeHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get(BASE, this::list);
        routes.get("/cloudapi/2.0.0/edgeGateways", this::list);
        routes.get(BASE + "/{id}", c -> handlers.read(c, (s, a) -> Response.json(200, json(s, a.edge(c.id("id"))))));
        routes.get(BASE + "/{id}/usedIpAddresses", this::usedAddresses);
        routes.get(BASE + "/{id}/nat/rules", this::natRules);
        routes.post(BASE + "/{id}/nat/rules", Right.ADMINISTER, this::addNat);
        routes.get(
                BASE + "/{id}/nat/rules/{rule}",
                c -> handlers.read(
                        c, (s, a) -> Response.json(200, find(a.edge(c.id("id")).natRules, c.variable("rule")))));
        routes.put(BASE + "/{id}/nat/rules/{rule}", Right.ADMINISTER, this::replaceNat);
        routes.delete(BASE + "/{id}/nat/rules/{rule}", Right.ADMINISTER, this::removeNat);
        routes.get(BASE + "/{id}/firewall/rules", this::firewallRules);
        routes.put(BASE + "/{id}/firewall/rules", Right.ADMINISTER, this::putFirewall);
        routes.delete(
                BASE + "/{id}/firewall/rules",
                Right.ADMINISTER,
                c -> change(c, "Updating firewall of", e -> e.firewallRules.clear()));
        routes.get(
                BASE + "/{id}/firewall/rules/{rule}",
                c -> handlers.read(
                        c, (s, a) -> Response.json(200, find(a.edge(c.id("id")).firewallRules, c.variable("rule")))));
        routes.put(BASE + "/{id}/firewall/rules/{rule}", Right.ADMINISTER, this::replaceFirewall);
        routes.delete(
                BASE + "/{id}/firewall/rules/{rule}",
                Right.ADMINISTER,
                c -> change(
                        c,
                        "Updating firewall of",
                        e -> e.firewallRules.remove(find(e.firewallRules, c.variable("rule")))));
    }

    private Response list(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            s.edges.values().stream()
                    .filter(e -> call.principal().sees(s.orgOfVdc(e.vdcId)))
                    .forEach(e -> all.add(json(s, e)));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    private static ObjectNode json(CloudState s, EdgeGateway edge) {
        Vdc vdc = s.vdcs.get(edge.vdcId);
        ExternalNetwork external = s.externalNetworks.get(edge.externalNetworkId);
        ObjectNode node = CloudJson.object();
        node.put("status", "REALIZED");
        node.put("id", Kind.EDGE.urn(edge.id));
        node.put("name", edge.name);
        node.put("description", edge.description);
        ArrayNode uplinks = node.putArray("edgeGatewayUplinks");
        ObjectNode uplink = uplinks.addObject();
        uplink.put("uplinkId", Kind.EXTERNAL_NETWORK.urn(external.id));
        uplink.put("uplinkName", external.name);
        ObjectNode subnet = CloudJson.subnet(external.scope, edge.uplinkIps().size());
        subnet.put("primaryIp", edge.primaryIp);
        subnet.put("autoAllocateIpRanges", false);
        subnet.put("totalIpCount", edge.uplinkIps().size());
        ArrayNode ranges = subnet.putObject("ipRanges").putArray("values");
        edge.uplinkIps()
                .forEach(ip -> ranges.addObject().put("startAddress", ip).put("endAddress", ip));
        uplink.putObject("subnets").putArray("values").add(subnet);
        uplink.put("connected", true);
        uplink.put("dedicated", false);
        node.set("orgVdc", CloudJson.reference(vdc));
        node.set("ownerRef", CloudJson.reference(vdc));
        node.set("orgRef", CloudJson.reference(s.orgs.get(vdc.orgId)));
        node.put(
                "orgVdcNetworkCount",
                s.orgNetworks.values().stream()
                        .filter(n -> n.edgeId.equals(edge.id))
                        .count());
        ObjectNode backing = node.putObject("gatewayBacking");
        backing.put("backingId", edge.id);
        backing.put("gatewayType", "NSXT_BACKED");
        backing.putObject("networkProvider").put("name", "lab").put("id", "urn:vcloud:nsxtmanager:" + s.siteId);
        node.put("distributedRoutingEnabled", false);
        node.put("serviceNetworkDefinition", "192.168.255.225/27");
        node.putNull("edgeClusterConfig");
        return node;
    }

    private Response usedAddresses(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            s.orgNetworks.values().stream()
                    .filter(n -> n.edgeId.equals(edge.id))
                    .forEach(n -> Addresses.uses(s, Addresses.segment(n))
                            .values()
                            .forEach(u -> {
                                ObjectNode use = all.addObject();
                                use.put("ipAddress", u.address());
                                use.put("category", s.vms.containsKey(u.entityId()) ? "VM_ALLOCATED" : "EDGE_GATEWAY");
                                use.set("networkRef", CloudJson.reference(n));
                                use.putObject("entity").put("name", u.what());
                            }));
            edge.uplinkIps().forEach(ip -> {
                ObjectNode use = all.addObject().put("ipAddress", ip).put("category", "PRIMARY_IP");
                use.set("networkRef", CloudJson.reference(s.externalNetworks.get(edge.externalNetworkId)));
                use.set("entity", CloudJson.reference(edge));
            });
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    static ObjectNode find(List<ObjectNode> rules, String id) {
        return rules.stream()
                .filter(r -> Hrefs.uuid(r.path("id").asText()).equals(Hrefs.uuid(id)))
                .findFirst()
                .orElseThrow(() -> ApiException.forbidden(id));
    }

    /** Changes an edge and answers with the task that brings the host to it. */
    private Response change(Call call, String verb, Consumer<EdgeGateway> change) {
        return handlers.update(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            return CloudJson.accepted(call, apply(handlers, call, s, access, edge, verb, change));
        });
    }

    static Task apply(
            Handlers handlers,
            Call call,
            CloudState s,
            Access access,
            EdgeGateway edge,
            String verb,
            Consumer<EdgeGateway> change) {
        if (s.busy(edge.id)) {
            throw ApiException.busy("edge gateway", edge.name);
        }
        change.accept(edge);
        Tasks.Spec spec = Tasks.Spec.of(
                "edgeGatewayUpdate", verb, verb.replace("ing", "ed"), "edge gateway", edge.ref(), List.of(edge.id));
        String id = edge.id;
        return handlers.cloud().tasks().start(s, access.principal(), spec, run -> {
            handlers.cloud().provisioner().applyEdge(id);
            return state -> {};
        });
    }

    private Response natRules(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            access.edge(call.id("id")).natRules.forEach(all::add);
            return Response.of(200);
        });
        return Cursor.json(call, all);
    }

    private ObjectNode natRule(CloudState s, EdgeGateway edge, ObjectNode sent, String id, int version) {
        String type = sent.path("type").asText(sent.path("ruleType").asText(""));
        if (!NAT_TYPES.contains(type)) {
            throw ApiException.badRequest("The NAT rule type \"" + type + "\" is unknown.");
        }
        if (sent.path("name").asText("").isBlank()) {
            throw ApiException.badRequest("A NAT rule needs a name.");
        }
        requireExternal(s, edge, type, sent.path("externalAddresses").asText(""));
        requireAddress(type, sent.path("internalAddresses").asText(""), "internal", type.startsWith("NO_DNAT"));
        String port = sent.path("dnatExternalPort").asText("");
        if (!port.matches("(?i)null|any||\\d{1,5}(-\\d{1,5})?")) {
            throw ApiException.badRequest("The external port \"" + port + "\" of a NAT rule is not valid.");
        }
        ObjectNode rule = sent.deepCopy();
        rule.put("id", id);
        rule.put("type", type);
        rule.put("ruleType", type);
        if (!rule.has("enabled")) {
            rule.put("enabled", true);
        }
        rule.put("systemRule", false);
        CloudJson.version(rule, version);
        return rule;
    }

    private static void requireExternal(CloudState s, EdgeGateway edge, String type, String address) {
        requireAddress(type, address, "external", type.startsWith("NO_"));
        boolean must = type.equals("DNAT") || type.equals("SNAT") || type.equals("REFLEXIVE");
        if (must && !edge.uplinkIps().contains(address)) {
            throw ApiException.badRequest(
                    "The external address " + address + " is not allocated to edge gateway " + edge.name + ".");
        }
    }

    private static void requireAddress(String type, String address, String side, boolean optional) {
        if (address.isEmpty() || address.equals("null")) {
            if (optional) {
                return;
            }
            throw ApiException.badRequest("A " + type + " rule needs an " + side + " address.");
        }
        if (address.contains("/")) {
            Subnet.parse(address);
        } else {
            Ipv4.number(address);
        }
    }

    private Response addNat(Call call) {
        ObjectNode sent = call.json();
        return handlers.update(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            ObjectNode rule = natRule(s, edge, sent, UUID.randomUUID().toString(), 0);
            Task task = apply(handlers, call, s, access, edge, "Updating NAT of", e -> e.natRules.add(rule));
            task.details = rule.path("id").asText();
            return CloudJson.accepted(call, task);
        });
    }

    private Response replaceNat(Call call) {
        ObjectNode sent = call.json();
        return handlers.update(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            ObjectNode old = find(edge.natRules, call.variable("rule"));
            int version = old.path("version").path("version").asInt() + 1;
            ObjectNode rule = natRule(s, edge, sent, old.path("id").asText(), version);
            return CloudJson.accepted(
                    call,
                    apply(
                            handlers,
                            call,
                            s,
                            access,
                            edge,
                            "Updating NAT of",
                            e -> e.natRules.set(e.natRules.indexOf(old), rule)));
        });
    }

    private Response removeNat(Call call) {
        return change(call, "Updating NAT of", e -> e.natRules.remove(find(e.natRules, call.variable("rule"))));
    }

    private Response firewallRules(Call call) {
        return handlers.read(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            ObjectNode root = CloudJson.object();
            root.putArray("systemRules");
            ArrayNode user = root.putArray("userDefinedRules");
            edge.firewallRules.forEach(user::add);
            ObjectNode fallback = root.putArray("defaultRules").addObject();
            fallback.put("id", edge.id);
            fallback.put("name", "default_rule");
            fallback.put("ipProtocol", "IPV4_IPV6");
            fallback.put("action", edge.defaultAllow ? "ALLOW" : "DROP");
            fallback.put("actionValue", edge.defaultAllow ? "ALLOW" : "DROP");
            fallback.put("direction", "IN_OUT");
            fallback.put("enabled", true);
            fallback.put("logging", edge.defaultLog);
            return Response.json(200, root);
        });
    }

    private static ObjectNode firewallRule(ObjectNode sent, String id, int version) {
        String action = sent.path("actionValue").asText(sent.path("action").asText(""));
        if (!Set.of("ALLOW", "DROP", "REJECT").contains(action)) {
            throw ApiException.badRequest("The firewall action \"" + action + "\" is unknown.");
        }
        if (sent.path("name").asText("").isBlank()) {
            throw ApiException.badRequest("A firewall rule needs a name.");
        }
        ObjectNode rule = sent.deepCopy();
        rule.put("id", id);
        rule.put("action", action.equals("REJECT") ? "DROP" : action);
        rule.put("actionValue", action);
        if (!rule.has("enabled")) {
            rule.put("enabled", true);
        }
        CloudJson.version(rule, version);
        return rule;
    }

    private Response putFirewall(Call call) {
        ObjectNode sent = call.json();
        JsonNode given = sent.path("userDefinedRules");
        if (!given.isArray() && !given.isNull() && !given.isMissingNode()) {
            throw ApiException.badRequest("userDefinedRules is not a list of rules.");
        }
        return change(call, "Updating firewall of", edge -> {
            List<ObjectNode> rules = new ArrayList<>();
            given.forEach(node -> {
                if (!(node instanceof ObjectNode rule)) {
                    throw ApiException.badRequest("A firewall rule is not an object.");
                }
                String id = Hrefs.uuid(rule.path("id").asText())
                        .orElseGet(() -> UUID.randomUUID().toString());
                rules.add(firewallRule(
                        rule, id, rule.path("version").path("version").asInt() + 1));
            });
            edge.firewallRules = rules;
        });
    }

    private Response replaceFirewall(Call call) {
        ObjectNode sent = call.json();
        return change(call, "Updating firewall of", edge -> {
            ObjectNode old = find(edge.firewallRules, call.variable("rule"));
            int version = old.path("version").path("version").asInt() + 1;
            edge.firewallRules.set(
                    edge.firewallRules.indexOf(old),
                    firewallRule(sent, old.path("id").asText(), version));
        });
    }
}
