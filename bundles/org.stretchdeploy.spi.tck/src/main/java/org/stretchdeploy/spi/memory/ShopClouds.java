package org.stretchdeploy.spi.memory;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Policy;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.Vm;

/** The topology of the demo: a running shop in one cloud, room for it in the other. */
public final class ShopClouds {
    private static final Subnet INTERNAL =
            new Subnet("10.1.0.1", 24, List.of("10.1.0.1"), "shop.example", List.of("10.1.0.10-10.1.0.99"));

    private ShopClouds() {}

    /**
     * VDC {@code private-vdc}, edge gateway {@code private-edge}, organization network {@code private-net} (routed),
     * catalog {@code packages}, running vApp {@code shop} with VMs {@code web} 10.1.0.11, {@code app} 10.1.0.12 and
     * {@code db} 10.1.0.13 on its routed network {@code internal}, reached from outside by DNAT at both edges.
     */
    public static MemoryCloudBuilder source(String name) {
        return networks(name)
                .vm("shop", "web", "internal", "10.1.0.11")
                .vm("shop", "app", "internal", "10.1.0.12")
                .vm("shop", "db", "internal", "10.1.0.13")
                .running("shop");
    }

    /**
     * The same shop on three networks: {@code app} has a second NIC on the routed network {@code backend}, {@code db} one
     * there and one on the isolated network {@code cluster}.
     */
    public static MemoryCloudBuilder wideSource(String name) {
        MemoryCloudBuilder builder = networks(name)
                .routedVAppNetwork(
                        "shop",
                        "backend",
                        "private-net",
                        new Subnet("10.2.0.1", 24, List.of(), "", List.of("10.2.0.10-10.2.0.99")));
        builder.vAppNetwork(
                "shop",
                new NetworkSpec(
                        "cluster",
                        "",
                        FenceMode.ISOLATED,
                        Optional.empty(),
                        Optional.of(new Subnet("10.3.0.1", 24, List.of(), "", List.of())),
                        false),
                new EdgeServices(
                        new EdgeServices.Firewall(false, Policy.DROP, false, List.of()),
                        new EdgeServices.Nat(false, "ipTranslation", false, List.of()),
                        List.of(),
                        List.of()));
        builder.vm("shop", "web", "internal", "10.1.0.11");
        machine(
                builder,
                "app",
                List.of(builder.nic(0, "internal", "10.1.0.12"), builder.nic(1, "backend", "10.2.0.12")));
        machine(
                builder,
                "db",
                List.of(
                        builder.nic(0, "internal", "10.1.0.13"),
                        builder.nic(1, "cluster", "10.3.0.13"),
                        builder.nic(2, "backend", "10.2.0.13")));
        return builder.running("shop");
    }

    private static void machine(MemoryCloudBuilder builder, String name, List<Vm.Nic> nics) {
        builder.vm("shop", name, 1, 512, nics, List.of(MemoryCloudBuilder.content(name, 4096)), 16);
    }

    private static MemoryCloudBuilder networks(String name) {
        Subnet uplink = new Subnet("192.168.1.1", 24, List.of(), "", List.of("192.168.1.10-192.168.1.50"));
        var builder = MemoryCloud.builder(name)
                .vdc("private-vdc")
                .edgeGateway("private-vdc", "private-edge", "203.0.113.10", "203.0.113.11")
                .network("private-vdc", "private-net", OrgVdcNetwork.Kind.ROUTED, Optional.of("private-edge"), uplink)
                .catalog("packages")
                .vApp("private-vdc", "shop");
        builder.vAppNetwork(
                "shop",
                new NetworkSpec(
                        "internal", "", FenceMode.NAT_ROUTED, Optional.of("private-net"), Optional.of(INTERNAL), true),
                services("web", "192.168.1.10", "10.1.0.11"));
        return builder.edgeGatewayServices("private-edge", services("outside", "203.0.113.10", "192.168.1.10"));
    }

    /**
     * VDC {@code public-vdc}, edge gateway {@code public-edge}, organization network {@code public-net} (routed),
     * catalog {@code packages}, no vApp.
     */
    public static MemoryCloudBuilder target(String name) {
        Subnet uplink = new Subnet("192.168.2.1", 24, List.of(), "", List.of("192.168.2.10-192.168.2.50"));
        return MemoryCloud.builder(name)
                .vdc("public-vdc", 100_000, 64_000, 20, true)
                .edgeGateway("public-vdc", "public-edge", "198.51.100.10")
                .network("public-vdc", "public-net", OrgVdcNetwork.Kind.ROUTED, Optional.of("public-edge"), uplink)
                .catalog("packages");
    }

    private static EdgeServices services(String name, String outside, String inside) {
        var dnat = new NatRule(
                "1",
                name,
                true,
                NatRule.Type.DNAT,
                "TCP",
                outside,
                "443",
                inside,
                "443",
                Optional.empty(),
                NatRule.FirewallMatch.MATCH_INTERNAL_ADDRESS);
        var allow = new FirewallRule("2", name, true, Policy.ALLOW, List.of("TCP"), "Any", "Any", inside, "443", false);
        return new EdgeServices(
                new EdgeServices.Firewall(true, Policy.DROP, false, List.of(allow)),
                new EdgeServices.Nat(true, "ipTranslation", true, List.of(dnat)),
                List.of(),
                List.of());
    }
}
