package org.stretchdeploy.vendor.vcd.internal.map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.vendor.vcd.internal.http.Json;

/**
 * Firewall of an organization's edge gateway (NSX-T). Its rules name groups and application port profiles; the model shows
 * their names, and new rules can only be written with {@code Any} in their place. Pure functions.
 */
public final class OrgFirewall {
    private static final String ANY = "Any";

    private OrgFirewall() {}

    /** @param rules answer of {@code firewall/rules} */
    public static EdgeServices.Firewall read(JsonNode rules) {
        List<FirewallRule> shown = new ArrayList<>();
        rules.path("userDefinedRules").forEach(rule -> shown.add(rule(rule)));
        JsonNode byDefault = rules.path("defaultRules").path(0);
        return new EdgeServices.Firewall(
                true,
                byDefault.isMissingNode() ? EdgeServices.Policy.DROP : policy(byDefault),
                byDefault.path("logging").asBoolean(false),
                shown);
    }

    private static EdgeServices.Policy policy(JsonNode rule) {
        String action = rule.path("actionValue").asText(rule.path("action").asText("DROP"));
        return switch (action) {
            case "ALLOW" -> EdgeServices.Policy.ALLOW;
            case "REJECT" -> EdgeServices.Policy.REJECT;
            default -> EdgeServices.Policy.DROP;
        };
    }

    private static FirewallRule rule(JsonNode rule) {
        String services = names(rule.path("applicationPortProfiles"), "service:");
        return new FirewallRule(
                rule.path("id").asText(""),
                rule.path("name").asText(""),
                rule.path("enabled").asBoolean(true),
                policy(rule),
                List.of("ANY"),
                names(rule.path("sourceFirewallGroups"), "group:"),
                ANY,
                names(rule.path("destinationFirewallGroups"), "group:"),
                services,
                rule.path("logging").asBoolean(false));
    }

    private static String names(JsonNode references, String prefix) {
        List<String> names = new ArrayList<>();
        references.forEach(
                reference -> names.add(prefix + reference.path("name").asText("")));
        return names.isEmpty() ? ANY : String.join(",", names);
    }

    /** The whole document with these rules; rules that are equal stay as they are. */
    public static JsonNode write(JsonNode present, EdgeServices.Firewall wanted) {
        ObjectNode body = Json.object();
        ArrayNode rules = body.putArray("userDefinedRules");
        wanted.rules().forEach(rule -> rules.add(written(present, rule)));
        return body;
    }

    private static JsonNode written(JsonNode present, FirewallRule wanted) {
        Optional<JsonNode> old = Optional.empty();
        for (JsonNode candidate : present.path("userDefinedRules")) {
            if (!wanted.id().isEmpty() && candidate.path("id").asText("").equals(wanted.id())) {
                old = Optional.of(candidate);
            }
        }
        if (old.isPresent() && rule(old.get()).equals(wanted)) {
            return old.get();
        }
        Optional<FirewallRule> before = old.map(OrgFirewall::rule);
        requireWritable(before, wanted);
        ObjectNode rule = old.map(node -> (ObjectNode) node.deepCopy()).orElseGet(OrgFirewall::fresh);
        rule.put("name", wanted.name());
        rule.put("enabled", wanted.enabled());
        rule.put("logging", wanted.log());
        rule.put("action", wanted.policy().name());
        rule.put("actionValue", wanted.policy().name());
        return rule;
    }

    private static ObjectNode fresh() {
        return Json.object().put("ipProtocol", "IPV4_IPV6").put("direction", "IN_OUT");
    }

    private static void requireWritable(Optional<FirewallRule> before, FirewallRule wanted) {
        boolean same = before.map(b -> b.source().equals(wanted.source())
                        && b.destination().equals(wanted.destination())
                        && b.destinationPort().equals(wanted.destinationPort())
                        && b.protocols().equals(wanted.protocols()))
                .orElse(wanted.source().equals(ANY)
                        && wanted.destination().equals(ANY)
                        && wanted.destinationPort().equals(ANY));
        if (!same) {
            throw new CloudException(
                    "unsupported-firewall-rule",
                    CloudException.Category.USER,
                    "Firewall rules of this cloud's edge gateways name groups of machines; a rule with addresses or"
                            + " ports cannot be written. Let the NAT rule bypass the firewall instead.");
        }
    }
}
