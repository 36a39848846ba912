package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads and writes the network configurations of vApps. Pure functions. */
public final class VAppNetworks {
    private static final Pattern UUID =
            Pattern.compile("([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");
    /** The place-holder for "no network" that the cloud lists among the networks of a vApp. */
    private static final String PLACE_HOLDER = "none";

    private VAppNetworks() {}

    /** The networks of a network configuration section. */
    public static List<VAppNetwork> read(Elem section) {
        List<VAppNetwork> networks = new ArrayList<>();
        for (Elem config : section.children("NetworkConfig")) {
            if (!config.attribute("networkName").equals(PLACE_HOLDER)) {
                networks.add(network(config));
            }
        }
        return networks;
    }

    private static VAppNetwork network(Elem config) {
        String name = config.attribute("networkName");
        Elem configuration = config.child("Configuration").orElse(config);
        String external = configuration.text("RouterInfo", "ExternalIp");
        return new VAppNetwork(
                id(config).orElseGet(() -> new ObjectId("network:" + name)),
                name,
                config.rawText("Description"),
                fenceMode(configuration.text("FenceMode")),
                configuration
                        .at("ParentNetwork")
                        .map(parent -> parent.attribute("name"))
                        .filter(parent -> !parent.isEmpty()),
                scope(configuration).map(VAppNetworks::subnet),
                external.isEmpty() ? Optional.empty() : Optional.of(external),
                configuration.flag(false, "RetainNetInfoAcrossDeployments"));
    }

    /** Path of the network, which the cloud tells only inside the link that repairs it. */
    public static Optional<ObjectId> id(Elem config) {
        return config.children("Link").stream()
                .map(link -> UUID.matcher(link.attribute("href")))
                .filter(Matcher::find)
                .map(matcher -> new ObjectId("/api/network/" + matcher.group(1)))
                .findFirst();
    }

    private static FenceMode fenceMode(String text) {
        return switch (text) {
            case "natRouted" -> FenceMode.NAT_ROUTED;
            case "bridged" -> FenceMode.BRIDGED;
            default -> FenceMode.ISOLATED;
        };
    }

    private static String text(FenceMode mode) {
        return switch (mode) {
            case NAT_ROUTED -> "natRouted";
            case BRIDGED -> "bridged";
            case ISOLATED -> "isolated";
        };
    }

    private static Optional<Elem> scope(Elem configuration) {
        return configuration.at("IpScopes", "IpScope").or(() -> configuration.at("IpScope"));
    }

    private static Subnet subnet(Elem scope) {
        int prefix = (int) scope.number(0, "SubnetPrefixLength");
        List<String> dns = new ArrayList<>();
        for (String field : List.of("Dns1", "Dns2")) {
            if (!scope.text(field).isEmpty()) {
                dns.add(scope.text(field));
            }
        }
        List<String> ranges = scope.at("IpRanges")
                .map(all -> all.children("IpRange").stream()
                        .map(range -> range.text("StartAddress") + "-" + range.text("EndAddress"))
                        .toList())
                .orElse(List.of());
        return new Subnet(
                scope.text("Gateway"),
                prefix > 0 ? prefix : Ipv4.prefixLength(scope.text("Netmask")),
                dns,
                scope.text("DnsSuffix"),
                ranges);
    }

    /**
     * Appends a network configuration.
     *
     * @param parentHref of the organization VDC network above
     */
    public static void append(Elem section, VApps.NetworkSpec spec, Optional<String> parentHref) {
        Elem config = section.add("NetworkConfig").with("networkName", spec.name());
        config.add("Description", spec.description());
        Elem configuration = config.add("Configuration");
        spec.subnet()
                .filter(subnet -> spec.fenceMode() != FenceMode.BRIDGED)
                .ifPresent(subnet -> writeScope(configuration, subnet));
        parentHref.ifPresent(href -> configuration.add("ParentNetwork").with("href", href));
        configuration.add("FenceMode", text(spec.fenceMode()));
        configuration.add("RetainNetInfoAcrossDeployments", String.valueOf(spec.retainAddresses()));
    }

    private static void writeScope(Elem configuration, Subnet subnet) {
        Elem scope = configuration.add("IpScopes").add("IpScope");
        scope.add("IsInherited", "false");
        scope.add("Gateway", subnet.gateway());
        scope.add("Netmask", Ipv4.netmask(subnet.prefixLength()));
        if (!subnet.dns().isEmpty()) {
            scope.add("Dns1", subnet.dns().get(0));
        }
        if (subnet.dns().size() > 1) {
            scope.add("Dns2", subnet.dns().get(1));
        }
        if (!subnet.dnsSuffix().isEmpty()) {
            scope.add("DnsSuffix", subnet.dnsSuffix());
        }
        scope.add("IsEnabled", "true");
        if (!subnet.ranges().isEmpty()) {
            Elem ranges = scope.add("IpRanges");
            for (String range : subnet.ranges()) {
                int dash = range.indexOf('-');
                Elem written = ranges.add("IpRange");
                written.add("StartAddress", dash < 0 ? range : range.substring(0, dash));
                written.add("EndAddress", dash < 0 ? range : range.substring(dash + 1));
            }
        }
    }

    /** Whether a network is what a specification asks for; a bridged one has the subnet of its parent. */
    public static boolean sameShape(VAppNetwork network, VApps.NetworkSpec spec) {
        boolean bridged = spec.fenceMode() == FenceMode.BRIDGED;
        boolean isolated = spec.fenceMode() == FenceMode.ISOLATED;
        return network.fenceMode() == spec.fenceMode()
                && (isolated || network.parent().equals(spec.parent()))
                && (bridged
                        || spec.subnet().isEmpty()
                        || sameSubnet(network.subnet(), spec.subnet().get()))
                && network.retainAddresses() == spec.retainAddresses();
    }

    private static boolean sameSubnet(Optional<Subnet> present, Subnet wanted) {
        return present.filter(subnet -> subnet.gateway().equals(wanted.gateway())
                        && subnet.prefixLength() == wanted.prefixLength()
                        && subnet.dns().equals(wanted.dns())
                        && Set.copyOf(subnet.ranges()).equals(Set.copyOf(wanted.ranges())))
                .isPresent();
    }
}
