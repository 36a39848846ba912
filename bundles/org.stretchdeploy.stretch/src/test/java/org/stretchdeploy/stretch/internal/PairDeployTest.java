package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.End;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl.Peer;

/** A second edge appliance at one end or both: planned, placed, enrolled, configured, and gone after the way home. */
final class PairDeployTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Standby.class)
    void secondAppliancesComeAndGo(Standby standby) {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.standby = standby;
        Plan plan = world.service.plan(StretchWorld.web());
        long planned = plan.changes().stream()
                .flatMap(change -> change.lines().stream())
                .filter(line -> line.text().contains("-standby: edge appliance"))
                .count();
        int second = (standby.at(Side.SOURCE) ? 1 : 0) + (standby.at(Side.TARGET) ? 1 : 0);
        assertThat(planned).isEqualTo(second);
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        List<End> ends = world.tunnels.configured();
        assertThat(ends).hasSize(2 + second);
        if (second == 0) {
            assertThat(ends).allMatch(end -> end.pair().isEmpty());
        } else {
            assertThat(ends).allSatisfy(end -> assertThat(end.pair()).isPresent());
            assertThat(ends.stream().map(end -> end.networks().get(0).nicMac())).doesNotHaveDuplicates();
        }
        ends.forEach(end -> end.pair().ifPresent(pair -> {
            boolean source = end.networks().get(0).sourceSide();
            assertThat(pair.member() > 0).isEqualTo(standby.at(source ? Side.SOURCE : Side.TARGET));
            assertThat(pair.peers()).hasSize(standby.at(source ? Side.TARGET : Side.SOURCE) ? 2 : 1);
            assertThat(pair.peers().get(0).agent()).isEqualTo(end.peer());
            if (!end.listen()) {
                assertThat(pair.peers().stream().map(Peer::port))
                        .allMatch(port -> port > 0)
                        .doesNotHaveDuplicates();
            }
        }));
        world.tunnels.standby = Standby.NONE;
        assertThat(world.deploy("db").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.tunnels.configured()).hasSize(2 + second);
        assertThat(world.bringBack("web", "db").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.tunnels.isEmpty()).isTrue();
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SOURCE, 1", "SOURCE, 60", "TARGET, 1", "TARGET, 60"})
    void aLostApplianceHoldsUpNeitherAReturnNorADeployThatJoins(Side side, int seconds) {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.standby = Standby.BOTH;
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        world.tunnels.lose(world.tunnels.first(side));
        world.clock.advance(Duration.ofSeconds(seconds));
        assertSeen(world.deploy("db"), side);
        world.clock.advance(Duration.ofSeconds(seconds));
        assertSeen(world.bringBack("web", "db"), side);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.tunnels.isEmpty()).isTrue();
    }

    /** Continuity was proven, also as seen from this side. */
    private static void assertSeen(Operation end, Side side) {
        assertThat(end.failure()).isEmpty();
        assertThat(end.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(end.continuity().orElseThrow().flows())
                .filteredOn(flow -> flow.name().contains(side.name().toLowerCase(Locale.ROOT) + " side"))
                .anyMatch(ContinuityReport.Flow::answeredBefore);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void anApplianceLostInTheMiddleOfADeployHoldsItUpNoLongerThanItsWordLasts(Side side) {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.standby = Standby.BOTH;
        world.tunnels.fatal = end -> end.networks().get(0).sourceSide() == (side == Side.SOURCE)
                && !end.networks().get(0).fencedMacs().isEmpty();
        Instant begun = world.clock.instant();
        assertSeen(world.deploy("web"), side);
        assertThat(Duration.between(begun, world.clock.instant())).isLessThan(Duration.ofMinutes(10));
        world.tunnels.fatal = end -> false;
        assertSeen(world.bringBack("web"), side);
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void anEndWithoutASecondPortSaysSoInPlanAndResult() {
        StretchWorld world = new StretchWorld(folder);
        TunnelPrecheckTest.takePorts(world.target, "4443-13443");
        Map<String, String> before = world.states();
        world.tunnels.standby = Standby.BOTH;
        Operation deployed = world.deploy("web");
        assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(deployed.notices()).singleElement().asString().contains("one edge appliance instead of two");
        assertThat(world.tunnels.configured()).hasSize(3);
        assertThat(world.deploy("db").notices()).as("it opens no tunnel").isEmpty();
        assertThat(world.bringBack("web", "db").notices()).isEmpty();
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void anAddressWithTwoFreePortsIsPreferredForTwoAppliances() {
        StretchWorld world = new StretchWorld(
                folder,
                ShopClouds.source("private"),
                MemoryCloud.builder("public")
                        .vdc("public-vdc")
                        .edgeGateway("public-vdc", "public-edge", "198.51.100.10", "198.51.100.11")
                        .routedNetwork(
                                "public-vdc",
                                "public-net",
                                "public-edge",
                                new Subnet("192.168.2.1", 24, List.of(), "", List.of("192.168.2.10-192.168.2.50"))));
        TunnelPrecheckTest.takePorts(world.target, "4443-13443");
        assertThat(world.service.plan(StretchWorld.web()).summary()).contains("198.51.100.10:443");
        world.tunnels.standby = Standby.TARGET;
        Plan plan = world.service.plan(StretchWorld.web());
        assertThat(plan.summary()).contains("198.51.100.11:443");
        assertThat(plan.findings()).isEmpty();
    }

    @Test
    void theSecondAppliancesNeedRoomOfTheirOwn() {
        Subnet tight = new Subnet("192.168.2.1", 24, List.of(), "", List.of("192.168.2.10-192.168.2.11"));
        StretchWorld world = new StretchWorld(
                folder,
                ShopClouds.source("private"),
                MemoryCloud.builder("public")
                        .vdc("public-vdc", 100_000, 64_000, 2, true)
                        .edgeGateway("public-vdc", "public-edge", "198.51.100.10")
                        .routedNetwork("public-vdc", "public-net", "public-edge", tight));
        assertThat(world.service.plan(StretchWorld.web()).findings()).isEmpty();
        world.tunnels.standby = Standby.TARGET;
        assertThat(world.service.plan(StretchWorld.web()).findings())
                .extracting(Finding::id)
                .containsExactlyInAnyOrder("no-uplink-address", "no-target-quota");
    }

    @Test
    void theListenersSecondApplianceHasAPortOfItsOwn() {
        StretchWorld world = new StretchWorld(folder);
        world.tunnels.standby = Standby.BOTH;
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states().values())
                .anyMatch(state -> state.contains("tunnel-dnat") && state.contains("tunnel-dnat-standby"));
    }
}
