package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.State.CatalogState;
import org.stretchdeploy.spi.memory.State.DiskState;
import org.stretchdeploy.spi.memory.State.NetworkState;
import org.stretchdeploy.spi.memory.State.TemplateState;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VmState;

/** A cloud as text that two clouds share exactly when they are configured the same. */
final class CanonicalState {
    private final State state;
    private final boolean running;
    private final StringBuilder text = new StringBuilder();

    /** @param running with power states and disk contents */
    CanonicalState(State state, boolean running) {
        this.state = state;
        this.running = running;
    }

    String text() {
        state.vdcs.values().forEach(vdc -> line(0, "vdc", vdc.name(), vdc.storageMb(), vdc.memoryMb(), vdc.vmQuota()));
        state.networks.values().forEach(n -> line(0, "network", n.name(), n.kind(), n.subnet(), n.edgeGateway()));
        state.gateways.values().forEach(gateway -> {
            line(0, "edge-gateway", gateway.entity.name(), gateway.entity.externalAddresses());
            services(1, gateway.services, null);
            gateway.tunnels
                    .values()
                    .forEach(t -> line(1, "tunnel", t.name(), t.mode(), t.enabled(), t.remoteEndpoint()));
        });
        sorted(state.vApps.values(), Comparator.comparing(vApp -> vApp.name)).forEach(this::vApp);
        sorted(state.catalogs.values(), Comparator.comparing(catalog -> catalog.name))
                .forEach(this::catalog);
        return text.toString();
    }

    private void vApp(VAppState vApp) {
        line(0, "vapp", vApp.name, vApp.description, vApp.unresolved ? "UNRESOLVED" : "");
        sorted(vApp.networks, Comparator.comparing(network -> network.name)).forEach(network -> network(vApp, network));
        sorted(vApp.vms, Comparator.comparing(vm -> vm.name)).forEach(vm -> vm(1, vm));
        sorted(vApp.startup, Comparator.comparing(VApp.Startup::vm)).forEach(entry -> line(1, "startup", entry));
        new TreeMap<>(vApp.metadata).forEach((key, value) -> line(1, "metadata", key, value));
    }

    private void network(VAppState vApp, NetworkState network) {
        line(
                1,
                "network",
                network.name,
                network.description,
                network.fenceMode,
                network.parent,
                network.subnet,
                network.retainAddresses ? "retain" : "");
        services(2, network.services, vApp);
    }

    private void vm(int depth, VmState vm) {
        line(depth, "vm", vm.name, vm.description, running ? vm.power : "", vm.hardware, vm.snapshot, vm.media);
        vm.nics.forEach(nic -> line(depth + 1, nic));
        for (DiskState disk : vm.disks) {
            Vm.Disk shape = disk.disk;
            line(
                    depth + 1,
                    "disk",
                    shape.capacityMb(),
                    shape.bus(),
                    shape.unit(),
                    shape.independent(),
                    shape.shared(),
                    running ? OvfWriter.sha256(disk.content) : "");
        }
        vm.properties.forEach((key, value) -> line(depth + 1, "property", key, value));
        vm.metadata.forEach((key, value) -> line(depth + 1, "metadata", key, value));
        vm.fence.ifPresent(why -> line(depth + 1, "fenced", why));
    }

    private void services(int depth, EdgeServices services, VAppState vApp) {
        var firewall = services.firewall();
        line(depth, "firewall", firewall.enabled(), firewall.defaultPolicy(), firewall.logDefault());
        firewall.rules()
                .forEach(rule -> line(
                        depth + 1,
                        rule.name(),
                        rule.enabled(),
                        rule.policy(),
                        rule.protocols(),
                        rule.source(),
                        rule.sourcePort(),
                        rule.destination(),
                        rule.destinationPort(),
                        rule.log()));
        var nat = services.nat();
        line(depth, "nat", nat.enabled(), nat.type(), nat.masquerade());
        nat.rules()
                .forEach(rule -> line(
                        depth + 1,
                        rule.name(),
                        rule.enabled(),
                        rule.type(),
                        rule.protocol(),
                        rule.externalAddress(),
                        rule.externalPort(),
                        rule.internalAddress(),
                        rule.internalPort(),
                        rule.vm().map(nic -> bound(vApp, nic)).orElse(""),
                        rule.firewallMatch()));
        services.dhcp().forEach(dhcp -> line(depth, dhcp));
        services.routes().forEach(route -> line(depth, route));
    }

    /** A rule's VM by name, marked when its local id is not the one of that VM. */
    private static String bound(VAppState vApp, NatRule.VmNic nic) {
        boolean holds = vApp != null
                && vApp.vm(nic.vm())
                        .filter(vm -> vm.localId.equals(nic.localId()))
                        .isPresent();
        return nic.vm() + "#" + nic.nicIndex() + (holds ? "" : " (dangling)");
    }

    private void catalog(CatalogState catalog) {
        line(0, "catalog", catalog.name, catalog.description);
        sorted(catalog.templates.values(), Comparator.comparing(template -> template.name))
                .forEach(this::template);
    }

    private void template(TemplateState template) {
        line(
                1,
                "template",
                template.name,
                template.description,
                template.state,
                template.export.isPresent() ? "export open" : "");
        template.vms.forEach(vm -> vm(2, vm));
    }

    private static <T> List<T> sorted(java.util.Collection<T> things, Comparator<T> order) {
        var list = new ArrayList<>(things);
        list.sort(order);
        return list;
    }

    private void line(int depth, Object... fields) {
        text.append("  ".repeat(depth));
        for (int i = 0; i < fields.length; i++) {
            text.append(i == 0 ? "" : " | ").append(String.valueOf(fields[i]).replace("\n", "\\n"));
        }
        text.append('\n');
    }
}
