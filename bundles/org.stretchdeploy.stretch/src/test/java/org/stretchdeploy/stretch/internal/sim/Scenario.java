package org.stretchdeploy.stretch.internal.sim;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.Pace;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.StretchWorld;
import org.stretchdeploy.workflow.testkit.CrashingJournal;
import org.stretchdeploy.workflow.testkit.SimulatedCrash;

/** One seed: a world, a few operations in it, everything that goes wrong, and the checks. Not thread-safe. */
final class Scenario {
    private static final int MOST_TURNS = 20_000;
    private static final CloudName PRIVATE = new CloudName("private");
    private static final CloudName PUBLIC = new CloudName("public");

    /** What one seed gave. */
    record Outcome(long seed, List<String> violations, String story, int operations, List<String> journal) {}

    /** Which clouds it is played in: broken ones for tests of the test. */
    record Stage(StretchWorld.Variant variant, boolean tagLookUp) {
        static final Stage SOUND = new Stage(StretchWorld.Variant.SOUND, true);
    }

    private final long seed;
    private final Random random;
    private final StringBuilder story = new StringBuilder();
    private final StretchWorld world;
    private final People people;
    private final Faults faults;
    private final List<String> violations = new ArrayList<>();
    private final List<String> operations = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private Map<String, String> home;
    private Deque<Integer> crashes = new ArrayDeque<>();
    private final boolean polled;
    private int keys;

    Scenario(long seed, Path appliance, Stage stage) {
        this.seed = seed;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        var clock = new java.util.concurrent.atomic.AtomicReference<java.time.Clock>();
        this.polled = random.nextInt(3) == 0;
        Pace pace = polled
                ? Pace.immediate()
                : Pace.clock(() -> clock.get() == null ? 0 : clock.get().millis(), 200L + random.nextInt(500));
        this.world = new StretchWorld(
                appliance,
                build(ShopClouds.source("private"), pace, stage),
                build(ShopClouds.target("public"), pace, stage),
                stage.variant());
        clock.set(world.clock);
        this.people = new People(world, random, story);
        this.faults = new Faults(random, story);
        world.source.faults(faults);
        world.target.faults(faults);
    }

    private static MemoryCloud build(org.stretchdeploy.spi.memory.MemoryCloudBuilder builder, Pace pace, Stage stage) {
        builder.pace(pace);
        return stage.tagLookUp() ? builder.build() : builder.withoutTagLookUp().build();
    }

    Outcome play() {
        try {
            furnish();
            home = world.states();
            switch (random.nextInt(6)) {
                case 0 -> deploy(List.of("web"));
                case 1, 2 -> thereAndBack(List.of("web"));
                case 3 -> thereAndBack(List.of());
                case 4 -> thereAndBack(List.of("app", "db"));
                default -> joined();
            }
        } catch (RuntimeException | AssertionError e) {
            violations.add("unexpected " + e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "?"));
        }
        violations.addAll(world.violations);
        return new Outcome(seed, violations, story.toString(), operations.size(), journal());
    }

    private List<String> journal() {
        List<String> lines = new ArrayList<>();
        if (!violations.isEmpty()) {
            operations.forEach(op -> world.store
                    .read(new org.stretchdeploy.workflow.OperationId(op), 0)
                    .forEach(e -> lines.add(op + " " + e.seq() + " " + text(e.event()))));
        }
        return lines;
    }

    private static String text(Object event) {
        String text = event.toString();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    /** A machine that is off now and then. */
    private void furnish() {
        if (random.nextInt(5) == 0) {
            people.stopAtHome("db");
        }
        for (Vm vm : People.vApp(world.source, "shop").orElseThrow().vms()) {
            if (vm.state() == org.stretchdeploy.spi.PowerState.ON) {
                ran.add(vm.name());
            }
        }
    }

    private boolean deploy(List<String> vms) {
        boolean opening = world.stretches.all().isEmpty();
        Map<String, String> before = world.states();
        String key = "k" + ++keys;
        Operation end = perform(
                () -> world.service.deploy(StretchRequest.of(PRIVATE, "shop", vms, PUBLIC), Optional.of(key)),
                vms.isEmpty() ? 170 : 150);
        boolean succeeded = end.state() == Operation.State.SUCCEEDED;
        if (succeeded) {
            violations.addAll(Checks.liveAtTarget(
                    world, end.vms().stream().filter(ran::contains).toList()));
        } else {
            violations.addAll(Checks.equal(before, world.states()));
            violations.addAll(people.lost(world.states()));
            if (opening) {
                violations.addAll(Checks.noOrphans(world, operations));
            }
        }
        return succeeded;
    }

    private static boolean atMostTwice(BooleanSupplier attempt) {
        boolean first = attempt.getAsBoolean();
        return first || attempt.getAsBoolean();
    }

    private void thereAndBack(List<String> vms) {
        if (atMostTwice(() -> deploy(vms))) {
            write(world.stretches.all().get(0).vms().get(0).name());
            if (atMostTwice(() -> back(List.of()))) {
                over();
            }
        }
    }

    private void joined() {
        if (!deploy(List.of("web"))) {
            return;
        }
        if (deploy(List.of("db"))) {
            write("db");
            if (!back(List.of("web")) || !back(List.of("db"))) {
                return;
            }
        } else if (!back(List.of())) {
            return;
        }
        over();
    }

    private boolean back(List<String> vms) {
        // who was started at home by hand must be off before the way home: the precheck says so
        world.stretches.all().get(0).vms().forEach(vm -> people.stopAtHome(vm.name()));
        Map<String, String> before = world.states();
        List<String> stretched =
                world.stretches.all().get(0).vms().stream().map(m -> m.name()).toList();
        String key = "k" + ++keys;
        Operation end = perform(
                () -> world.service.bringBack(new ReturnRequest(PRIVATE, "shop", vms, List.of("*")), Optional.of(key)),
                150);
        boolean succeeded = end.state() == Operation.State.SUCCEEDED;
        if (!succeeded) {
            stretched.forEach(people::stopAtHome);
            violations.addAll(Checks.equal(before, world.states()));
            violations.addAll(people.lost(world.states()));
            violations.addAll(Checks.liveAtTarget(
                    world, stretched.stream().filter(ran::contains).toList()));
        }
        return succeeded;
    }

    private void over() {
        violations.addAll(Checks.equal(home, world.states()));
        violations.addAll(people.lost(world.states()));
        violations.addAll(Checks.noOrphans(world, operations));
    }

    /** The guest writes on its disk at the target: that has to be at home in the end. */
    private void write(String name) {
        String vApp = world.stretches.all().get(0).deploy().targetVAppName();
        Vm vm = People.vApp(world.target, vApp).orElseThrow().vm(name).orElseThrow();
        byte[] old = world.target.person().readDisk(vm.id(), 0);
        byte[] fresh = new byte[1024];
        random.nextBytes(fresh);
        world.target.person().writeDisk(vm.id(), 0, fresh);
        Map<String, String> expected = new TreeMap<>(home);
        expected.replaceAll((cloud, state) -> state.replace(StretchWorld.sha(old), StretchWorld.sha(fresh)));
        home = expected;
    }

    private Operation perform(java.util.function.Supplier<OperationId> submit, int turns) {
        Trouble trouble = Trouble.random(random, turns);
        crashes = new ArrayDeque<>(trouble.crashes());
        controller();
        OperationId id = submit(submit);
        operations.add(id.value());
        story.append(id).append(" with ").append(trouble).append('\n');
        faults.allow(trouble.faults(), trouble.perMille());
        run(id, trouble);
        Operation end = world.service.operation(id);
        if (end.state() == Operation.State.NEEDS_OPERATOR) {
            end = retried(end);
        }
        story.append("  ended ")
                .append(end.state())
                .append(' ')
                .append(end.failure())
                .append('\n');
        if (!end.state().ended() || end.state() == Operation.State.NEEDS_OPERATOR) {
            violations.add(id + " ended in " + end.state() + ": " + end.failure() + " " + end.remaining());
        } else {
            violations.addAll(Checks.noRuins(world));
        }
        violations.addAll(Checks.acknowledged(world, id.value()));
        return end;
    }

    private Operation retried(Operation end) {
        story.append("  needs an operator: ").append(end.remaining()).append('\n');
        violations.add(end.id() + " needs an operator although all faults were short: " + end.failure() + " "
                + end.remaining());
        faults.allow(0, 0);
        up();
        world.service.retry(end.id());
        run(end.id(), Trouble.NONE);
        return world.service.operation(end.id());
    }

    /** The reply of a submission may be lost in a crash; the caller asks again with the same key. */
    private OperationId submit(java.util.function.Supplier<OperationId> submit) {
        faults.allow(0, 0);
        up();
        while (true) {
            try {
                return submit.get();
            } catch (SimulatedCrash e) {
                story.append("  crash ").append(e.getMessage()).append(" while submitting\n");
                controller();
            }
        }
    }

    private void controller() {
        Integer at = crashes.poll();
        world.restart(
                at == null ? 0 : at, random.nextBoolean() ? CrashingJournal.Side.BEFORE : CrashingJournal.Side.AFTER);
    }

    private void run(OperationId id, Trouble trouble) {
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            try {
                for (Trouble.Kind kind : trouble.at().getOrDefault(turn, List.of())) {
                    happen(kind, id);
                }
                if (polled) {
                    // time goes on for tasks that nobody asks for
                    world.source.tick();
                    world.target.tick();
                }
                if (!world.node.dispatcher().runNext()) {
                    up();
                    return;
                }
            } catch (SimulatedCrash e) {
                story.append("  turn ")
                        .append(turn)
                        .append(": crash ")
                        .append(e.getMessage())
                        .append('\n');
                controller();
                if (random.nextInt(4) == 0) {
                    // the first thing that somebody does when it is there again
                    cancelAfterCrash(id);
                }
            }
        }
        up();
        violations.add(id + " is not done after " + MOST_TURNS + " turns");
    }

    private void happen(Trouble.Kind kind, OperationId id) {
        switch (kind) {
            case EDIT -> people.edit();
            case CANCEL -> cancel(id);
            case KILL -> {
                story.append("  killed between two turns\n");
                world.restart();
            }
            case WATCH -> world.node.watch();
            case START_AT_HOME ->
                world.service.operation(id).vms().stream()
                        .filter(ran::contains)
                        .findFirst()
                        .ifPresent(people::startAtHome);
            case SOURCE_DOWN -> world.source.reachable(false);
            case TARGET_DOWN -> world.target.reachable(false);
            case AGENTS_DOWN -> world.tunnels.silent = true;
            default -> up();
        }
    }

    private void up() {
        world.source.reachable(true);
        world.target.reachable(true);
        world.tunnels.silent = false;
    }

    private void cancelAfterCrash(OperationId id) {
        try {
            cancel(id);
        } catch (SimulatedCrash e) {
            story.append("  crash ").append(e.getMessage()).append(" while cancelling\n");
            controller();
        }
    }

    private void cancel(OperationId id) {
        try {
            world.service.cancel(id);
            story.append("  cancelled at ")
                    .append(world.service.operation(id).state())
                    .append('\n');
        } catch (StretchException e) {
            story.append("  cancel refused: ").append(e.code()).append('\n');
        }
    }
}
