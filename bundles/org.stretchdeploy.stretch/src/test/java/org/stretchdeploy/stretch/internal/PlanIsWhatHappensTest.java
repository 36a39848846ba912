package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.Plan.Action;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.edge.EdgeDiff;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.memory.MemoryCloud;

/** The real difference of both clouds equals the planned one. */
final class PlanIsWhatHappensTest {
    @TempDir
    Path folder;

    private static Set<String> objects(MemoryCloud cloud) {
        Set<String> names = new TreeSet<>();
        cloud.inventory().vApps().forEach(entry -> {
            names.add("VApp " + entry.name());
            cloud.inventory().vApp(entry.id()).vms().stream()
                    .filter(vm -> !vm.name().startsWith("stretch-edge-"))
                    .forEach(vm -> names.add("Vm " + entry.name() + "/" + vm.name()));
        });
        return names;
    }

    private static EdgeServices gateway(MemoryCloud cloud) {
        var vdc = cloud.inventory().vdcs().get(0).id();
        var gateway = cloud.inventory().edgeGateways(vdc).get(0).id();
        return cloud.edges().read(new Edges.OrgEdge(gateway)).services();
    }

    private static Set<String> planned(Plan plan, String cloud, Action action) {
        return plan.changes().stream()
                .filter(c -> c.cloud().equals(cloud) && c.action() == action && !c.temporary())
                .filter(c -> Set.of("VApp", "Vm").contains(c.kind()))
                .map(c -> c.kind() + " " + c.name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> without(Set<String> all, Set<String> others) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    @Test
    void deployAndReturn() {
        StretchWorld world = new StretchWorld(folder);
        Plan plan = world.service.plan(StretchWorld.web());
        Set<String> source = objects(world.source);
        Set<String> target = objects(world.target);
        EdgeServices sourceGateway = gateway(world.source);
        EdgeServices targetGateway = gateway(world.target);

        Operation deployed = world.deploy("web");
        assertThat(deployed.steps())
                .extracting(Operation.Step::number)
                .isEqualTo(plan.steps().stream().map(Plan.PlannedStep::number).toList());
        assertThat(without(objects(world.target), target)).isEqualTo(planned(plan, "public", Action.CREATE));
        assertThat(without(objects(world.source), source))
                .isEqualTo(planned(plan, "private", Action.CREATE))
                .isEmpty();
        assertThat(without(source, objects(world.source)))
                .isEqualTo(planned(plan, "private", Action.DELETE))
                .isEmpty();
        assertGateway(
                plan,
                "private",
                sourceGateway,
                gateway(world.source),
                deployed.id().value());
        assertGateway(
                plan,
                "public",
                targetGateway,
                gateway(world.target),
                deployed.id().value());
        assertThat(planned(plan, "private", Action.CHANGE)).containsExactly("VApp shop", "Vm shop/web");

        Plan back = world.service.plan(new ReturnRequest(new CloudName("private"), "shop", List.of(), List.of("*")));
        Set<String> stretchedTarget = objects(world.target);
        world.bringBack();
        assertThat(without(stretchedTarget, objects(world.target))).isEqualTo(planned(back, "public", Action.DELETE));
        assertThat(objects(world.source)).isEqualTo(source);
    }

    /** Rule by rule: in the plan the appliance's address and the operation's id are words. */
    private static void assertGateway(
            Plan plan, String cloud, EdgeServices before, EdgeServices now, String operation) {
        List<String> planned = plan.changes().stream()
                .filter(c -> c.cloud().equals(cloud) && c.kind().equals("EdgeGateway"))
                .flatMap(c -> c.lines().stream())
                .map(l -> l.sign() + l.text())
                .toList();
        List<String> real = EdgeDiff.between(before, now).stream()
                .map(l -> l.sign() + l.text())
                .map(t -> t.replace("[stretch:" + operation + ":", "[stretch:operation:"))
                .map(t -> t.replaceAll("192\\.168\\.[12]\\.1[0-9]\\b", "<edge-appliance>"))
                .toList();
        assertThat(real).isEqualTo(planned);
    }
}
