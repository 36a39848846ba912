package org.stretchdeploy.lab;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.Operation;

/** Two controllers, each a Karaf of its own, on one PostgreSQL, in place of the lab's only one. */
final class TwoNodes implements AutoCloseable {
    private static final int DATABASE_PORT = 15432;
    private static final String FIRST = "node-a";
    private static final String SECOND = "node-b";

    private final Lab lab;
    private final Postgres database;
    private final List<ControllerProcess> nodes;

    /** The lab runs, and nothing is stretched. */
    TwoNodes(Lab lab) {
        this.lab = lab;
        this.database = new Postgres(lab.folder().state().resolve("postgres"), DATABASE_PORT);
        database.start();
        Seat.Shared shared = database.shared();
        this.nodes = List.of(
                node(new Seat(FIRST, 9453, 8111, 1109, Underlay.AGENT_PORT, Optional.of(shared))),
                node(new Seat(SECOND, 9463, 8121, 1119, Underlay.SECOND_AGENT_PORT, Optional.of(shared))));
    }

    private ControllerProcess node(Seat seat) {
        return new ControllerProcess(lab.folder(), lab.edges(), seat);
    }

    /** Takes the only controller down and brings both nodes up, with both clouds registered. */
    void up() {
        lab.controller().stop();
        lab.underlay().secondNode();
        nodes.forEach(ControllerProcess::launch);
        nodes.forEach(ControllerProcess::await);
        lab.ask(nodes.get(0));
        lab.register();
    }

    List<ControllerProcess> nodes() {
        return nodes;
    }

    Postgres database() {
        return database;
    }

    ControllerProcess named(String name) {
        return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    }

    ControllerProcess other(ControllerProcess node) {
        return nodes.get(1 - nodes.indexOf(node));
    }

    /** The node that has begun the newest step of an operation, or its undo; empty while none has. */
    Optional<ControllerProcess> owner(Operation operation) {
        List<Operation.StepState> now = List.of(Operation.StepState.RUNNING, Operation.StepState.UNDOING);
        return operation.steps().stream()
                .filter(step -> now.contains(step.state()))
                .flatMap(step -> step.node().stream())
                .findFirst()
                .map(this::named);
    }

    /** Ends what a lab that is taken down may have left. */
    static void down(LabFolder folder) {
        Spawned.stop(folder, FIRST);
        Spawned.stop(folder, SECOND);
    }

    @Override
    public void close() {
        down(lab.folder());
        database.close();
    }
}
