package org.stretchdeploy.vendor.vcd.internal.map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.vendor.vcd.internal.http.Json;

/** L2 VPN tunnels as documents. Pure functions. */
public final class L2Vpn {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private L2Vpn() {}

    public static Tunnels.L2VpnTunnel read(JsonNode tunnel) {
        List<Tunnels.StretchedNetwork> networks = new ArrayList<>();
        for (JsonNode network : tunnel.path("stretchedNetworks")) {
            String urn = network.path("networkRef").path("id").asText("");
            networks.add(new Tunnels.StretchedNetwork(
                    new ObjectId("/api/network/" + urn.substring(urn.lastIndexOf(':') + 1)),
                    network.path("networkRef").path("name").asText(""),
                    network.path("tunnelId").asInt(0)));
        }
        return new Tunnels.L2VpnTunnel(
                text(tunnel, "id").map(ObjectId::new),
                text(tunnel, "name").orElse(""),
                tunnel.path("sessionMode").asText("").equals("CLIENT")
                        ? Tunnels.SessionMode.CLIENT
                        : Tunnels.SessionMode.SERVER,
                tunnel.path("enabled").asBoolean(true),
                text(tunnel, "localEndpointIP").orElse(""),
                text(tunnel, "remoteEndpointIP").orElse(""),
                text(tunnel, "peerCode"),
                text(tunnel, "preSharedKey"),
                networks);
    }

    private static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() && !value.asText().isEmpty() ? Optional.of(value.asText()) : Optional.empty();
    }

    /** Body of the request that makes a tunnel; the tag is its description. */
    public static JsonNode write(Tunnels.L2VpnTunnel tunnel, Tag tag) {
        boolean server = tunnel.mode() == Tunnels.SessionMode.SERVER;
        ObjectNode body = Json.object()
                .put("name", tunnel.name())
                .put("description", tag.text())
                .put("sessionMode", tunnel.mode().name())
                .put("enabled", tunnel.enabled())
                .put("localEndpointIP", tunnel.localEndpoint())
                .put("remoteEndpointIP", tunnel.remoteEndpoint())
                .put("logging", false);
        if (server) {
            body.put("connectorInitiationMode", "ON_DEMAND");
            tunnel.preSharedKey().ifPresent(key -> body.put("preSharedKey", key));
        } else {
            tunnel.peerCode().ifPresent(code -> body.put("peerCode", code));
        }
        ArrayNode networks = body.putArray("stretchedNetworks");
        for (Tunnels.StretchedNetwork network : tunnel.networks()) {
            ObjectNode written = networks.addObject();
            written.set(
                    "networkRef",
                    Json.object().put("id", urn(network.network())).put("name", network.name()));
            if (network.tunnelId() > 0) {
                written.put("tunnelId", network.tunnelId());
            }
        }
        return body;
    }

    private static String urn(ObjectId network) {
        Matcher matcher = UUID.matcher(network.value());
        return matcher.find() ? "urn:vcloud:network:" + matcher.group() : network.value();
    }
}
