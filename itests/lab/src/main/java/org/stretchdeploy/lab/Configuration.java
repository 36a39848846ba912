package org.stretchdeploy.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.Vm;

/** A cloud's configuration as sorted lines, read past the controller, to compare before and after. */
final class Configuration {
    private Configuration() {}

    static String of(Cloud cloud) {
        List<String> lines = new ArrayList<>();
        for (OrgVdc vdc : cloud.inventory().vdcs()) {
            for (OrgVdcNetwork network : cloud.inventory().networks(vdc.id())) {
                lines.add("network " + network.name() + " " + network.kind() + " " + network.subnet()
                        + " free addresses " + network.freeAddresses());
            }
            for (EdgeGateway gateway : cloud.inventory().edgeGateways(vdc.id())) {
                services(
                        lines,
                        "gateway " + gateway.name(),
                        cloud.edges().read(new Edges.OrgEdge(gateway.id())).services());
            }
            lines.add("storage free " + vdc.storageFreeMb());
        }
        for (Inventory.VAppEntry entry : cloud.inventory().vApps()) {
            vApp(lines, cloud, cloud.inventory().vApp(entry.id()));
        }
        Collections.sort(lines);
        return String.join("\n", lines);
    }

    private static void vApp(List<String> lines, Cloud cloud, VApp vApp) {
        String at = "vApp " + vApp.name();
        lines.add(at + " " + vApp.state() + " \"" + vApp.description() + "\" " + vApp.startup() + " "
                + new java.util.TreeMap<>(vApp.metadata()));
        for (VAppNetwork n : vApp.networks()) {
            lines.add(at + " network " + n.name() + " " + n.fenceMode() + " " + n.parent() + " " + n.subnet() + " "
                    + n.description() + " " + n.externalIp());
            if (n.fenceMode() == VAppNetwork.FenceMode.NAT_ROUTED) {
                services(
                        lines,
                        at + " edge of " + n.name(),
                        cloud.edges()
                                .read(new Edges.VAppEdge(vApp.id(), n.name()))
                                .services());
            }
        }
        for (Vm vm : vApp.vms()) {
            lines.add(at + " vm " + vm.name() + " " + vm.state() + " \"" + vm.description() + "\" " + vm.localId() + " "
                    + vm.hardware() + " " + vm.nics() + " " + new java.util.TreeMap<>(vm.properties()) + " "
                    + new java.util.TreeMap<>(vm.metadata()));
            vm.disks()
                    .forEach(d -> lines.add(
                            at + " vm " + vm.name() + " disk " + d.capacityMb() + " " + d.bus() + " " + d.unit()));
        }
    }

    private static void services(List<String> lines, String at, EdgeServices s) {
        lines.add(
                at + " firewall " + s.firewall().enabled() + " " + s.firewall().defaultPolicy());
        s.firewall().rules().forEach(r -> lines.add(at + " " + r.toString().replaceFirst("id=[^,]*, ", "")));
        lines.add(at + " nat " + s.nat().enabled() + " " + s.nat().type() + " "
                + s.nat().masquerade());
        s.nat().rules().forEach(r -> lines.add(at + " " + r.toString().replaceFirst("id=[^,]*, ", "")));
        s.dhcp().forEach(d -> lines.add(at + " " + d));
        s.routes().forEach(r -> lines.add(at + " " + r));
    }
}
