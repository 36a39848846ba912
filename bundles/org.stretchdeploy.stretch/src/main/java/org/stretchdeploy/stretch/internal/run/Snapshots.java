package org.stretchdeploy.stretch.internal.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.edge.CanonicalForm;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.Snapshot;

/** Reads the canonical configuration of the parts of a cloud that a stretch can touch. */
public final class Snapshots {
    private Snapshots() {}

    /** One vApp with the edges of its networks, an organization edge, and the names of all vApps. */
    public static Snapshot of(Cloud cloud, Optional<ObjectId> vApp, Optional<ObjectId> edgeGateway) {
        Map<String, String> values = new TreeMap<>();
        cloud.inventory().vApps().forEach(v -> values.put("vApps/" + v.name(), "present"));
        vApp.map(id -> cloud.inventory().vApp(id)).ifPresent(v -> addVApp(values, cloud, v));
        edgeGateway.ifPresent(id -> addServices(
                values,
                "edge gateway",
                cloud.edges().read(new Edges.OrgEdge(id)).services()));
        return Snapshot.of(values);
    }

    private static void addVApp(Map<String, String> values, Cloud cloud, VApp vApp) {
        values.put("vApp/name", vApp.name());
        values.put("vApp/description", vApp.description());
        vApp.metadata().forEach((key, value) -> values.put("vApp/metadata/" + key, value));
        vApp.startup()
                .forEach(s -> values.put(
                        "vApp/startup/" + s.vm(),
                        s.order() + " " + s.startAction() + " " + s.startDelaySeconds() + " " + s.stopAction() + " "
                                + s.stopDelaySeconds()));
        for (VAppNetwork network : vApp.networks()) {
            String at = "network/" + network.name();
            values.put(
                    at,
                    network.fenceMode() + " parent=" + network.parent().orElse("-") + " subnet="
                            + network.subnet().map(Snapshots::subnet).orElse("-") + " retain="
                            + network.retainAddresses() + " description=" + network.description());
            if (network.fenceMode() == VAppNetwork.FenceMode.NAT_ROUTED) {
                addServices(
                        values,
                        at,
                        cloud.edges()
                                .read(new Edges.VAppEdge(vApp.id(), network.name()))
                                .services());
            }
        }
        vApp.vms().forEach(vm -> addVm(values, vm));
    }

    private static String subnet(org.stretchdeploy.spi.Subnet subnet) {
        return subnet.gateway() + "/" + subnet.prefixLength() + " dns=" + subnet.dns() + " suffix=" + subnet.dnsSuffix()
                + " ranges=" + subnet.ranges();
    }

    private static void addServices(Map<String, String> values, String at, EdgeServices services) {
        String[] lines = CanonicalForm.text(services).split("\n");
        for (int i = 0; i < lines.length; i++) {
            values.put(String.format("%s/services/%03d", at, i), lines[i]);
        }
    }

    private static void addVm(Map<String, String> values, Vm vm) {
        String at = "vm/" + vm.name();
        Vm.Hardware h = vm.hardware();
        values.put(at + "/description", vm.description());
        values.put(at + "/localId", vm.localId());
        values.put(
                at + "/power",
                vm.state() == PowerState.OFF_DEPLOYED ? "OFF" : vm.state().name());
        values.put(
                at + "/hardware",
                h.cpus() + " cpus of " + h.coresPerSocket() + " cores, " + h.memoryMb() + " MB, " + h.osType() + ", "
                        + h.version() + ", " + h.computerName());
        for (Vm.Nic nic : vm.nics()) {
            values.put(
                    at + "/nic/" + nic.index(),
                    nic.network() + " " + nic.mac() + " " + nic.address().orElse("-") + " " + nic.allocation() + " "
                            + (nic.connected() ? "connected" : "disconnected") + (nic.primary() ? " primary " : " ")
                            + nic.adapter());
        }
        List<Vm.Disk> disks = vm.disks();
        for (int i = 0; i < disks.size(); i++) {
            Vm.Disk disk = disks.get(i);
            values.put(at + "/disk/" + i, disk.capacityMb() + " MB " + disk.bus() + " unit " + disk.unit());
        }
        vm.media().forEach(m -> values.put(at + "/media/" + m, "inserted"));
        vm.properties().forEach((key, value) -> values.put(at + "/property/" + key, value));
        vm.metadata().forEach((key, value) -> values.put(at + "/metadata/" + key, value));
    }
}
