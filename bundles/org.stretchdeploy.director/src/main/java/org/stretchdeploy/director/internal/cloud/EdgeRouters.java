package org.stretchdeploy.director.internal.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.IpScope;

/** Turns an organization's edge gateway and its rules into the router that the host builds. */
final class EdgeRouters {
    /** A protocol with its destination ports. */
    private record Service(String protocol, String port) {}

    private static final Service ANY = new Service("ANY", "Any");

    private final CloudState state;
    private final EdgeGateway edge;

    private EdgeRouters(CloudState state, EdgeGateway edge) {
        this.state = state;
        this.edge = edge;
    }

    static RouterSpec of(CloudState s, EdgeGateway edge) {
        return new EdgeRouters(s, edge).spec();
    }

    private RouterSpec spec() {
        IpScope outer = state.externalNetworks.get(edge.externalNetworkId).scope;
        List<RouterSpec.Interface> interfaces = new ArrayList<>();
        interfaces.add(new RouterSpec.Interface(
                "uplink",
                edge.externalNetworkId,
                VAppRouters.mac(edge.id + "uplink"),
                edge.uplinkIps().stream()
                        .map(ip -> ip + "/" + outer.prefixLength())
                        .toList(),
                RouterSpec.Side.EXTERNAL));
        state.orgNetworks.values().stream()
                .filter(n -> n.edgeId.equals(edge.id))
                .forEach(n -> interfaces.add(new RouterSpec.Interface(
                        "int-" + n.id.substring(0, 8),
                        n.id,
                        VAppRouters.mac(edge.id + n.id),
                        List.of(n.scope().gateway() + "/" + n.scope().prefixLength()),
                        RouterSpec.Side.INTERNAL)));
        return new RouterSpec(
                edge.id,
                edge.name,
                interfaces,
                Optional.of(outer.gateway()),
                List.of(),
                new RouterSpec.Nat(true, false, natEntries()),
                new RouterSpec.Firewall(true, edge.defaultAllow, edge.defaultLog, firewallEntries()),
                List.of());
    }

    private List<RouterSpec.NatEntry> natEntries() {
        List<RouterSpec.NatEntry> all = new ArrayList<>();
        for (ObjectNode rule : edge.natRules) {
            if (!rule.path("enabled").asBoolean(true)) {
                continue;
            }
            String type = rule.path("type").asText(rule.path("ruleType").asText());
            String id = rule.path("id").asText();
            String external = rule.path("externalAddresses").asText();
            String internal = rule.path("internalAddresses").asText();
            switch (type) {
                case "SNAT" ->
                    all.add(new RouterSpec.NatEntry(
                            id, RouterSpec.NatKind.SNAT, "ANY", external, "Any", internal, "Any"));
                case "REFLEXIVE" ->
                    all.add(new RouterSpec.NatEntry(
                            id, RouterSpec.NatKind.ONE_TO_ONE, "ANY", external, "Any", internal, "Any"));
                case "DNAT" ->
                    services(rule.path("applicationPortProfile"))
                            .forEach(service -> all.add(dnat(rule, id, external, internal, service)));
                default -> {
                    // NO_SNAT and NO_DNAT only matter between overlapping rules, which are refused when they are made.
                }
            }
        }
        return all;
    }

    private static RouterSpec.NatEntry dnat(
            ObjectNode rule, String id, String external, String internal, Service service) {
        String outerPort = any(rule.path("dnatExternalPort").asText(""));
        String innerPort = any(rule.path("internalPort").asText(service.port()));
        if (outerPort.equals("Any")) {
            outerPort = innerPort;
        }
        if (innerPort.equals("Any")) {
            innerPort = outerPort;
        }
        String protocol = service.protocol().equals("ANY") && !outerPort.equals("Any") ? "TCP_UDP" : service.protocol();
        return new RouterSpec.NatEntry(id, RouterSpec.NatKind.DNAT, protocol, external, outerPort, internal, innerPort);
    }

    private static String any(String port) {
        return port.isEmpty() || port.equalsIgnoreCase("any") || port.equals("null") ? "Any" : port;
    }

    /** What a NAT rule with firewallMatch BYPASS lets through before any firewall rule is asked. */
    private List<RouterSpec.FirewallEntry> bypassEntries() {
        Set<String> bypassing = new LinkedHashSet<>();
        edge.natRules.stream()
                .filter(rule -> rule.path("firewallMatch").asText().equals("BYPASS"))
                .forEach(rule -> bypassing.add(rule.path("id").asText()));
        List<RouterSpec.FirewallEntry> all = new ArrayList<>();
        for (RouterSpec.NatEntry nat : natEntries()) {
            if (!bypassing.contains(nat.id())) {
                continue;
            }
            if (nat.kind() != RouterSpec.NatKind.DNAT) {
                all.add(new RouterSpec.FirewallEntry(
                        nat.id() + "-out",
                        true,
                        Set.of("ANY"),
                        nat.internalAddress(),
                        "Any",
                        "Any",
                        "Any",
                        false,
                        false));
            }
            if (nat.kind() != RouterSpec.NatKind.SNAT) {
                all.add(new RouterSpec.FirewallEntry(
                        nat.id() + "-in",
                        true,
                        protocols(new Service(nat.protocol(), nat.externalPort())),
                        "Any",
                        "Any",
                        nat.externalAddress(),
                        nat.externalPort(),
                        false,
                        false));
            }
        }
        return all;
    }

    private List<RouterSpec.FirewallEntry> firewallEntries() {
        List<RouterSpec.FirewallEntry> all = new ArrayList<>(bypassEntries());
        for (ObjectNode rule : edge.firewallRules) {
            if (!rule.path("enabled").asBoolean(true)) {
                continue;
            }
            String action = rule.path("actionValue").asText(rule.path("action").asText("ALLOW"));
            for (String source : addresses(rule.path("sourceFirewallGroups"))) {
                for (String destination : addresses(rule.path("destinationFirewallGroups"))) {
                    for (Service service : services(rule.path("applicationPortProfiles"))) {
                        all.add(new RouterSpec.FirewallEntry(
                                rule.path("id").asText(),
                                action.equals("ALLOW"),
                                protocols(service),
                                source,
                                "Any",
                                destination,
                                service.port(),
                                true,
                                rule.path("logging").asBoolean(false)));
                    }
                }
            }
        }
        return all;
    }

    private static Set<String> protocols(Service service) {
        return service.protocol().equals("TCP_UDP") ? Set.of("TCP", "UDP") : Set.of(service.protocol());
    }

    /** Addresses of groups; no group means everybody, an unknown or empty group nobody. */
    private List<String> addresses(JsonNode groups) {
        if (!groups.isArray() || groups.isEmpty()) {
            return List.of("Any");
        }
        Set<String> all = new LinkedHashSet<>();
        for (JsonNode reference : groups) {
            Hrefs.uuid(reference.path("id").asText())
                    .map(id -> state.firewallGroups.get(id))
                    .ifPresent(g -> g.path("ipAddresses").forEach(a -> all.add(a.asText())));
        }
        return List.copyOf(all);
    }

    /** Protocols and ports of one profile reference or a list of them; none means everything. */
    private List<Service> services(JsonNode references) {
        List<JsonNode> all = new ArrayList<>();
        if (references.isArray()) {
            references.forEach(all::add);
        } else if (references.isObject()) {
            all.add(references);
        }
        if (all.isEmpty()) {
            return List.of(ANY);
        }
        List<Service> services = new ArrayList<>();
        Map<String, ObjectNode> known = PortProfiles.all(state);
        for (JsonNode reference : all) {
            ObjectNode profile =
                    known.get(Hrefs.uuid(reference.path("id").asText()).orElse(""));
            if (profile == null) {
                continue;
            }
            for (JsonNode port : profile.path("applicationPorts")) {
                String protocol = port.path("protocol").asText().toUpperCase(Locale.ROOT);
                String name = protocol.startsWith("ICMP") ? "ICMP" : protocol;
                if (port.path("destinationPorts").isEmpty()) {
                    services.add(new Service(name, "Any"));
                }
                port.path("destinationPorts").forEach(p -> services.add(new Service(name, p.asText())));
            }
        }
        return services;
    }
}
