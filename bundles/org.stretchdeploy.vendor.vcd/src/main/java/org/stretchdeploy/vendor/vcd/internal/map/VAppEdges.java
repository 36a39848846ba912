package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** The services of the edge of a routed vApp network, as they stand in its {@code Features}. Pure functions. */
public final class VAppEdges {
    private static final List<String> CONFIGURATION_ORDER = List.of(
            "BackwardCompatibilityMode",
            "IpScope",
            "IpScopes",
            "ParentNetwork",
            "FenceMode",
            "RetainNetInfoAcrossDeployments",
            "Features",
            "SyslogServerSettings",
            "RouterInfo",
            "GuestVlanAllowed");
    private static final List<String> FEATURES_ORDER =
            List.of("DhcpService", "FirewallService", "NatService", "StaticRoutingService");
    private static final List<String> DHCP_ORDER = List.of(
            "IsEnabled",
            "DefaultLeaseTime",
            "MaxLeaseTime",
            "IpRange",
            "RouterIp",
            "SubMask",
            "PrimaryNameServer",
            "SecondaryNameServer",
            "DomainName");
    private static final List<String> ROUTING_ORDER = List.of("IsEnabled", "StaticRoute");

    private VAppEdges() {}

    /**
     * @param network a VAppNetwork document
     * @param names   names of the vApp's VMs by their id inside the vApp
     */
    public static EdgeServices read(Elem network, Map<String, String> names) {
        Optional<Elem> features = network.at("Configuration", "Features");
        return new EdgeServices(
                VAppFirewall.read(features.flatMap(f -> f.child("FirewallService"))),
                VAppNat.read(features.flatMap(f -> f.child("NatService")), names),
                features.map(f -> f.children("DhcpService").stream()
                                .map(service -> dhcp(network.attribute("name"), service))
                                .toList())
                        .orElse(List.of()),
                features.flatMap(f -> f.child("StaticRoutingService"))
                        .map(VAppEdges::routes)
                        .orElse(List.of()));
    }

    private static EdgeServices.Dhcp dhcp(String network, Elem service) {
        return new EdgeServices.Dhcp(
                network,
                service.flag(false, "IsEnabled"),
                service.text("IpRange", "StartAddress"),
                service.text("IpRange", "EndAddress"),
                (int) service.number(0, "DefaultLeaseTime"),
                (int) service.number(0, "MaxLeaseTime"));
    }

    private static List<EdgeServices.StaticRoute> routes(Elem service) {
        return service.children("StaticRoute").stream()
                .map(route -> new EdgeServices.StaticRoute(
                        route.text("Name"), route.text("Network"), route.text("NextHopIp")))
                .toList();
    }

    /** Changes a VAppNetwork document in place so that it says what is wanted; all else in it stays. */
    public static void change(Elem network, EdgeServices wanted, Map<String, String> names) {
        EdgeServices present = read(network, names);
        Elem features = network.child("Configuration")
                .orElseGet(() -> network.add("Configuration"))
                .ensure(CONFIGURATION_ORDER, "Features");
        if (!present.firewall().equals(wanted.firewall())) {
            VAppFirewall.change(features.ensure(FEATURES_ORDER, "FirewallService"), wanted.firewall());
        }
        if (!present.nat().equals(wanted.nat())) {
            VAppNat.change(features.ensure(FEATURES_ORDER, "NatService"), wanted.nat(), names);
        }
        if (!present.dhcp().equals(wanted.dhcp())) {
            changeDhcp(features, wanted.dhcp());
        }
        if (!present.routes().equals(wanted.routes())) {
            changeRoutes(features.ensure(FEATURES_ORDER, "StaticRoutingService"), wanted.routes());
        }
    }

    private static void changeDhcp(Elem features, List<EdgeServices.Dhcp> wanted) {
        if (wanted.isEmpty()) {
            features.removeChildren("DhcpService");
            return;
        }
        EdgeServices.Dhcp dhcp = wanted.get(0);
        Elem service = features.ensure(FEATURES_ORDER, "DhcpService");
        service.put(DHCP_ORDER, "IsEnabled", String.valueOf(dhcp.enabled()));
        service.put(DHCP_ORDER, "DefaultLeaseTime", String.valueOf(dhcp.defaultLeaseSeconds()));
        service.put(DHCP_ORDER, "MaxLeaseTime", String.valueOf(dhcp.maxLeaseSeconds()));
        if (!dhcp.firstAddress().isEmpty()) {
            Elem range = service.ensure(DHCP_ORDER, "IpRange");
            range.put(List.of("StartAddress", "EndAddress"), "StartAddress", dhcp.firstAddress());
            range.put(List.of("StartAddress", "EndAddress"), "EndAddress", dhcp.lastAddress());
        }
    }

    private static void changeRoutes(Elem service, List<EdgeServices.StaticRoute> wanted) {
        service.put(ROUTING_ORDER, "IsEnabled", String.valueOf(!wanted.isEmpty()));
        List<Elem> old = new ArrayList<>(service.children("StaticRoute"));
        for (EdgeServices.StaticRoute route : wanted) {
            Optional<Elem> same = old.stream()
                    .filter(elem -> elem.text("Name").equals(route.name())
                            && elem.text("Network").equals(route.network())
                            && elem.text("NextHopIp").equals(route.nextHop()))
                    .findFirst();
            same.ifPresentOrElse(old::remove, () -> {
                Elem added = service.add("StaticRoute");
                added.add("Name", route.name());
                added.add("Network", route.network());
                added.add("NextHopIp", route.nextHop());
            });
        }
        old.forEach(Elem::remove);
    }
}
