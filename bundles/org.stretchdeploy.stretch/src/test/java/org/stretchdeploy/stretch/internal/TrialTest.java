package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.Trial;
import org.stretchdeploy.api.TrialRequest;

/** Deploys that end by themselves unless somebody commits them. */
final class TrialTest {
    private static final Duration HALF_HOUR = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    private static Operation deploy(StretchWorld world, TargetWrites writes) {
        var request = StretchWorld.web().onTrial(Optional.of(new TrialRequest(HALF_HOUR, writes)));
        return world.run(world.service.deploy(request, Optional.empty()));
    }

    private static List<Operation> returns(StretchWorld world) {
        return world.service.operations(100).stream()
                .filter(o -> o.kind() == Operation.Kind.RETURN)
                .toList();
    }

    private static Trial trial(StretchWorld world, OperationId id) {
        return world.service.operation(id).trial().orElseThrow();
    }

    private static void later(StretchWorld world, Duration time) {
        world.clock.advance(time);
        world.service.look();
        world.node.dispatcher().runAll(20_000);
    }

    @Test
    void anUncommittedTrialReturnsByItselfWithItsWrites() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        Operation deployed = deploy(world, TargetWrites.KEEP);
        assertThat(deployed.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(trial(world, deployed.id()).state()).isEqualTo(Trial.State.RUNNING);
        assertThat(trial(world, deployed.id()).endsAt()).isPresent();
        assertThat(world.service.stretched()).allMatch(s -> s.trialEndsAt().isPresent());

        later(world, Duration.ofMinutes(29));
        assertThat(returns(world)).isEmpty();
        later(world, Duration.ofMinutes(2));

        assertThat(returns(world)).hasSize(1).allMatch(o -> o.state() == Operation.State.SUCCEEDED);
        assertThat(returns(world).get(0).steps()).anyMatch(s -> s.name().equals("transfer-package"));
        assertThat(trial(world, deployed.id()).state()).isEqualTo(Trial.State.RETURNED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.service.stretched()).isEmpty();
        assertThat(world.violations).isEmpty();
        later(world, HALF_HOUR);
        assertThat(returns(world)).hasSize(1);
    }

    @Test
    void aTrialWhoseWritesAreDiscardedStartsTheOriginalAndCopiesNothing() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        deploy(world, TargetWrites.DISCARD);
        later(world, HALF_HOUR.plusSeconds(1));

        Operation home = returns(world).get(0);
        assertThat(home.failure()).isEmpty();
        assertThat(home.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(home.steps())
                .noneMatch(s -> s.name().contains("package") || s.name().contains("copy"));
        assertThat(home.notices()).isEmpty();
        assertThat(world.source.live()).anyMatch(nic -> nic.vm().equals("web"));
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.tunnels.isEmpty()).isTrue();
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aCommitEndsTheTrialAndTheMachinesStay() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = deploy(world, TargetWrites.KEEP);
        world.service.commit(deployed.id());
        world.service.commit(deployed.id());
        later(world, HALF_HOUR.plusMinutes(5));
        assertThat(returns(world)).isEmpty();
        assertThat(trial(world, deployed.id()).state()).isEqualTo(Trial.State.COMMITTED);
        assertThat(world.target.live()).anyMatch(nic -> nic.vm().equals("web"));
        assertThat(world.bringBack("web").state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void aDeployCanBeCommittedWhileItStillRuns() {
        StretchWorld world = new StretchWorld(folder);
        var request = StretchWorld.web().onTrial(Optional.of(new TrialRequest(HALF_HOUR, TargetWrites.KEEP)));
        OperationId id = world.service.deploy(request, Optional.empty());
        assertThat(trial(world, id).state()).isEqualTo(Trial.State.PENDING);
        world.service.commit(id);
        assertThat(trial(world, id).state()).isEqualTo(Trial.State.COMMITTED);
        world.run(id);
        later(world, HALF_HOUR.plusMinutes(5));
        assertThat(trial(world, id).state()).isEqualTo(Trial.State.COMMITTED);
        assertThat(returns(world)).isEmpty();
    }

    @Test
    void theEndOfATrialSurvivesARestartOfTheController() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = deploy(world, TargetWrites.KEEP);
        world.clock.advance(Duration.ofHours(3));
        world.restart();
        assertThat(trial(world, deployed.id()).endsAt())
                .isEqualTo(deployed.trial().orElseThrow().endsAt());
        later(world, Duration.ZERO);
        assertThat(returns(world)).hasSize(1).allMatch(o -> o.state() == Operation.State.SUCCEEDED);
        assertThat(world.service.stretched()).isEmpty();
    }

    @Test
    void aTrialThatCannotReturnIsAnAlarmAndReturnsWhenItCan() {
        StretchWorld world = new StretchWorld(folder);
        Map<String, String> before = world.states();
        Operation deployed = deploy(world, TargetWrites.KEEP);
        world.packages.free = 0;
        later(world, HALF_HOUR.plusSeconds(1));
        assertThat(returns(world)).isEmpty();
        assertThat(trial(world, deployed.id()).state()).isEqualTo(Trial.State.OVERDUE);
        assertThat(world.service.operation(deployed.id()).alarms())
                .extracting(Alarm::code)
                .containsExactly(Alarm.TRIAL_OVERDUE);
        assertThat(world.service.stretched().get(0).alarms()).hasSize(1);
        assertThat(world.service.operation(deployed.id()).state()).isEqualTo(Operation.State.SUCCEEDED);

        world.packages.free = 1L << 40;
        later(world, Duration.ofMinutes(1));
        assertThat(world.service.operation(deployed.id()).alarms()).isEmpty();
        assertThat(trial(world, deployed.id()).state()).isEqualTo(Trial.State.RETURNED);
        assertThat(world.states()).isEqualTo(before);
    }

    @Test
    void aReturnThatGoesBackIsTriedAgainAfterAWhile() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = deploy(world, TargetWrites.KEEP);
        world.tunnels.silent = true;
        later(world, HALF_HOUR.plusSeconds(1));
        assertThat(returns(world)).hasSize(1).allMatch(o -> o.state() == Operation.State.COMPENSATED);
        world.service.look();
        assertThat(returns(world)).hasSize(1);
        assertThat(world.service.operation(deployed.id()).alarms()).hasSize(1);

        world.tunnels.silent = false;
        later(world, Duration.ofMinutes(2));
        assertThat(returns(world)).hasSize(2);
        assertThat(trial(world, deployed.id()).state()).isEqualTo(Trial.State.RETURNED);
        assertThat(world.violations).isEmpty();
    }

    @Test
    void whatIsNoTrialCannotBeCommitted() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = world.deploy("web");
        assertThat(deployed.trial()).isEmpty();
        assertThatThrownBy(() -> world.service.commit(deployed.id()))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("not-on-trial"));
    }

    @Test
    void aTrialThatIsOverCannotBeCommitted() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = deploy(world, TargetWrites.DISCARD);
        world.clock.advance(HALF_HOUR.plusSeconds(1));
        world.service.look();
        assertThat(trial(world, deployed.id()).state()).isEqualTo(Trial.State.RETURNING);
        assertThatThrownBy(() -> world.service.commit(deployed.id()))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("trial-over"));
        world.node.dispatcher().runAll(20_000);
        assertThatThrownBy(() -> world.service.commit(deployed.id()))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("trial-over"));
    }

    @Test
    void onlyTheMachinesOfTheTrialReturn() {
        StretchWorld world = new StretchWorld(folder);
        world.deploy("db");
        deploy(world, TargetWrites.DISCARD);
        later(world, HALF_HOUR.plusSeconds(1));
        assertThat(world.service.stretched()).hasSize(1);
        assertThat(world.service.stretched().get(0).vms()).containsExactly("db");
        assertThat(world.source.live()).anyMatch(nic -> nic.vm().equals("web"));
        assertThat(world.target.live()).anyMatch(nic -> nic.vm().equals("db"));
        assertThat(world.violations).isEmpty();
    }

    @Test
    void aCancelledReturnThatDiscardsLeavesTheMachineRunningInTheTarget() {
        StretchWorld world = new StretchWorld(folder);
        world.deploy("web");
        Map<String, String> before = world.states();
        var request =
                new ReturnRequest(new CloudName("private"), "shop", List.of("web"), List.of("*"), TargetWrites.DISCARD);
        OperationId id = world.service.bringBack(request, Optional.empty());
        while (world.service.operation(id).steps().stream()
                .noneMatch(s -> s.name().equals("open-home") && s.state() == Operation.StepState.DONE)) {
            assertThat(world.node.dispatcher().runNext()).isTrue();
        }
        world.service.cancel(id);
        assertThat(world.run(id).state()).isEqualTo(Operation.State.CANCELLED);
        assertThat(world.states()).isEqualTo(before);
        assertThat(world.violations).isEmpty();
    }
}
