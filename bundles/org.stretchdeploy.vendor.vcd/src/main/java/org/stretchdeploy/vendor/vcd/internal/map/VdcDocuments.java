package org.stretchdeploy.vendor.vcd.internal.map;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads documents of virtual data centers, their networks and edge gateways. Pure functions. */
public final class VdcDocuments {
    private VdcDocuments() {}

    /** Limit minus use; a limit of 0 is none. */
    public static long memoryFreeMb(Elem vdc) {
        Optional<Elem> memory = vdc.at("ComputeCapacity", "Memory");
        long limit = memory.map(m -> m.number(0, "Limit")).orElse(0L);
        long used = memory.map(m -> m.number(0, "Used")).orElse(0L);
        return limit <= 0 ? Long.MAX_VALUE : Math.max(0, limit - used);
    }

    public static Set<String> hardwareVersions(Elem vdc) {
        return vdc.at("Capabilities", "SupportedHardwareVersions")
                .map(all -> all.children("SupportedHardwareVersion").stream()
                        .map(Elem::text)
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.toCollection(LinkedHashSet::new)))
                .map(Set.class::cast)
                .orElse(Set.of());
    }

    /** @param profiles VdcStorageProfile documents */
    public static long storageFreeMb(List<Elem> profiles) {
        List<Elem> enabled =
                profiles.stream().filter(p -> p.flag(true, "Enabled")).toList();
        List<Elem> byDefault =
                enabled.stream().filter(p -> p.flag(false, "Default")).toList();
        return (byDefault.isEmpty() ? enabled : byDefault)
                .stream().mapToLong(VdcDocuments::profileFreeMb).max().orElse(profiles.isEmpty() ? Long.MAX_VALUE : 0);
    }

    private static long profileFreeMb(Elem profile) {
        long limit = profile.number(0, "Limit");
        return limit <= 0 ? Long.MAX_VALUE : Math.max(0, limit - profile.number(0, "StorageUsedMB"));
    }

    /** @param network a value of {@code /cloudapi/1.0.0/orgVdcNetworks} */
    public static OrgVdcNetwork network(JsonNode network, ObjectId vdc) {
        JsonNode subnet = network.path("subnets").path("values").path(0);
        int total =
                network.path("totalIpCount").asInt(subnet.path("totalIpCount").asInt(0));
        int used = network.path("usedIpCount").asInt(subnet.path("usedIpCount").asInt(0));
        String router =
                network.path("connection").path("routerRef").path("name").asText("");
        return new OrgVdcNetwork(
                new ObjectId("/api/network/" + lastPart(network.path("id").asText(""))),
                network.path("name").asText(""),
                vdc,
                kind(network.path("networkType").asText("")),
                subnet.isMissingNode() ? Optional.empty() : Optional.of(subnet(subnet)),
                Math.max(0, total - used),
                router.isEmpty() || router.equals("null") ? Optional.empty() : Optional.of(router));
    }

    private static String lastPart(String urn) {
        return urn.substring(urn.lastIndexOf(':') + 1);
    }

    private static OrgVdcNetwork.Kind kind(String type) {
        return switch (type) {
            case "NAT_ROUTED", "CROSS_VDC" -> OrgVdcNetwork.Kind.ROUTED;
            case "ISOLATED" -> OrgVdcNetwork.Kind.ISOLATED;
            default -> OrgVdcNetwork.Kind.DIRECT;
        };
    }

    private static Subnet subnet(JsonNode subnet) {
        List<String> dns = new ArrayList<>();
        for (String field : List.of("dnsServer1", "dnsServer2")) {
            if (!subnet.path(field).isNull() && !subnet.path(field).asText("").isEmpty()) {
                dns.add(subnet.path(field).asText());
            }
        }
        return new Subnet(
                subnet.path("gateway").asText(""),
                subnet.path("prefixLength").asInt(0),
                dns,
                subnet.path("dnsSuffix").isNull()
                        ? ""
                        : subnet.path("dnsSuffix").asText(""),
                ranges(subnet));
    }

    private static List<String> ranges(JsonNode subnet) {
        List<String> ranges = new ArrayList<>();
        for (JsonNode range : subnet.path("ipRanges").path("values")) {
            ranges.add(range.path("startAddress").asText("") + "-"
                    + range.path("endAddress").asText(""));
        }
        return ranges;
    }

    /** @param edge a value of {@code /cloudapi/1.0.0/edgeGateways} */
    public static EdgeGateway edgeGateway(JsonNode edge, ObjectId vdc) {
        Set<String> addresses = new LinkedHashSet<>();
        for (JsonNode uplink : edge.path("edgeGatewayUplinks")) {
            for (JsonNode subnet : uplink.path("subnets").path("values")) {
                String primary = subnet.path("primaryIp").asText("");
                if (!primary.isEmpty() && !primary.equals("null")) {
                    addresses.add(primary);
                }
            }
        }
        for (JsonNode uplink : edge.path("edgeGatewayUplinks")) {
            for (JsonNode subnet : uplink.path("subnets").path("values")) {
                ranges(subnet).forEach(range -> addresses.addAll(Ipv4.addresses(range, 256)));
            }
        }
        return new EdgeGateway(
                new ObjectId(edge.path("id").asText("")),
                edge.path("name").asText(""),
                vdc,
                List.copyOf(addresses),
                edge.path("status").asText("REALIZED").equals("REALIZED"));
    }
}
