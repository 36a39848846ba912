package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.Task;

/** L2 VPN tunnels of edge gateways, as objects: they are kept and checked, but no frames pass; their status is DOWN. */
final class L2VpnHandler {
    private static final String BASE = EdgeHandler.BASE + "/{id}/l2vpn/tunnels";
    private final Handlers handlers;

    L2VpnHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.add("GET", BASE, Right.READ, ApiVersion.V35, null, this::list);
        routes.add("POST", BASE, Right.ADMINISTER, ApiVersion.V35, null, this::create);
        routes.add("GET", BASE + "/{tunnel}", Right.READ, ApiVersion.V35, null, this::get);
        routes.add("PUT", BASE + "/{tunnel}", Right.ADMINISTER, ApiVersion.V35, null, this::replace);
        routes.add("DELETE", BASE + "/{tunnel}", Right.ADMINISTER, ApiVersion.V35, null, this::remove);
        routes.add(
                "GET",
                BASE + "/{tunnel}/status",
                Right.READ,
                ApiVersion.V35,
                null,
                c -> handlers.read(c, (s, a) -> {
                    EdgeHandler.find(a.edge(c.id("id")).tunnels, c.variable("tunnel"));
                    return Response.json(
                            200,
                            CloudJson.object()
                                    .put("runtimeStatus", "DOWN")
                                    .put("failureReason", "This director does not carry frames itself."));
                }));
        routes.add(
                "GET",
                BASE + "/{tunnel}/metrics",
                Right.READ,
                ApiVersion.V35,
                null,
                c -> handlers.read(c, (s, a) -> {
                    EdgeHandler.find(a.edge(c.id("id")).tunnels, c.variable("tunnel"));
                    ObjectNode root = CloudJson.object();
                    root.putArray("statistics");
                    return Response.json(200, root);
                }));
    }

    private Response list(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            access.edge(call.id("id")).tunnels.forEach(t -> all.add(shown(t)));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    /** The key goes in and does not come out again, but inside the peer code. */
    private static ObjectNode shown(ObjectNode tunnel) {
        ObjectNode copy = tunnel.deepCopy();
        copy.remove("preSharedKey");
        return copy;
    }

    private Response get(Call call) {
        return handlers.read(
                call,
                (s, access) -> Response.json(
                        200, shown(EdgeHandler.find(access.edge(call.id("id")).tunnels, call.variable("tunnel")))));
    }

    private Response create(Call call) {
        ObjectNode sent = call.json();
        return handlers.update(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            String mode = sent.path("sessionMode").asText("");
            boolean other = edge.tunnels.stream()
                    .anyMatch(t -> !t.path("sessionMode").asText().equals(mode));
            if (other) {
                throw ApiException.badRequest("All L2 VPN tunnels of an edge gateway have the same session mode.");
            }
            boolean sameName = edge.tunnels.stream()
                    .anyMatch(t ->
                            t.path("name").asText().equals(sent.path("name").asText()));
            if (sameName) {
                throw ApiException.duplicateName(sent.path("name").asText());
            }
            ObjectNode tunnel = checked(s, edge, sent, UUID.randomUUID().toString(), 0);
            Task task = EdgeHandler.apply(
                    handlers, call, s, access, edge, "Creating L2 VPN tunnel of", e -> e.tunnels.add(tunnel));
            task.details = tunnel.path("id").asText();
            return CloudJson.accepted(call, task);
        });
    }

    private Response replace(Call call) {
        ObjectNode sent = call.json();
        return handlers.update(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            ObjectNode old = EdgeHandler.find(edge.tunnels, call.variable("tunnel"));
            if (!sent.path("sessionMode")
                    .asText()
                    .equals(old.path("sessionMode").asText())) {
                throw ApiException.badRequest("The session mode of a tunnel cannot be changed.");
            }
            int version = old.path("version").path("version").asInt();
            if (sent.path("version").path("version").asInt(-1) != version) {
                throw ApiException.badRequest("The tunnel was changed meanwhile; read it again and send its version.");
            }
            if (!sent.hasNonNull("preSharedKey") && old.hasNonNull("preSharedKey")) {
                sent.set("preSharedKey", old.get("preSharedKey"));
            }
            ObjectNode tunnel = checked(s, edge, sent, old.path("id").asText(), version + 1);
            return CloudJson.accepted(
                    call,
                    EdgeHandler.apply(
                            handlers,
                            call,
                            s,
                            access,
                            edge,
                            "Updating L2 VPN tunnel of",
                            e -> e.tunnels.set(e.tunnels.indexOf(old), tunnel)));
        });
    }

    private Response remove(Call call) {
        return handlers.update(call, (s, access) -> {
            EdgeGateway edge = access.edge(call.id("id"));
            ObjectNode old = EdgeHandler.find(edge.tunnels, call.variable("tunnel"));
            return CloudJson.accepted(
                    call,
                    EdgeHandler.apply(
                            handlers, call, s, access, edge, "Deleting L2 VPN tunnel of", e -> e.tunnels.remove(old)));
        });
    }

    private static ObjectNode checked(CloudState s, EdgeGateway edge, ObjectNode sent, String id, int version) {
        ObjectNode tunnel = sent.deepCopy();
        if (tunnel.path("name").asText("").isBlank()) {
            throw ApiException.badRequest("A tunnel needs a name.");
        }
        if (!edge.uplinkIps().contains(tunnel.path("localEndpointIP").asText(""))) {
            throw ApiException.badRequest("The local endpoint is not an address of edge gateway " + edge.name + ".");
        }
        boolean server =
                switch (tunnel.path("sessionMode").asText("")) {
                    case "SERVER" -> true;
                    case "CLIENT" -> false;
                    default -> throw ApiException.badRequest("The session mode is SERVER or CLIENT.");
                };
        tunnel.put("id", id);
        tunnel.putIfAbsent("description", JsonNodeFactory.instance.textNode(""));
        tunnel.putIfAbsent("enabled", JsonNodeFactory.instance.booleanNode(true));
        tunnel.putIfAbsent("logging", JsonNodeFactory.instance.booleanNode(false));
        networks(s, edge, tunnel, server);
        if (server) {
            server(tunnel);
        } else {
            String code = tunnel.path("peerCode").asText("");
            if (code.isBlank() || code.equals("null")) {
                throw ApiException.badRequest("A CLIENT tunnel needs the peer code of the server.");
            }
            if (tunnel.hasNonNull("preSharedKey")) {
                throw ApiException.badRequest("A CLIENT tunnel has no pre-shared key; it is in the peer code.");
            }
        }
        CloudJson.version(tunnel, version);
        return tunnel;
    }

    private static void server(ObjectNode tunnel) {
        if (tunnel.path("preSharedKey").asText("").isBlank()) {
            throw ApiException.badRequest("A SERVER tunnel needs a pre-shared key.");
        }
        if (!tunnel.hasNonNull("tunnelInterface")
                || tunnel.path("tunnelInterface").asText().isBlank()) {
            tunnel.put("tunnelInterface", "192.168.254.1/30");
        }
        if (!tunnel.hasNonNull("connectorInitiationMode")) {
            tunnel.put("connectorInitiationMode", "ON_DEMAND");
        }
        ObjectNode code = tunnel.deepCopy();
        code.remove("peerCode");
        tunnel.put(
                "peerCode", Base64.getEncoder().encodeToString(code.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Networks must be routed by this edge; a server numbers them, a client brings the numbers. */
    private static void networks(CloudState s, EdgeGateway edge, ObjectNode tunnel, boolean server) {
        ArrayNode stretched = JsonNodeFactory.instance.arrayNode();
        JsonNode sent = tunnel.path("stretchedNetworks");
        if (sent.isEmpty()) {
            tunnel.path("attachedNetworks").forEach(n -> stretched.addObject().set("networkRef", n));
        } else {
            sent.forEach(stretched::add);
        }
        int next = 1;
        for (JsonNode node : stretched) {
            String id = Hrefs.uuid(node.path("networkRef").path("id").asText()).orElse("");
            OrgNetwork network = s.orgNetworks.get(id);
            if (network == null || !network.edgeId.equals(edge.id) || !(node instanceof ObjectNode object)) {
                throw ApiException.badRequest(
                        "A stretched network must be a routed network of edge gateway " + edge.name + ".");
            }
            object.set("networkRef", CloudJson.reference(network));
            if (server) {
                object.put(
                        "tunnelId",
                        object.path("tunnelId").asInt(0) > 0
                                ? object.path("tunnelId").asInt()
                                : next++);
            } else if (object.path("tunnelId").asInt(0) < 1) {
                throw ApiException.badRequest("A network of a CLIENT tunnel needs the tunnel id of its counterpart.");
            }
        }
        tunnel.set("stretchedNetworks", stretched);
        ArrayNode attached = tunnel.putArray("attachedNetworks");
        List.of(stretched).forEach(all -> all.forEach(n -> attached.add(n.path("networkRef"))));
    }
}
