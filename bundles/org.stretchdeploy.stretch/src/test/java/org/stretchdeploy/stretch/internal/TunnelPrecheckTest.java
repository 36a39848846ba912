package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.stretchdeploy.stretch.internal.PrecheckTest.blocks;
import static org.stretchdeploy.stretch.internal.PrecheckTest.found;
import static org.stretchdeploy.stretch.internal.PrecheckTest.warns;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TunnelTransport;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.tunnel.control.Transport;

/** The findings about what carries a tunnel and how many appliances its ends get. */
final class TunnelPrecheckTest {
    @TempDir
    Path folder;

    private static StretchRequest request(String vm) {
        return StretchRequest.of(new CloudName("private"), "shop", List.of(vm), new CloudName("public"));
    }

    @Test
    void tunnels() {
        StretchRequest datagrams = request("web").transport(Optional.of(TunnelTransport.DATAGRAM));
        StretchWorld pair = new StretchWorld(folder);
        pair.tunnels.standby = Standby.SOURCE;
        blocks("pair-speaks-tls", pair, datagrams);
        pair.tunnels.transport = Transport.AUTO;
        assertThat(found("pair-speaks-tls", pair, request("web")).severity()).isEqualTo(Finding.Severity.INFO);
        StretchWorld open = new StretchWorld(folder);
        open.deploy("web");
        blocks("transport-differs", open, request("db").transport(Optional.of(TunnelTransport.DATAGRAM)));
        StretchWorld full = new StretchWorld(folder);
        takePorts(full.target, "4443-13443");
        assertThat(full.service.plan(request("web")).findings()).isEmpty();
        full.tunnels.standby = Standby.TARGET;
        warns("no-second-port", full, request("web"));
        assertThat(full.service.plan(datagrams).executable())
                .as("a pair that does not come about forbids no datagrams")
                .isTrue();
    }

    /** A rule of somebody's own for TCP ports of the edge gateway's first address. */
    static void takePorts(MemoryCloud cloud, String ports) {
        var gateway = cloud.inventory()
                .edgeGateways(cloud.inventory().vdcs().get(0).id())
                .get(0);
        cloud.person()
                .addNatRule(
                        new Edges.OrgEdge(gateway.id()),
                        new NatRule(
                                "",
                                "taken",
                                true,
                                NatRule.Type.DNAT,
                                "TCP",
                                gateway.externalAddresses().get(0),
                                ports,
                                "192.168.1.99",
                                ports,
                                Optional.empty(),
                                NatRule.FirewallMatch.BYPASS));
    }
}
