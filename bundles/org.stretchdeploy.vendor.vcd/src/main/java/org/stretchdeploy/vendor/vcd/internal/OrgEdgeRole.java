package org.stretchdeploy.vendor.vcd.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Json;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.OrgFirewall;
import org.stretchdeploy.vendor.vcd.internal.map.OrgNat;

/**
 * Services of an organization's edge gateway (NSX-T). Every NAT rule is an object of its own, so a change is a row of
 * writes; each is finished before the next, and a repeated call goes on where the last one stopped. Thread-safe.
 */
final class OrgEdgeRole {
    private static final Duration ONE_RULE = Duration.ofSeconds(60);

    private final Entities entities;
    private final Api api;
    private final boolean supported;
    private final ShortWaits waits;
    private final PortProfiles profiles;
    /** Per edge: the version that a call of ours left half-done, by the version that it started from. */
    private final Map<String, Progress> unfinished = new ConcurrentHashMap<>();

    private record Progress(String from, String reached) {}

    OrgEdgeRole(Entities entities, boolean supported) {
        this.entities = entities;
        this.api = entities.api();
        this.supported = supported;
        this.waits = new ShortWaits(entities, new VcdTasks(entities));
        this.profiles = new PortProfiles(entities, waits);
    }

    private String base(ObjectId edge) {
        if (!supported) {
            throw new CloudException(
                    "not-supported", Category.USER, "This cloud's edge gateways cannot be configured by its API.");
        }
        return "/cloudapi/1.0.0/edgeGateways/urn:vcloud:gateway:" + Entities.uuid(edge.value());
    }

    EdgeServices read(Edges.OrgEdge edge) {
        String base = base(edge.edgeGateway());
        return services(natRules(base), firewall(base));
    }

    private List<JsonNode> natRules(String base) {
        return api.pages(base + "/nat/rules").stream().filter(OrgNat::shown).toList();
    }

    private Optional<JsonNode> firewall(String base) {
        return api.findJson(base + "/firewall/rules");
    }

    private EdgeServices services(List<JsonNode> natRules, Optional<JsonNode> firewall) {
        Map<String, OrgNat.Service> known = PortProfiles.cache();
        List<NatRule> rules = natRules.stream()
                .map(rule -> OrgNat.read(rule, profiles.service(rule, known)))
                .toList();
        EdgeServices.Firewall shown = firewall.map(OrgFirewall::read)
                .orElseGet(() -> new EdgeServices.Firewall(false, EdgeServices.Policy.ALLOW, false, List.of()));
        return new EdgeServices(shown, new EdgeServices.Nat(true, "gateway", false, rules), List.of(), List.of());
    }

    CloudTask apply(Edges.OrgEdge edge, EdgeServices wanted, String version) {
        String base = base(edge.edgeGateway());
        List<JsonNode> natRules = natRules(base);
        Optional<JsonNode> firewall = firewall(base);
        EdgeServices present = services(natRules, firewall);
        requireSupported(present, wanted);
        List<Change> changes =
                changes(natRules, present.nat().rules(), wanted.nat().rules());
        boolean sameFirewall = EdgeComparison.sameFirewall(present.firewall(), wanted.firewall());
        if (changes.isEmpty() && sameFirewall) {
            unfinished.remove(base);
            return CloudTask.done(edge.edgeGateway());
        }
        String now = VcdEdges.version(present);
        if (!now.equals(version) && !new Progress(version, now).equals(unfinished.get(base))) {
            throw VcdEdges.changedMeanwhile();
        }
        try {
            changes.forEach(change -> carryOut(base, change, natRules));
            if (!sameFirewall) {
                JsonNode body = OrgFirewall.write(firewall.orElseGet(Json::object), wanted.firewall());
                waits.finish(api.writeJson("PUT", base + "/firewall/rules", Optional.of(body)), ONE_RULE);
            }
            unfinished.remove(base);
            return CloudTask.done(edge.edgeGateway());
        } catch (CloudException e) {
            remember(base, version);
            throw e;
        }
    }

    /** Notes how far a failed call came, so that its repetition is not taken for a stranger's change. */
    private void remember(String base, String version) {
        try {
            unfinished.put(base, new Progress(version, VcdEdges.version(services(natRules(base), firewall(base)))));
        } catch (CloudException e) {
            unfinished.remove(base);
        }
    }

    private static void requireSupported(EdgeServices present, EdgeServices wanted) {
        boolean other = !wanted.dhcp().isEmpty()
                || !wanted.routes().isEmpty()
                || wanted.nat().enabled() != present.nat().enabled()
                || wanted.nat().masquerade() != present.nat().masquerade()
                || wanted.firewall().enabled() != present.firewall().enabled()
                || wanted.firewall().defaultPolicy() != present.firewall().defaultPolicy()
                || wanted.firewall().logDefault() != present.firewall().logDefault();
        if (other) {
            throw new CloudException(
                    "unsupported-service",
                    Category.USER,
                    "On this cloud's edge gateways only NAT and firewall rules can be changed.");
        }
    }

    /** @param present the rule as it stands, empty for a new one; @param wanted empty for one to be removed */
    private record Change(Optional<JsonNode> present, Optional<NatRule> wanted) {}

    private static List<Change> changes(List<JsonNode> documents, List<NatRule> present, List<NatRule> wanted) {
        List<Change> changes = new ArrayList<>();
        List<NatRule> left = new ArrayList<>(present);
        List<NatRule> unmatched = new ArrayList<>();
        for (NatRule rule : wanted) {
            Optional<NatRule> same = left.stream()
                    .filter(old -> rule.id().isEmpty()
                            ? OrgNat.same(old, rule)
                            : old.id().equals(rule.id()))
                    .findFirst();
            if (same.isEmpty()) {
                unmatched.add(rule);
            } else {
                left.remove(same.get());
                if (!OrgNat.same(same.get(), rule)) {
                    changes.add(new Change(document(documents, same.get()), Optional.of(rule)));
                }
            }
        }
        for (NatRule rule : unmatched) {
            Optional<NatRule> again =
                    left.stream().filter(old -> OrgNat.same(old, rule)).findFirst();
            again.ifPresentOrElse(left::remove, () -> changes.add(new Change(Optional.empty(), Optional.of(rule))));
        }
        left.forEach(old -> changes.add(0, new Change(document(documents, old), Optional.empty())));
        return changes;
    }

    private static Optional<JsonNode> document(List<JsonNode> documents, NatRule rule) {
        return documents.stream()
                .filter(document -> document.path("id").asText("").equals(rule.id()))
                .findFirst();
    }

    private void carryOut(String base, Change change, List<JsonNode> all) {
        String rules = base + "/nat/rules";
        if (change.wanted().isEmpty()) {
            JsonNode old = change.present().orElseThrow();
            delete(rules + "/" + ruleId(old));
            List<JsonNode> remaining = all.stream().filter(rule -> rule != old).toList();
            profiles.release(old, remaining);
            return;
        }
        NatRule wanted = change.wanted().get();
        Optional<JsonNode> profile = OrgNat.needed(wanted)
                .map(service -> profiles.reference(service, base.substring(base.lastIndexOf('/') + 1)));
        JsonNode body = OrgNat.write(change.present(), wanted, profile);
        Reply reply = change.present().isPresent()
                ? api.writeJson("PUT", rules + "/" + ruleId(change.present().get()), Optional.of(body))
                : api.writeJson("POST", rules, Optional.of(body));
        waits.finish(reply, ONE_RULE);
    }

    private void delete(String path) {
        try {
            waits.finish(api.writeJson("DELETE", path, Optional.empty()), ONE_RULE);
        } catch (CloudException e) {
            if (e.category() != Category.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static String ruleId(JsonNode rule) {
        String id = rule.path("id").asText("");
        if (!id.matches("[A-Za-z0-9:_-]{1,200}")) {
            throw Entities.noSuch();
        }
        return id;
    }
}
