package org.stretchdeploy.stretch.internal.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.model.TunnelSettings;

/**
 * Everything that prechecks and plan look at, read once.
 *
 * @param vms            the VMs to move
 * @param missingVms     names in the request that the vApp does not have
 * @param stretch        the stretch of this vApp, when there is one
 * @param services       services of the edges: {@code source/<network>}, {@code source-gateway}, {@code target-gateway}
 * @param stagingBytes   room in the node's staging area
 * @param runningOperation another operation that holds the vApp
 * @param takenTunnels   locks of the tunnel ends that operations under way have planned but maybe not made yet
 * @param settings       what the controller is set to for new tunnels
 */
public record Survey(
        StretchRequest request,
        VApp vApp,
        List<Vm> vms,
        List<String> missingVms,
        Site source,
        Site target,
        Optional<Stretch> stretch,
        Map<String, EdgeServices> services,
        long stagingBytes,
        Optional<String> runningOperation,
        Set<String> takenTunnels,
        TunnelSettings settings) {

    /**
     * One cloud.
     *
     * @param vdc        the chosen organization VDC; absent when it is unknown or ambiguous
     * @param vdcs       all that our account sees
     * @param uplink     the chosen uplink network
     * @param gateway    the edge gateway that routes it
     * @param vAppNames  names of the vApps that are there
     * @param macs       MAC addresses in use, with who uses them
     */
    public record Site(
            String cloud,
            Set<Capability> capabilities,
            Duration clockSkew,
            Optional<OrgVdc> vdc,
            List<OrgVdc> vdcs,
            List<OrgVdcNetwork> networks,
            Optional<OrgVdcNetwork> uplink,
            Optional<EdgeGateway> gateway,
            Set<String> vAppNames,
            Map<String, String> macs) {}

    public long diskMb() {
        return vms.stream()
                .flatMap(vm -> vm.disks().stream())
                .filter(d -> !d.independent())
                .mapToLong(Vm.Disk::capacityMb)
                .sum();
    }

    /** Names of the vApp networks that the VMs to move are on. */
    public List<String> networkNames() {
        return vms.stream()
                .flatMap(vm -> vm.nics().stream())
                .map(Vm.Nic::network)
                .filter(n -> !n.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }
}
