package org.stretchdeploy.director.internal.cloud;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.stretchdeploy.director.internal.model.CloudState;

/** Application port profiles: a few that every cloud has, and those that tenants made. */
public final class PortProfiles {
    private static final Map<String, ObjectNode> SYSTEM = system();

    private PortProfiles() {}

    /** All profiles by uuid. */
    public static Map<String, ObjectNode> all(CloudState s) {
        Map<String, ObjectNode> all = new LinkedHashMap<>(SYSTEM);
        all.putAll(s.portProfiles);
        return all;
    }

    private static Map<String, ObjectNode> system() {
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        put(all, "HTTP", "TCP", List.of("80"));
        put(all, "HTTPS", "TCP", List.of("443"));
        put(all, "SSH", "TCP", List.of("22"));
        put(all, "DNS", "UDP", List.of("53"));
        put(all, "DNS-TCP", "TCP", List.of("53"));
        put(all, "NTP", "UDP", List.of("123"));
        put(all, "RDP", "TCP", List.of("3389"));
        put(all, "ICMP ALL", "ICMPv4", List.of());
        return Map.copyOf(all);
    }

    private static void put(Map<String, ObjectNode> all, String name, String protocol, List<String> ports) {
        String id = UUID.nameUUIDFromBytes(("port-profile " + name).getBytes(StandardCharsets.UTF_8))
                .toString();
        ObjectNode profile = JsonNodeFactory.instance.objectNode();
        profile.put("id", "urn:vcloud:applicationPortProfile:" + id);
        profile.put("name", name);
        profile.put("description", "");
        profile.put("scope", "SYSTEM");
        ObjectNode port = profile.putArray("applicationPorts").addObject();
        port.put("name", "");
        port.put("protocol", protocol);
        ArrayNode list = port.putArray("destinationPorts");
        ports.forEach(list::add);
        all.put(id, profile);
    }
}
