package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.stretchdeploy.director.internal.cloud.PortProfiles;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Ipv4;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Ref;
import org.stretchdeploy.director.internal.model.Subnet;
import org.stretchdeploy.director.internal.model.Task;

/** IP sets and application port profiles, which rules of edge gateways refer to. */
final class FirewallGroupHandler {
    private static final String ORG = "stretchOrgId";
    private final Handlers handlers;

    /** A family of such objects. */
    private record Family(
            String path,
            Kind kind,
            Function<CloudState, Map<String, ObjectNode>> own,
            Function<CloudState, Map<String, ObjectNode>> all) {}

    private static final List<Family> FAMILIES = List.of(
            new Family("firewallGroups", Kind.FIREWALL_GROUP, s -> s.firewallGroups, s -> s.firewallGroups),
            new Family("applicationPortProfiles", Kind.PORT_PROFILE, s -> s.portProfiles, PortProfiles::all));

    FirewallGroupHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        for (Family family : FAMILIES) {
            String base = "/cloudapi/1.0.0/" + family.path;
            routes.get(base, c -> list(c, family));
            routes.get(base + "/summaries", c -> list(c, family));
            routes.post(base, Right.ADMINISTER, c -> create(c, family));
            routes.get(
                    base + "/{id}",
                    c -> handlers.read(
                            c, (s, a) -> Response.json(200, shown(visible(c, family.all.apply(s), c.id("id"))))));
            routes.put(base + "/{id}", Right.ADMINISTER, c -> replace(c, family));
            routes.delete(base + "/{id}", Right.ADMINISTER, c -> remove(c, family));
        }
    }

    private Response list(Call call, Family family) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            family.all.apply(s).values().stream().filter(n -> sees(call, n)).forEach(n -> all.add(shown(n)));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    private static boolean sees(Call call, ObjectNode node) {
        return !node.has(ORG) || call.principal().sees(node.path(ORG).asText());
    }

    private static ObjectNode shown(ObjectNode node) {
        ObjectNode copy = node.deepCopy();
        copy.remove(ORG);
        return copy;
    }

    private static ObjectNode visible(Call call, Map<String, ObjectNode> all, String id) {
        ObjectNode node = all.get(id);
        if (node == null || !sees(call, node)) {
            throw ApiException.forbidden(id);
        }
        return node;
    }

    private static void check(ObjectNode sent) {
        if (sent.path("name").asText("").isBlank()) {
            throw ApiException.badRequest("A name is needed.");
        }
        for (JsonNode address : sent.path("ipAddresses")) {
            String text = address.asText();
            if (text.contains("/")) {
                Subnet.parse(text);
            } else {
                for (String end : text.split("-", 2)) {
                    Ipv4.number(end.trim());
                }
            }
        }
        for (JsonNode port : sent.path("applicationPorts")) {
            for (JsonNode range : port.path("destinationPorts")) {
                if (!range.asText().matches("\\d{1,5}(-\\d{1,5})?")) {
                    throw ApiException.badRequest("The port \"" + range.asText() + "\" is not valid.");
                }
            }
        }
    }

    private Response create(Call call, Family family) {
        ObjectNode sent = call.json();
        check(sent);
        return handlers.update(call, (s, access) -> {
            String id = UUID.randomUUID().toString();
            ObjectNode node = sent.deepCopy();
            node.put("id", family.kind.urn(id));
            node.put(ORG, call.principal().orgId());
            family.own.apply(s).put(id, node);
            return CloudJson.accepted(call, done(s, call, family, id, node));
        });
    }

    /** Clients read the id of what was made from the task's owner. */
    private Task done(CloudState s, Call call, Family family, String id, ObjectNode node) {
        Ref owner = new Ref(family.kind, id, node.path("name").asText());
        return handlers.done(
                s, call, Tasks.Spec.of("firewallGroupUpdate", "Updating", "Updated", "group", owner, List.of()));
    }

    private Response replace(Call call, Family family) {
        ObjectNode sent = call.json();
        check(sent);
        return handlers.update(call, (s, access) -> {
            String id = call.id("id");
            ObjectNode old = visible(call, family.own.apply(s), id);
            ObjectNode node = sent.deepCopy();
            node.set("id", old.get("id"));
            node.set(ORG, old.get(ORG));
            family.own.apply(s).put(id, node);
            Task task = done(s, call, family, id, node);
            reapply(s);
            return CloudJson.accepted(call, task);
        });
    }

    private Response remove(Call call, Family family) {
        return handlers.update(call, (s, access) -> {
            String id = call.id("id");
            ObjectNode old = visible(call, family.own.apply(s), id);
            boolean used = s.edges.values().stream()
                    .anyMatch(e -> e.firewallRules.toString().contains(id)
                            || e.natRules.toString().contains(id));
            if (used) {
                throw ApiException.badRequest("\"" + old.path("name").asText() + "\" is used by a rule.");
            }
            family.own.apply(s).remove(id);
            return CloudJson.accepted(call, done(s, call, family, id, old));
        });
    }

    /** Edges whose rules name the changed object get them anew. */
    private void reapply(CloudState s) {
        List<String> edges = List.copyOf(s.edges.keySet());
        java.util.concurrent.CompletableFuture.runAsync(
                () -> edges.forEach(handlers.cloud().provisioner()::applyEdge));
    }
}
