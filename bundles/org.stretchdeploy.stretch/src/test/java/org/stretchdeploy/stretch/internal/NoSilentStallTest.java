package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Metric;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.run.ReturnTable;
import org.stretchdeploy.workflow.Row;

/** An operation that does not move says so within a minute: state, event, metric; and stops saying so when it moves. */
final class NoSilentStallTest {
    /** How often the engine looks. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private static double metric(StretchWorld world, String name, Map<String, String> labels) {
        return world.service.metrics().stream()
                .filter(m -> m.name().equals(name))
                .flatMap(m -> m.samples().stream())
                .filter(s -> s.labels().equals(labels))
                .mapToDouble(Metric.Sample::value)
                .sum();
    }

    private static void pass(StretchWorld world, Duration time) {
        Instant end = world.clock.instant().plus(time);
        while (world.clock.instant().isBefore(end)) {
            world.node.dispatcher().runFor(LOOK);
            world.node.watch();
        }
    }

    private static List<String> codes(Operation operation) {
        return operation.alarms().stream().map(Alarm::code).toList();
    }

    @Test
    void aWaitWithoutProgressRaisesTheAlarmWithinAMinuteAndEndsItWhenItMoves() {
        StretchWorld world = new StretchWorld(folder);
        List<OperationEvent> events = new ArrayList<>();
        world.tunnels.silent = true;
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.empty());
        world.service.follow(id, 0, events::add);
        while (world.service.operation(id).steps().stream()
                .noneMatch(s -> s.name().equals("tunnel-up") && s.state() == Operation.StepState.RUNNING)) {
            assertThat(world.node.dispatcher().runNext()).isTrue();
        }
        assertThat(codes(world.service.operation(id))).isEmpty();
        assertThat(metric(world, "stretch_operations_stalled", Map.of())).isZero();

        pass(world, Duration.ofSeconds(60));
        Operation stalled = world.service.operation(id);
        assertThat(codes(stalled)).containsExactly(Alarm.STALLED);
        assertThat(stalled.alarms().get(0).message()).contains("No progress since", "Step 1.5.2");
        assertThat(world.service.operations(10).get(0).alarms()).hasSize(1);
        assertThat(events).extracting(OperationEvent::type).contains("stalled");
        assertThat(metric(world, "stretch_operations_stalled", Map.of())).isEqualTo(1);
        assertThat(metric(world, "stretch_alarms", Map.of("code", Alarm.STALLED)))
                .isEqualTo(1);
        assertThat(metric(world, "stretch_stalls_total", Map.of("kind", "deploy")))
                .isEqualTo(1);

        world.tunnels.silent = false;
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(codes(world.service.operation(id))).isEmpty();
        assertThat(metric(world, "stretch_operations_stalled", Map.of())).isZero();
        assertThat(metric(world, "stretch_alarms", Map.of("code", Alarm.STALLED)))
                .isZero();
    }

    @Test
    void retriesAgainstACloudThatDoesNotAnswerAreNoProgress() {
        StretchWorld world = new StretchWorld(folder);
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.empty());
        while (world.service.operation(id).steps().stream()
                .noneMatch(s -> s.name().equals("create-temporary-vapp") && s.state() == Operation.StepState.RUNNING)) {
            assertThat(world.node.dispatcher().runNext()).isTrue();
        }
        world.source.reachable(false);
        pass(world, Duration.ofSeconds(60));
        assertThat(codes(world.service.operation(id))).containsExactly(Alarm.STALLED);
        world.source.reachable(true);
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
    }

    @Test
    void theMetricsTellOperationsStepsBytesAndDurations() {
        StretchWorld world = new StretchWorld(folder);
        world.deploy("web");
        world.bringBack();
        assertThat(metric(world, "stretch_operations", Map.of("kind", "deploy", "state", "SUCCEEDED")))
                .isEqualTo(1);
        assertThat(metric(world, "stretch_operations", Map.of("kind", "return", "state", "SUCCEEDED")))
                .isEqualTo(1);
        assertThat(metric(
                        world,
                        "stretch_steps_total",
                        Map.of("kind", "deploy", "step", "fence-source", "outcome", "done")))
                .isEqualTo(1);
        assertThat(metric(
                        world,
                        "stretch_step_seconds_total",
                        Map.of("kind", "deploy", "step", "copy-vm", "outcome", "done")))
                .isPositive();
        assertThat(metric(world, "stretch_operation_seconds_total", Map.of("kind", "deploy", "state", "SUCCEEDED")))
                .isPositive();
        assertThat(metric(world, "stretch_bytes_total", Map.of("kind", "deploy", "step", "publish-package")))
                .isPositive();
    }

    /** Every row of both tables, for one and for many machines, joined or not, copied or discarded. */
    @Test
    void everyAwaitHasADeadlineAndEveryRowAHeartbeatBelowAMinute() {
        StretchWorld world = new StretchWorld(folder);
        var deploys = new ArrayList<Row<DeployPlan>>();
        var returns = new ArrayList<Row<ReturnPlan>>();
        var deployTable = DeployTable.with(world.parts);
        var returnTable = ReturnTable.with(world.parts);
        world.service.deploy(
                StretchRequest.of(new CloudName("private"), "shop", List.of("web"), new CloudName("public")),
                Optional.empty());
        world.node.dispatcher().runAll(20_000);
        world.bringBack();
        world.node.engine().list(10).forEach(o -> {
            if (o.workflow().equals(DeployTable.NAME)) {
                deploys.addAll(deployTable.rows(deployTable.decode(o.input())));
            } else {
                returns.addAll(returnTable.rows(returnTable.decode(o.input())));
            }
        });
        assertThat(deploys).hasSizeGreaterThan(30);
        assertThat(returns).hasSizeGreaterThan(30);
        assertThat(deploys)
                .allMatch(r -> r.kind() != Row.Kind.AWAIT || r.deadline().isPresent());
        assertThat(returns)
                .allMatch(r -> r.kind() != Row.Kind.AWAIT || r.deadline().isPresent());
        Duration most = Duration.ofSeconds(60).minus(LOOK);
        assertThat(deploys).allMatch(r -> r.heartbeat().compareTo(most) <= 0);
        assertThat(returns).allMatch(r -> r.heartbeat().compareTo(most) <= 0);
    }
}
