package org.stretchdeploy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.cli.ProblemException;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Vm;

/** Deploys and returns at two nodes, of which one is killed, on a database that is stopped. */
final class TwoNodesDrill {
    private static final Set<PowerState> OFF = Set.of(PowerState.OFF, PowerState.OFF_DEPLOYED);
    private static final Duration TAKEN_OVER = Duration.ofSeconds(15);
    private static final Duration LONG = Duration.ofMinutes(4);

    /** Longer than a node that cannot write its heartbeat keeps an operation, so that the other might take it. */
    private static final Duration DATABASE_AWAY = Duration.ofSeconds(8);

    private final TwoNodes nodes;
    private final PrintStream out;

    TwoNodesDrill(TwoNodes nodes, PrintStream out) {
        this.nodes = nodes;
        this.out = out;
    }

    private static boolean begun(Operation operation, String number) {
        return operation.steps().stream()
                .anyMatch(s -> s.number().startsWith(number) && s.startedAt().isPresent());
    }

    private String submit(ControllerProcess at, Map<String, Object> body) {
        return at.client()
                .orElseThrow()
                .post("/operations", body, Map.of())
                .path("id")
                .asText();
    }

    /** The operation when it is as wished, seen from a node. */
    private Operation await(ControllerProcess node, String id, String what, Predicate<Operation> wish) {
        Operation[] seen = new Operation[1];
        Wait.until(LONG, what, () -> {
            Optional<Operation> now = node.operation(id);
            now.ifPresent(operation -> seen[0] = operation);
            return now.filter(wish).isPresent();
        });
        return seen[0];
    }

    /** @param heir the node that is left, when one was killed */
    record Taken(ControllerProcess heir, Operation.State end) {}

    /**
     * Kills the node that has an operation when a row of that number has begun. The other has to have it in time and bring
     * it to an end by itself; from then on nothing is begun by the dead one.
     */
    Taken kill(Map<String, Object> body, String number) {
        String id = submit(nodes.nodes().get(0), body);
        Operation then = await(nodes.nodes().get(0), id, "row " + number, o -> begun(o, number));
        ControllerProcess dead = nodes.owner(then).orElseThrow();
        ControllerProcess heir = nodes.other(dead);
        dead.kill();
        long killed = System.nanoTime();
        await(heir, id, "the other node to take over", o -> ranOn(o, heir));
        Duration taken = Duration.ofNanos(System.nanoTime() - killed);
        Operation ended = await(heir, id, "the end", o -> o.state().ended());
        out.printf(
                "killed %s at %s: taken over after %.1f s, %s after %.1f s%n",
                dead.name(), number, taken.toMillis() / 1e3, ended.state(), (System.nanoTime() - killed) / 1e9);
        assertThat(taken).as("taken over").isLessThan(TAKEN_OVER);
        assertThat(intents(heir, id, dead))
                .as("what the dead node did after the other had begun to")
                .isEmpty();
        return new Taken(heir, ended.state());
    }

    /** The original is off and unplugged, as an admin of its cloud sees it. */
    static boolean isFenced(Cloud source, String vm) {
        return source.inventory().vApps().stream()
                .flatMap(entry -> source.inventory().vApp(entry.id()).vms().stream())
                .filter(each -> each.name().equals(vm))
                .allMatch(each ->
                        OFF.contains(each.state()) && each.nics().stream().noneMatch(Vm.Nic::connected));
    }

    private static boolean ranOn(Operation operation, ControllerProcess node) {
        return operation.steps().stream()
                .anyMatch(s -> s.node().filter(node.name()::equals).isPresent());
    }

    /** What a node did after the other one had begun to; from the events of the operation. */
    private static List<String> intents(ControllerProcess at, String id, ControllerProcess node) {
        boolean[] passed = new boolean[1];
        return at
                .client()
                .orElseThrow()
                .get("/operations/" + id + "/events?wait=0")
                .path("events")
                .findParents("type")
                .stream()
                .filter(event -> event.path("type").asText().startsWith("step-"))
                .filter(event -> {
                    String by = event.path("data").path("node").asText();
                    passed[0] |= !by.isEmpty() && !by.equals(node.name());
                    return passed[0] && by.equals(node.name());
                })
                .map(event -> event.toString())
                .toList();
    }

    /** Stops the database when a row of that number has begun; meanwhile calls are told so, and the operation succeeds. */
    Operation databaseAway(ControllerProcess at, Map<String, Object> body, String number) {
        String id = submit(at, body);
        await(at, id, "row " + number, o -> begun(o, number));
        nodes.database().stop();
        long stopped = System.nanoTime();
        ProblemException told = catchThrowableOfType(
                ProblemException.class, () -> at.client().orElseThrow().get("/operations"));
        assertThat(told.status()).isEqualTo(503);
        assertThat(told.problem().path("code").asText()).isEqualTo("store-unavailable");
        Wait.until(
                DATABASE_AWAY.plusSeconds(10),
                "the outage to last",
                () -> System.nanoTime() - stopped > DATABASE_AWAY.toNanos());
        nodes.database().start();
        Operation ended = await(at, id, "the end", o -> o.state().ended());
        out.printf(
                "database away at %s: %s after %.1f s%n", number, ended.state(), (System.nanoTime() - stopped) / 1e9);
        return ended;
    }
}
