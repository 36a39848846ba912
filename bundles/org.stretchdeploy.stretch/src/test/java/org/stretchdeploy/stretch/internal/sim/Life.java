package org.stretchdeploy.stretch.internal.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.stretch.internal.StretchWorld;
import org.stretchdeploy.stretch.internal.sim.Trouble.Death;
import org.stretchdeploy.workflow.testkit.CrashingJournal.Side;
import org.stretchdeploy.workflow.testkit.SimulatedCrash;

/** The life of one operation under trouble, over as many controllers as it takes. Not thread-safe. */
final class Life {
    private static final int MOST_TURNS = 20_000;
    private static final int MOST_RETRIES = 3;

    private final StretchWorld world;
    private final Random random;
    private final StringBuilder story;
    private final Faults faults;
    private final People people;
    /** Whether the clouds have no clock, so that time for their tasks has to be let pass. */
    private final boolean polled;

    private final Collection<String> ran;
    private final List<String> violations = new ArrayList<>();
    private Deque<Death> deaths = new ArrayDeque<>();
    private OperationId operation = new OperationId("none");
    private int nodes;
    private long writes;
    private boolean takenOver;
    private OnStop onStop = OnStop.EITHER;

    /** What an operator does with an operation that has stopped at a failure. */
    enum OnStop {
        RETRY,
        CANCEL,
        /** One of both, by the seed. */
        EITHER
    }

    Life(
            StretchWorld world,
            Random random,
            StringBuilder story,
            Faults faults,
            People people,
            boolean polled,
            Collection<String> ran) {
        this.world = world;
        this.random = random;
        this.story = story;
        this.faults = faults;
        this.people = people;
        this.polled = polled;
        this.ran = ran;
        faults.events(this::struck);
    }

    /** Promises that the operations have broken by themselves, whatever they left behind. */
    List<String> violations() {
        return violations;
    }

    /** Journal writes of the controller that ended the last operation. */
    long writes() {
        return writes;
    }

    /** Whether another node took the last operation over. */
    boolean takenOver() {
        return takenOver;
    }

    void onStop(OnStop what) {
        onStop = what;
    }

    Operation live(Supplier<OperationId> submit, Trouble trouble) {
        deaths = new ArrayDeque<>(trouble.deaths());
        takenOver = false;
        controller("node");
        trouble.takeover().ifPresent(t -> world.journal.pauseAt(t.write(), () -> takeOver(t.turns())));
        operation = submit(submit);
        story.append(operation).append(" with ").append(trouble).append('\n');
        faults.begin(trouble);
        run(trouble);
        faults.end();
        writes = world.journal.writes();
        Operation end = stopped(world.service.operation(operation));
        if (end.state() == Operation.State.NEEDS_OPERATOR) {
            end = retried(end, trouble);
        }
        story.append("  ended ")
                .append(end.state())
                .append(' ')
                .append(end.failure())
                .append('\n');
        if (!end.state().ended() || end.state() == Operation.State.NEEDS_OPERATOR) {
            violations.add(operation + " ended in " + end.state() + ": " + end.failure() + " " + end.remaining());
        } else {
            violations.addAll(Checks.noRuins(world));
        }
        if (trouble.equals(Trouble.NONE) && end.state() != Operation.State.SUCCEEDED) {
            violations.add(operation + " ended in " + end.state() + " without any trouble: " + end.failure());
        }
        violations.addAll(Checks.acknowledged(world, operation.value()));
        return end;
    }

    /** An operation that has stopped stays as it is, also over a restart, until somebody retries or cancels it. */
    private Operation stopped(Operation first) {
        Operation end = first;
        for (int times = 0; hasStopped(end); times++) {
            story.append("  stopped: ").append(end.failure()).append('\n');
            violations.addAll(Checks.stopped(world, end));
            up();
            if (random.nextBoolean()) {
                controller("node-" + ++nodes);
            }
            boolean retry = onStop == OnStop.RETRY || onStop == OnStop.EITHER && random.nextBoolean();
            if (retry && times < MOST_RETRIES) {
                story.append("  retried\n");
                world.service.retry(operation);
            } else if (!cancel()) {
                violations.add(operation + " has stopped and cannot be cancelled");
                return end;
            }
            run(Trouble.NONE);
            end = world.service.operation(operation);
        }
        return end;
    }

    private boolean hasStopped(Operation end) {
        return end.state() == Operation.State.NEEDS_OPERATOR
                && !end.pivotPassed()
                && !end.cancelRequested()
                && world.node
                        .engine()
                        .find(new org.stretchdeploy.workflow.OperationId(operation.value()))
                        .orElseThrow()
                        .input()
                        .path("stops")
                        .asBoolean();
    }

    private Operation retried(Operation end, Trouble trouble) {
        story.append("  needs an operator: ").append(end.remaining()).append('\n');
        if (!trouble.operator()) {
            violations.add(end.id() + " needs an operator although all faults were short: " + end.failure() + " "
                    + end.remaining());
        }
        up();
        world.service.retry(end.id());
        run(Trouble.NONE);
        return world.service.operation(end.id());
    }

    /** The reply of a submission may be lost in a crash; the caller asks again with the same key. */
    private OperationId submit(Supplier<OperationId> submit) {
        up();
        while (true) {
            try {
                OperationId id = submit.get();
                // a node that was halted while it accepted tells the others by the store
                world.node
                        .dispatcher()
                        .wake(new org.stretchdeploy.workflow.OperationId(id.value()), world.clock.instant());
                return id;
            } catch (SimulatedCrash e) {
                story.append("  crash ").append(e.getMessage()).append(" while submitting\n");
                controller("node");
            }
        }
    }

    private void controller(String name) {
        Death death = deaths.poll();
        world.restart(name, death == null ? 0 : death.write(), death == null ? Side.BEFORE : death.side());
    }

    /** The node that is halted just now is thought dead: another one starts, and works for some turns. */
    private void takeOver(int turns) {
        story.append("  halted before a write, another node takes over\n");
        // The plan counts the halted node's turns: an outage that waits for one of them would not be short.
        up();
        takenOver = true;
        world.restart("node-" + ++nodes, 0, Side.BEFORE);
        for (int turn = 0; turn < turns && turn(); turn++) {
            // the halted node does nothing meanwhile
        }
        story.append("  the halted node goes on\n");
    }

    private boolean turn() {
        if (polled) {
            // time goes on for tasks that nobody asks for
            world.source.tick();
            world.target.tick();
        }
        return world.node.dispatcher().runNext();
    }

    private void run(Trouble trouble) {
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            try {
                for (Trouble.Kind kind : trouble.at().getOrDefault(turn, List.of())) {
                    happen(kind);
                }
                if (!turn()) {
                    up();
                    return;
                }
            } catch (SimulatedCrash e) {
                story.append("  turn ")
                        .append(turn)
                        .append(": crash ")
                        .append(e.getMessage())
                        .append('\n');
                // the same one starts again, or another one has taken its work
                controller(random.nextInt(3) == 0 ? "node-" + ++nodes : "node");
                if (random.nextInt(4) == 0) {
                    // the first thing that somebody does when it is there again
                    cancelAfterCrash();
                }
            }
        }
        up();
        violations.add(operation + " is not done after " + MOST_TURNS + " turns");
    }

    private void struck(Strike strike) {
        switch (strike) {
            case CRASH_BEFORE -> die("before a call");
            // whatever the controller does after the call, it cannot write any more
            case CRASH_AFTER -> world.journal.die();
            case CANCEL -> cancel();
            case EDIT -> people.edit();
            default -> throw new IllegalArgumentException("the cloud does it: " + strike);
        }
    }

    void die(String where) {
        world.journal.die();
        throw new SimulatedCrash(where);
    }

    private void happen(Trouble.Kind kind) {
        switch (kind) {
            case EDIT -> people.edit();
            case CANCEL -> cancel();
            case KILL -> {
                story.append("  killed between two turns\n");
                controller(random.nextBoolean() ? "node" : "node-" + ++nodes);
            }
            case WATCH -> {
                world.node.watch();
                world.service.lookAtFences();
            }
            case START_AT_HOME ->
                world.service.operation(operation).vms().stream()
                        .filter(ran::contains)
                        .findFirst()
                        .ifPresent(people::startAtHome);
            case PLUG_AT_HOME ->
                world.service.operation(operation).vms().stream()
                        .filter(ran::contains)
                        .findFirst()
                        .ifPresent(people::plugInAtHome);
            case PLUG_AT_TARGET ->
                world.service.operation(operation).vms().stream()
                        .filter(ran::contains)
                        .findFirst()
                        .ifPresent(people::plugInAtTarget);
            case SOURCE_DOWN -> world.source.reachable(false);
            case TARGET_DOWN -> world.target.reachable(false);
            case AGENTS_DOWN -> world.tunnels.silent = true;
            case MUTE -> world.tunnels.mute.add("10.1.0.1" + (1 + random.nextInt(3)));
            case COMMIT -> commit();
            case ALL_UP -> up();
        }
    }

    private void up() {
        world.source.reachable(true);
        world.target.reachable(true);
        world.tunnels.silent = false;
        world.tunnels.mute.clear();
    }

    private void commit() {
        try {
            world.service.commit(operation);
            story.append("  committed\n");
        } catch (StretchException e) {
            story.append("  commit refused: ").append(e.code()).append('\n');
        }
    }

    private void cancelAfterCrash() {
        try {
            cancel();
        } catch (SimulatedCrash e) {
            story.append("  crash ").append(e.getMessage()).append(" while cancelling\n");
            controller("node");
        }
    }

    /** @return whether it was not too late */
    boolean cancel() {
        try {
            world.service.cancel(operation);
            story.append("  cancelled\n");
            return true;
        } catch (StretchException e) {
            story.append("  cancel refused: ").append(e.code()).append('\n');
            return false;
        }
    }
}
