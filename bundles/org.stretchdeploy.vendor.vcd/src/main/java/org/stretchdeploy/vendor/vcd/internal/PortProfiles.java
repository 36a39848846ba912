package org.stretchdeploy.vendor.vcd.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Json;
import org.stretchdeploy.vendor.vcd.internal.map.OrgNat;

/**
 * Application port profiles, which carry the protocol and inside port of DNAT rules. For well-known services the cloud has
 * profiles of its own; for others one is made, named after the service, and removed with the last rule that uses it.
 * Thread-safe.
 */
final class PortProfiles {
    private static final String PATH = "/cloudapi/1.0.0/applicationPortProfiles";
    private static final String OURS = "stretch-";
    private static final Map<OrgNat.Service, String> WELL_KNOWN = Map.of(
            new OrgNat.Service("TCP", "443"), "HTTPS",
            new OrgNat.Service("TCP", "80"), "HTTP",
            new OrgNat.Service("TCP", "22"), "SSH");

    private final Api api;
    private final ShortWaits waits;

    PortProfiles(Entities entities, ShortWaits waits) {
        this.api = entities.api();
        this.waits = waits;
    }

    /** What the profile of a rule stands for. */
    OrgNat.Service service(JsonNode rule, Map<String, OrgNat.Service> known) {
        Optional<JsonNode> reference = OrgNat.profile(rule);
        if (reference.isEmpty()) {
            return OrgNat.Service.ALL;
        }
        String id = reference.get().path("id").asText("");
        String name = reference.get().path("name").asText("");
        return known.computeIfAbsent(
                id + " " + name, key -> read(id).or(() -> byName(name)).orElse(OrgNat.Service.ALL));
    }

    private Optional<OrgNat.Service> read(String id) {
        return id.matches("urn:vcloud:applicationPortProfile:[A-Za-z0-9-]{1,80}")
                ? api.findJson(PATH + "/" + id).flatMap(PortProfiles::service)
                : Optional.empty();
    }

    private static Optional<OrgNat.Service> byName(String name) {
        return WELL_KNOWN.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A profile of one protocol with one port or range; others cannot be shown. */
    private static Optional<OrgNat.Service> service(JsonNode profile) {
        JsonNode ports = profile.path("applicationPorts");
        JsonNode first = ports.path(0);
        JsonNode numbers = first.path("destinationPorts");
        boolean simple = ports.size() == 1 && numbers.size() == 1;
        return simple
                ? Optional.of(new OrgNat.Service(
                        first.path("protocol").asText("").toUpperCase(Locale.ROOT),
                        numbers.path(0).asText("")))
                : Optional.empty();
    }

    /** A reference to a profile that stands for the service; made when there is none. */
    JsonNode reference(OrgNat.Service service, String edgeUrn) {
        String wellKnown = WELL_KNOWN.get(service);
        if (wellKnown != null) {
            Optional<JsonNode> system = find("name==" + wellKnown + ";scope==SYSTEM", wellKnown);
            return system.orElseGet(() -> Json.object().put("name", wellKnown));
        }
        String name = OURS + (service.protocol() + "-" + service.port()).toLowerCase(Locale.ROOT);
        return find("name==" + name, name).orElseGet(() -> make(name, service, edgeUrn));
    }

    private Optional<JsonNode> find(String filter, String name) {
        try {
            return api.pages(PATH + "?filter=" + Api.encode(filter)).stream()
                    .filter(profile -> profile.path("name").asText("").equals(name))
                    .findFirst()
                    .map(PortProfiles::reference);
        } catch (CloudException e) {
            if (e.category() == Category.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static JsonNode reference(JsonNode profile) {
        return Json.object()
                .put("id", profile.path("id").asText(""))
                .put("name", profile.path("name").asText(""));
    }

    private JsonNode make(String name, OrgNat.Service service, String edgeUrn) {
        ObjectNode profile = Json.object()
                .put("name", name)
                .put("description", "Made for NAT rules of stretch deployments")
                .put("scope", "TENANT")
                .put("contextEntityId", edgeUrn);
        profile.set("orgRef", Json.object().put("id", api.organization()));
        ObjectNode port = profile.putArray("applicationPorts").addObject();
        port.put("name", name).put("protocol", service.protocol());
        port.putArray("destinationPorts").add(service.port());
        waits.finish(api.writeJson("POST", PATH, Optional.of(profile)), Duration.ofSeconds(30));
        return find("name==" + name, name)
                .orElseThrow(() -> new CloudException(
                        "no-port-profile",
                        Category.EXTERNAL,
                        "The cloud made no application port profile for " + service.protocol() + " " + service.port()
                                + "."));
    }

    /** Removes a profile of ours that the rule used, unless another rule does. */
    void release(JsonNode removedRule, List<JsonNode> remainingRules) {
        Optional<String> id = OrgNat.profile(removedRule)
                .filter(profile -> profile.path("name").asText("").startsWith(OURS))
                .map(profile -> profile.path("id").asText(""))
                .filter(value -> value.matches("urn:vcloud:applicationPortProfile:[A-Za-z0-9-]{1,80}"));
        boolean used = remainingRules.stream()
                .flatMap(rule -> OrgNat.profile(rule).stream())
                .anyMatch(profile -> id.equals(Optional.of(profile.path("id").asText(""))));
        if (id.isEmpty() || used) {
            return;
        }
        try {
            waits.finish(api.writeJson("DELETE", PATH + "/" + id.get(), Optional.empty()), Duration.ofSeconds(30));
        } catch (CloudException e) {
            if (e.category() != Category.NOT_FOUND && e.category() != Category.USER) {
                throw e;
            }
        }
    }

    /** A cache for one reading of an edge. */
    static Map<String, OrgNat.Service> cache() {
        return new HashMap<>();
    }
}
