package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.spi.Tunnels.L2VpnTunnel;
import org.stretchdeploy.spi.Tunnels.SessionMode;
import org.stretchdeploy.spi.Tunnels.StretchedNetwork;

/** Chapter 7: native layer-2 VPN. Without the capability every rule is that there is no such role. */
public abstract class TunnelConformance extends ConformanceTest {
    private Optional<Tunnels> tunnels() {
        assertThat(cloud.tunnels().isPresent())
                .as("the role is there exactly when L2_VPN is declared")
                .isEqualTo(has(Capability.L2_VPN));
        return cloud.tunnels();
    }

    private L2VpnTunnel server() {
        String local = cloud.inventory().edgeGateways(subject.vdc()).stream()
                .filter(gateway -> gateway.id().equals(subject.edgeGateway()))
                .findFirst()
                .orElseThrow()
                .externalAddresses()
                .get(0);
        OrgVdcNetwork network = cloud.inventory().networks(subject.vdc()).stream()
                .filter(candidate -> candidate.name().equals(subject.network()))
                .findFirst()
                .orElseThrow();
        return new L2VpnTunnel(
                Optional.empty(),
                name("tunnel"),
                SessionMode.SERVER,
                true,
                local,
                "192.0.2.99",
                Optional.empty(),
                Optional.of("kit-" + Long.toString(System.nanoTime(), 36)),
                List.of(new StretchedNetwork(network.id(), network.name(), 0)));
    }

    private ObjectId made(Tunnels tunnels, L2VpnTunnel tunnel) {
        ObjectId id = done(() -> tunnels.create(subject.edgeGateway(), tunnel, tag("tunnel")));
        assertThat(id).as("the owner of the task is the tunnel").isNotNull();
        later(() -> done(() -> tunnels.delete(subject.edgeGateway(), id)));
        return id;
    }

    @Test
    void rule_7_1_theRoleIsThereExactlyWhenItIsDeclared() {
        tunnels();
    }

    @Test
    void rule_7_2_makingAnEndIsIdempotentByTag() {
        tunnels().ifPresent(tunnels -> {
            L2VpnTunnel tunnel = server();
            ObjectId first = made(tunnels, tunnel);
            ObjectId second = done(() -> tunnels.create(subject.edgeGateway(), tunnel, tag("tunnel")));
            assertThat(second).isEqualTo(first);
            assertThat(tunnels.list(subject.edgeGateway()))
                    .filteredOn(end -> end.name().startsWith(name("tunnel")))
                    .hasSize(1);
        });
    }

    @Test
    void rule_7_3_deletingAnAbsentEndSucceeds() {
        tunnels().ifPresent(tunnels -> {
            ObjectId id = made(tunnels, server());
            done(() -> tunnels.delete(subject.edgeGateway(), id));
            done(() -> tunnels.delete(subject.edgeGateway(), id));
            assertThat(tunnels.find(subject.edgeGateway(), id)).isEmpty();
        });
    }

    @Test
    void rule_7_4_aServerEndGivesAPeerCodeAndAStatus() {
        tunnels().ifPresent(tunnels -> {
            ObjectId id = made(tunnels, server());
            L2VpnTunnel read = tunnels.find(subject.edgeGateway(), id).orElseThrow();
            assertThat(read.mode()).isEqualTo(SessionMode.SERVER);
            assertThat(read.peerCode()).isPresent();
            assertThat(read.networks()).extracting(StretchedNetwork::name).containsExactly(subject.network());
            assertThat(tunnels.runtimeStatus(subject.edgeGateway(), id)).isIn("UP", "DOWN", "UNKNOWN");
            assertThat(read.toString()).doesNotContain(read.peerCode().get());
        });
    }
}
