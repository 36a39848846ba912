package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.spi.memory.Fault;
import org.stretchdeploy.spi.memory.FaultPlan;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.workflow.testkit.CrashingJournal;
import org.stretchdeploy.workflow.testkit.SimulatedCrash;

/** The main job, over clouds in memory. */
final class DeployAndReturnTest {
    @TempDir
    Path folder;

    @Test
    void aDeployedVmRunsAtTheTargetAndReturnsToTheStateBefore() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();

        Operation deployed = world.deploy("web");
        assertThat(deployed.failure()).isEmpty();
        assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(deployed.continuity())
                .hasValueSatisfying(c -> assertThat(c.proven()).isTrue());
        assertThat(world.target.live()).anyMatch(nic -> nic.vm().equals("web"));
        assertThat(world.source.live()).noneMatch(nic -> nic.vm().equals("web"));

        Operation returned = world.bringBack();
        assertThat(returned.failure()).isEmpty();
        assertThat(returned.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(returned.notices()).isEmpty();
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.tunnels.isEmpty()).isTrue();
        assertThat(world.packages.isEmpty()).isTrue();
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aWholeVAppMovesAndReturns() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        assertThat(world.deploy().state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.target.live().stream().map(n -> n.vm()).distinct()).contains("web", "app", "db");
        assertThat(world.bringBack().state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void whatAMovingLeaseMakesDoubtfulIsAskedAgain() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.doubtful = question -> question.contains("-before-") && !question.contains("-before-3-");
        Operation deployed = world.deploy("web");
        assertThat(deployed.failure()).isEmpty();
        assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(deployed.continuity()).hasValueSatisfying(report -> assertThat(report.flows())
                .noneMatch(flow -> flow.evidence().contains("both ends")));
        assertThat(world.bringBack("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void whoCouldNotBeAskedIsAskedAgainAndNeverCountsAsSilent() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.notAsked = question -> question.contains("-before-") && !question.contains("-before-5-");
        Operation deployed = world.deploy("web");
        assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(deployed.continuity()).hasValueSatisfying(report -> assertThat(report.flows())
                .anyMatch(ContinuityReport.Flow::answeredBefore));
        world.tunnels.notAsked = question -> question.contains("-before-");
        Operation kept = world.bringBack("web");
        assertThat(kept.failure())
                .hasValueSatisfying(failure -> assertThat(failure.code()).isEqualTo("segment-not-asked"));
        world.tunnels.notAsked = question -> false;
        assertThat(world.bringBack("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void deployWithoutAnybodyWhoCanAskChangesNothing() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.notAsked = question -> question.contains("-before-");
        Operation deployed = world.deploy("web");
        assertThat(deployed.failure()).hasValueSatisfying(failure -> {
            assertThat(failure.code()).isEqualTo("segment-not-asked");
            assertThat(failure.message()).contains("the peer does not answer");
        });
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void rowThatOnlyFailedForAWhileIsNotToldAsTheOneThatFailed() {
        StretchWorld world = new StretchWorld(folder);
        world.source.faults(FaultPlan.at(1, Fault.FAIL_BEFORE));
        world.restart("node", 60, CrashingJournal.Side.AFTER);
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.empty());
        assertThatThrownBy(() -> world.run(id)).isInstanceOf(SimulatedCrash.class);
        world.restart();
        Operation ended = world.run(id);
        assertThat(ended.state()).isEqualTo(Operation.State.COMPENSATED);
        String furthest = ended.steps().stream()
                .filter(step -> step.startedAt().isPresent())
                .reduce((earlier, later) -> later)
                .map(Operation.Step::number)
                .orElseThrow();
        assertThat(ended.failure()).hasValueSatisfying(failure -> {
            assertThat(failure.code()).isEqualTo("interrupted");
            assertThat(failure.step()).isEqualTo(furthest);
        });
    }

    @Test
    void tunnelWithDatagramsHasItsUdpPortOpenedAndClosed() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        world.tunnels.transport = Transport.AUTO;
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.tunnels.configured()).hasSize(2).allMatch(end -> end.transport() == Transport.AUTO);
        assertThat(world.states().values()).anyMatch(state -> state.contains("tunnel-udp-dnat"));
        world.tunnels.transport = Transport.TLS;
        assertThat(world.bringBack("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aSecondDeployJoinsTheStretchAndTheLastReturnEndsIt() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.deploy("db").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.bringBack("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.service.stretched()).hasSize(1);
        assertThat(world.bringBack("db").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(world.service.stretched()).isEmpty();
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }
}
