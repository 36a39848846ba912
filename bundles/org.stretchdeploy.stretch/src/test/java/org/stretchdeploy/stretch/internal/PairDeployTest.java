package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
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

    @Test
    void theListenersSecondApplianceHasAPortOfItsOwn() {
        StretchWorld world = new StretchWorld(folder);
        world.tunnels.standby = Standby.BOTH;
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states().values())
                .anyMatch(state -> state.contains("tunnel-dnat") && state.contains("tunnel-dnat-standby"));
    }
}
