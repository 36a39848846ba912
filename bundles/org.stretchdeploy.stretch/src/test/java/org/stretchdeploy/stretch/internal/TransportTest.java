package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TunnelTransport;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.model.DeployPlan.TunnelPlan;
import org.stretchdeploy.tunnel.control.Transport;

/** What carries a tunnel is said by the deploy that opens it, or else by the controller's setting, and stays so. */
final class TransportTest {
    @TempDir
    Path folder;

    private static Operation deploy(StretchWorld world, TunnelTransport asked) {
        return world.run(world.service.deploy(StretchWorld.web().transport(Optional.of(asked)), Optional.empty()));
    }

    private static void speaks(StretchWorld world, Transport transport) {
        assertThat(world.tunnels.configured()).isNotEmpty().allMatch(end -> end.transport() == transport);
        assertThat(world.states().values().stream().anyMatch(state -> state.contains("tunnel-udp-dnat")))
                .as("a way for datagrams")
                .isEqualTo(transport != Transport.TLS);
    }

    @Test
    void theRequestDecidesAndTheSettingWhereItSaysNothing() {
        for (TunnelTransport asked : TunnelTransport.values()) {
            StretchWorld world = new StretchWorld(folder);
            Map<String, String> before = world.states();
            world.tunnels.transport = asked == TunnelTransport.TLS ? Transport.DATAGRAM : Transport.TLS;
            assertThat(deploy(world, asked).state()).isEqualTo(Operation.State.SUCCEEDED);
            speaks(world, Transport.valueOf(asked.name()));
            world.bringBack("web");
            assertThat(world.states()).isEqualTo(before);
            world.deploy("web");
            speaks(world, world.tunnels.transport);
            assertThat(world.violations).isEmpty();
        }
    }

    @Test
    void thePlanSaysIt() {
        StretchWorld world = new StretchWorld(folder);
        assertThat(world.service.plan(StretchWorld.web()).summary()).endsWith("; its frames go over TLS.");
        assertThat(summary(world, TunnelTransport.DATAGRAM))
                .endsWith("; its frames go over datagrams, and over TLS where these do not pass.");
        assertThat(summary(world, TunnelTransport.AUTO))
                .endsWith("; its frames go over TLS, and over datagrams while packets are lost.");
        world.tunnels.standby = Standby.TARGET;
        assertThat(summary(world, TunnelTransport.AUTO))
                .endsWith("; its frames go over TLS, for an end has two appliances.");
    }

    private static String summary(StretchWorld world, TunnelTransport asked) {
        return world.service
                .plan(StretchWorld.web().transport(Optional.of(asked)))
                .summary();
    }

    @Test
    void otherSettingsAndRestartsChangeNothingOfAnOpenTunnel() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        OperationId id =
                world.service.deploy(StretchWorld.web().transport(Optional.of(TunnelTransport.AUTO)), Optional.empty());
        world.tunnels.transport = Transport.DATAGRAM;
        world.restart();
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        speaks(world, Transport.AUTO);
        assertThat(world.deploy("db").state()).isEqualTo(Operation.State.SUCCEEDED);
        speaks(world, Transport.AUTO);
        world.restart();
        assertThat(world.bringBack("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        speaks(world, Transport.AUTO);
        assertThat(world.bringBack("db").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void aDeployThatJoinsMayNameOnlyTheTransportOfTheTunnel() {
        StretchWorld world = new StretchWorld(folder);
        deploy(world, TunnelTransport.DATAGRAM);
        var db = StretchRequest.of(new CloudName("private"), "shop", List.of("db"), new CloudName("public"));
        var refused = catchThrowableOfType(
                StretchException.class,
                () -> world.service.deploy(db.transport(Optional.of(TunnelTransport.TLS)), Optional.empty()));
        assertThat(refused.findings()).extracting(Finding::id).containsExactly("transport-differs");
        assertThat(world.run(world.service.deploy(
                                db.transport(Optional.of(TunnelTransport.DATAGRAM)), Optional.empty()))
                        .state())
                .isEqualTo(Operation.State.SUCCEEDED);
        speaks(world, Transport.DATAGRAM);
    }

    @Test
    void theSameKeyWithAnotherTransportIsAnotherRequest() {
        StretchWorld world = new StretchWorld(folder);
        world.service.deploy(StretchWorld.web(), Optional.of("k"));
        var refused = catchThrowableOfType(
                StretchException.class,
                () -> world.service.deploy(
                        StretchWorld.web().transport(Optional.of(TunnelTransport.AUTO)), Optional.of("k")));
        assertThat(refused.code()).isEqualTo("idempotency-key-reused");
    }

    @Test
    void plansOfOldAreReadAsTheyWereMeant() throws Exception {
        var json = Json.mapper();
        String old =
                "{\"listener\":\"TARGET\",\"externalAddress\":\"198.51.100.10\",\"externalPort\":443,\"listenPort\":443";
        assertThat(json.readValue(old + "}", TunnelPlan.class)).isEqualTo(plan(Transport.TLS, Standby.NONE, 0));
        assertThat(json.readValue(
                        old + ",\"transport\":\"auto\",\"standby\":\"SOURCE\",\"standbyPort\":0}", TunnelPlan.class))
                .isEqualTo(plan(Transport.AUTO, Standby.SOURCE, 0));
        TunnelPlan now = plan(Transport.DATAGRAM, Standby.BOTH, 4443);
        assertThat(json.readValue(json.writeValueAsString(now), TunnelPlan.class))
                .isEqualTo(now);
    }

    private static TunnelPlan plan(Transport transport, Standby standby, int port) {
        return new TunnelPlan(Side.TARGET, "198.51.100.10", 443, 443, transport, standby, port, standby);
    }
}
