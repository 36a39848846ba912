package org.stretchdeploy.vendor.vcd.internal.map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.vendor.vcd.internal.http.Json;

/**
 * NAT rules of an organization's edge gateway (NSX-T). Protocol and inside port of a DNAT rule are not in the rule but in
 * the application port profile that it refers to. Pure functions.
 */
public final class OrgNat {
    private static final String ANY = "Any";
    private static final Set<String> SHOWN = Set.of("DNAT", "SNAT", "REFLEXIVE");

    /**
     * What an application port profile stands for.
     *
     * @param protocol {@code TCP}, {@code UDP} or {@code ANY}
     * @param port     {@code Any}, port or {@code n-m}
     */
    public record Service(String protocol, String port) {
        public static final Service ALL = new Service("ANY", ANY);
    }

    private OrgNat() {}

    /** Whether our model can show the rule; the others are left alone. */
    public static boolean shown(JsonNode rule) {
        return SHOWN.contains(type(rule)) && !rule.path("systemRule").asBoolean(false);
    }

    private static String type(JsonNode rule) {
        String type = rule.path("type").asText("");
        return type.isEmpty() ? rule.path("ruleType").asText("") : type;
    }

    /** The profile that a rule refers to. */
    public static Optional<JsonNode> profile(JsonNode rule) {
        JsonNode profile = rule.path("applicationPortProfile");
        return profile.isObject() ? Optional.of(profile) : Optional.empty();
    }

    /** @param service what the rule's application port profile stands for */
    public static NatRule read(JsonNode rule, Service service) {
        NatRule.Type type =
                switch (type(rule)) {
                    case "DNAT" -> NatRule.Type.DNAT;
                    case "SNAT" -> NatRule.Type.SNAT;
                    default -> NatRule.Type.ONE_TO_ONE;
                };
        String external = text(rule, "dnatExternalPort");
        return new NatRule(
                text(rule, "id"),
                text(rule, "name"),
                rule.path("enabled").asBoolean(true),
                type,
                service.protocol(),
                text(rule, "externalAddresses"),
                external.isEmpty() ? service.port() : external,
                text(rule, "internalAddresses"),
                service.port(),
                Optional.empty(),
                match(text(rule, "firewallMatch")));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText("").equals("null")
                ? ""
                : node.path(field).asText("");
    }

    private static NatRule.FirewallMatch match(String text) {
        for (NatRule.FirewallMatch match : NatRule.FirewallMatch.values()) {
            if (match.name().equals(text)) {
                return match;
            }
        }
        return NatRule.FirewallMatch.MATCH_INTERNAL_ADDRESS;
    }

    /** What the profile of a wanted rule has to stand for; empty when it needs none. */
    public static Optional<Service> needed(NatRule rule) {
        boolean none = rule.type() != NatRule.Type.DNAT
                || rule.protocol().equals("ANY")
                || rule.internalPort().equalsIgnoreCase(ANY);
        return none ? Optional.empty() : Optional.of(new Service(rule.protocol(), rule.internalPort()));
    }

    /**
     * Body of the request that makes or changes a rule.
     *
     * @param present the rule as it stands; its fields that the model does not know are kept
     * @param profile reference to the profile that {@link #needed} asks for
     */
    public static ObjectNode write(Optional<JsonNode> present, NatRule rule, Optional<JsonNode> profile) {
        if (rule.vm().isPresent()) {
            throw new CloudException(
                    "nat-with-vm",
                    CloudException.Category.USER,
                    "A NAT rule of an edge gateway names addresses, not VMs.");
        }
        ObjectNode body = present.map(node -> (ObjectNode) node.deepCopy()).orElseGet(Json::object);
        String type =
                switch (rule.type()) {
                    case DNAT -> "DNAT";
                    case SNAT -> "SNAT";
                    case ONE_TO_ONE -> "REFLEXIVE";
                };
        body.put("name", rule.name());
        body.put("enabled", rule.enabled());
        body.put("type", type);
        body.remove("ruleType");
        body.put("externalAddresses", rule.externalAddress());
        body.put("internalAddresses", rule.internalAddress());
        if (rule.type() == NatRule.Type.DNAT && !rule.externalPort().equalsIgnoreCase(ANY)) {
            body.put("dnatExternalPort", rule.externalPort());
        } else {
            body.remove("dnatExternalPort");
        }
        if (profile.isPresent()) {
            body.set("applicationPortProfile", profile.get());
        } else {
            body.remove("applicationPortProfile");
        }
        if (rule.type() != NatRule.Type.ONE_TO_ONE) {
            body.put("firewallMatch", rule.firewallMatch().name());
        }
        return body;
    }

    /** Whether two rules do the same, whatever their ids. */
    public static boolean same(NatRule one, NatRule other) {
        return identified(one, "").equals(identified(other, ""));
    }

    private static NatRule identified(NatRule rule, String id) {
        return new NatRule(
                id,
                rule.name(),
                rule.enabled(),
                rule.type(),
                rule.protocol().toUpperCase(Locale.ROOT),
                rule.externalAddress(),
                rule.externalPort(),
                rule.internalAddress(),
                rule.internalPort(),
                rule.vm(),
                rule.firewallMatch());
    }
}
