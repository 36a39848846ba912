package org.stretchdeploy.director.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.stretchdeploy.director.embed.DirectorConfig;

/** Reads a director's JSON configuration and names the key when something is wrong in it. */
public final class ConfigReader {
    private ConfigReader() {}

    public static DirectorConfig read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the configuration file " + file + ": " + e.getMessage(), e);
        }
    }

    public static DirectorConfig parse(String json) {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the configuration is not JSON: " + e.getOriginalMessage(), e);
        }
        if (root == null || !root.isObject()) {
            throw new IllegalArgumentException("the configuration is not a JSON object");
        }
        String name = text(root, "name");
        if (!name.matches("[a-z0-9-]{1,12}")) {
            throw new IllegalArgumentException("'name' must be 1 to 12 lower-case letters, digits or dashes");
        }
        String address = root.path("listen").path("address").asText("127.0.0.1");
        int port = root.path("listen").path("port").asInt(0);
        Map<String, String> host = new LinkedHashMap<>();
        root.path("host")
                .fields()
                .forEachRemaining(e -> host.put(e.getKey(), e.getValue().asText()));
        return new DirectorConfig(
                name,
                address,
                port,
                Path.of(text(root, "stateDirectory")),
                optional(root, "publicUrl"),
                optional(root, "credentialsFile").map(Path::of),
                root.path("versionProfile").asText("lab"),
                root.path("emptyVAppPowerOn").asBoolean(false),
                list(root, "organizations", ConfigReader::organization),
                list(root, "externalNetworks", ConfigReader::externalNetwork),
                list(root, "edgeGateways", ConfigReader::edgeGateway),
                list(root, "orgVdcNetworks", ConfigReader::orgVdcNetwork),
                host.getOrDefault("type", "memory"),
                host);
    }

    private static DirectorConfig.OrganizationConfig organization(JsonNode node) {
        return new DirectorConfig.OrganizationConfig(
                text(node, "name"),
                list(
                        node,
                        "vdcs",
                        v -> new DirectorConfig.VdcConfig(
                                text(v, "name"),
                                v.path("storageLimitMb").asLong(0),
                                v.path("memoryLimitMb").asLong(0),
                                v.path("cpuLimitMhz").asLong(0),
                                v.path("vmQuota").asInt(0),
                                v.path("networkQuota").asInt(0),
                                v.path("vappNatNetworks").asBoolean(true))),
                list(
                        node,
                        "users",
                        u -> new DirectorConfig.UserConfig(
                                text(u, "name"),
                                u.path("role").asText("Organization Administrator"),
                                optional(u, "password"))),
                strings(node, "catalogs"));
    }

    private static DirectorConfig.ExternalNetworkConfig externalNetwork(JsonNode node) {
        return new DirectorConfig.ExternalNetworkConfig(
                text(node, "name"),
                text(node, "gatewayCidr"),
                ranges(node),
                node.path("attachTo").asText(""));
    }

    private static DirectorConfig.EdgeGatewayConfig edgeGateway(JsonNode node) {
        return new DirectorConfig.EdgeGatewayConfig(
                text(node, "name"),
                text(node, "vdc"),
                text(node, "externalNetwork"),
                text(node, "primaryIp"),
                strings(node, "extraIps"));
    }

    private static DirectorConfig.OrgVdcNetworkConfig orgVdcNetwork(JsonNode node) {
        return new DirectorConfig.OrgVdcNetworkConfig(
                text(node, "name"),
                node.path("vdc").asText(""),
                optional(node, "edgeGateway"),
                text(node, "gatewayCidr"),
                ranges(node),
                strings(node, "dns"),
                node.path("dnsSuffix").asText(""),
                node.path("description").asText(""));
    }

    /** The pool may be written as one {@code "first-last"} text or as a list of them, under either name. */
    private static List<String> ranges(JsonNode node) {
        List<String> all = new ArrayList<>(strings(node, "ranges"));
        all.addAll(strings(node, "pool"));
        return all;
    }

    private static List<String> strings(JsonNode node, String key) {
        JsonNode value = node.path(key);
        if (value.isTextual()) {
            return List.of(value.asText());
        }
        List<String> all = new ArrayList<>();
        value.forEach(v -> all.add(
                v.isObject()
                        ? v.path("startAddress").asText() + "-"
                                + v.path("endAddress").asText()
                        : v.asText()));
        return List.copyOf(all);
    }

    private static <T> List<T> list(JsonNode node, String key, Function<JsonNode, T> reader) {
        List<T> all = new ArrayList<>();
        node.path(key).forEach(item -> all.add(reader.apply(item)));
        return List.copyOf(all);
    }

    private static Optional<String> optional(JsonNode node, String key) {
        return Optional.of(node.path(key).asText("")).filter(s -> !s.isEmpty());
    }

    private static String text(JsonNode node, String key) {
        return optional(node, key)
                .orElseThrow(() -> new IllegalArgumentException("the configuration lacks '" + key + "'"));
    }
}
