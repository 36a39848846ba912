package org.stretchdeploy.stretch.internal.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.Trial;
import org.stretchdeploy.api.TrialRequest;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.Pace;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.StretchWorld;

/** One seed: a world, a few operations in it, everything that goes wrong, and the checks. Not thread-safe. */
final class Scenario {
    private static final CloudName PRIVATE = new CloudName("private");
    private static final CloudName PUBLIC = new CloudName("public");
    private static final Gate GATE = new Gate(Gate.Kind.NETWORK, Duration.ofSeconds(15));
    private static final Gate SERVICES = Gate.of(List.of("tcp:8080"), Optional.of("15s"));
    private static final Duration TRIAL = Duration.ofMinutes(20);
    private static final int MOST_RETURNS = 3;

    /**
     * What one seed gave.
     *
     * @param calls  writing calls of the operation that had the trouble
     * @param writes journal writes of the controller that ended it
     * @param hit    whether the trouble found its place
     * @param trace  equal for equal histories, in any process
     */
    record Outcome(
            long seed,
            List<String> violations,
            String story,
            int operations,
            List<String> journal,
            int calls,
            long writes,
            boolean hit,
            long trace) {}

    /** Which clouds it is played in: broken ones for tests of the test. */
    record Stage(StretchWorld.Variant variant, boolean tagLookUp) {
        static final Stage SOUND = new Stage(StretchWorld.Variant.SOUND, true);
    }

    private final long seed;
    private final Random random;
    private final StringBuilder story = new StringBuilder();
    private final Trace trace = new Trace();
    private final StretchWorld world;
    private final People people;
    private final Faults faults;
    private final Life life;
    private final List<String> violations = new ArrayList<>();
    private final List<String> operations = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private Map<String, String> home;
    private int keys;
    private int calls;
    private long writes;
    private boolean hit;

    Scenario(long seed, Path appliance, Stage stage) {
        this.seed = seed;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        var clock = new java.util.concurrent.atomic.AtomicReference<java.time.Clock>();
        boolean polled = random.nextInt(3) == 0;
        Pace pace = polled
                ? Pace.immediate()
                : Pace.clock(() -> clock.get() == null ? 0 : clock.get().millis(), 200L + random.nextInt(500));
        this.world = new StretchWorld(
                appliance,
                // every fourth seed has several networks
                build(seed % 4 == 0 ? ShopClouds.wideSource("private") : ShopClouds.source("private"), pace, stage),
                build(ShopClouds.target("public"), pace, stage),
                stage.variant());
        clock.set(world.clock);
        this.people = new People(world, random, story);
        this.faults = new Faults(random, story, trace);
        this.life = new Life(world, random, story, faults, people, polled, ran);
        world.source.faults(faults);
        world.target.faults(faults);
    }

    private static MemoryCloud build(org.stretchdeploy.spi.memory.MemoryCloudBuilder builder, Pace pace, Stage stage) {
        builder.pace(pace);
        return stage.tagLookUp() ? builder.build() : builder.withoutTagLookUp().build();
    }

    Life life() {
        return life;
    }

    StretchWorld world() {
        return world;
    }

    /** Ids of what was played, in order. */
    List<String> operations() {
        return operations;
    }

    /** Every third seed asks machines for a service between start orders. */
    private Gate gate() {
        return seed % 3 == 0 ? SERVICES : GATE;
    }

    /** Everything at random. */
    Outcome play() {
        return outcome(() -> {
            switch (random.nextInt(8)) {
                case 0 -> deploy(List.of("web"), random(150));
                case 1, 2 -> thereAndBack(List.of("web"));
                case 3 -> thereAndBack(List.of());
                case 4 -> thereAndBack(List.of("app", "db"));
                case 5 -> trial(List.of("web"));
                case 6 -> trial(List.of("app", "db"));
                default -> joined();
            }
        });
    }

    /** The way there with this trouble, for an operation that stops at a failure. */
    Outcome thereStopping(List<String> vms, Trouble trouble) {
        return outcome(() -> {
            if (deploy(request(vms).onFailure(OnFailure.STOP), trouble) && back(List.of(), Trouble.NONE)) {
                over();
            }
        });
    }

    /** One deploy with this trouble; and the way home, so that everything can be compared with how it was. */
    Outcome there(Trouble trouble) {
        return there(List.of("web"), trouble);
    }

    Outcome there(List<String> vms, Trouble trouble) {
        return outcome(() -> {
            boolean succeeded = deploy(request(vms), trouble);
            remember();
            if (succeeded && back(List.of(), Trouble.NONE)) {
                over();
            }
        });
    }

    /** One return with this trouble, after a deploy without any. */
    Outcome home(Trouble trouble) {
        return home(List.of("web"), trouble);
    }

    Outcome home(List<String> vms, Trouble trouble) {
        return home(vms, OnFailure.ROLLBACK, trouble);
    }

    /** The same, for a return that stops at a failure. */
    Outcome homeStopping(List<String> vms, Trouble trouble) {
        return home(vms, OnFailure.STOP, trouble);
    }

    private Outcome home(List<String> vms, OnFailure onFailure, Trouble trouble) {
        return outcome(() -> {
            deploy(request(vms), Trouble.NONE);
            write("web");
            boolean succeeded = back(List.of(), onFailure, trouble);
            remember();
            if (succeeded || back(List.of(), Trouble.NONE)) {
                over();
            }
        });
    }

    private void remember() {
        calls = faults.calls();
        hit = faults.hits() > 0 || life.takenOver();
        writes = life.writes();
    }

    private Outcome outcome(Runnable play) {
        try {
            furnish();
            home = world.states();
            play.run();
        } catch (RuntimeException | AssertionError e) {
            violations.add("unexpected " + e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "?"));
        }
        violations.addAll(life.violations());
        violations.addAll(world.violations);
        entries((op, e) -> trace.add(op, e.event().getClass().getSimpleName(), e.at().toString()));
        return new Outcome(
                seed, violations, story.toString(), operations.size(), journal(), calls, writes, hit, trace.value());
    }

    private Trouble random(int turns) {
        return Trouble.random(random, turns);
    }

    private void entries(java.util.function.BiConsumer<String, org.stretchdeploy.workflow.JournalEntry> what) {
        operations.forEach(op -> world.store
                .read(new org.stretchdeploy.workflow.OperationId(op), 0)
                .forEach(e -> what.accept(op, e)));
    }

    private List<String> journal() {
        List<String> lines = new ArrayList<>();
        if (!violations.isEmpty()) {
            entries((op, e) -> lines.add(op + " " + e.seq() + " " + text(e.event())));
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

    private StretchRequest request(List<String> vms) {
        return StretchRequest.of(PRIVATE, "shop", vms, PUBLIC).gate(gate());
    }

    private boolean deploy(List<String> vms, Trouble trouble) {
        return deploy(request(vms).onFailure(random.nextInt(3) == 0 ? OnFailure.STOP : OnFailure.ROLLBACK), trouble);
    }

    private boolean deploy(StretchRequest request, Trouble trouble) {
        boolean opening = world.stretches.all().isEmpty();
        Map<String, String> before = world.states();
        String key = "k" + ++keys;
        Operation end = live(() -> world.service.deploy(request, Optional.of(key)), trouble);
        boolean succeeded = end.state() == Operation.State.SUCCEEDED;
        checkStop(end, request.onFailure());
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

    private void checkStop(Operation end, OnFailure asked) {
        if (asked == OnFailure.STOP
                && end.state() == Operation.State.COMPENSATED
                && !end.failure().orElseThrow().code().equals("interrupted")) {
            violations.add(end.id() + " went back by itself although it was to stop: " + end.failure());
        }
    }

    private Operation live(Supplier<OperationId> submit, Trouble trouble) {
        Operation end = life.live(submit, trouble);
        operations.add(end.id().value());
        return end;
    }

    private static boolean atMostTwice(BooleanSupplier attempt) {
        boolean first = attempt.getAsBoolean();
        return first || attempt.getAsBoolean();
    }

    private void thereAndBack(List<String> vms) {
        if (atMostTwice(() -> deploy(vms, random(vms.isEmpty() ? 170 : 150)))) {
            write(world.stretches.all().get(0).vms().get(0).name());
            if (atMostTwice(() -> back(List.of(), random(150)))) {
                over();
            }
        }
    }

    /** The first machine is on all networks, so that the other may join. */
    private void joined() {
        if (!deploy(List.of("db"), random(150))) {
            return;
        }
        if (deploy(List.of("web"), random(150))) {
            write("web");
            if (!back(List.of("db"), random(150)) || !back(List.of("web"), random(150))) {
                return;
            }
        } else if (!back(List.of(), random(150))) {
            return;
        }
        over();
    }

    /**
     * A trial, committed at any moment or never. Not committed, the machines are home in the end, with the disks as asked
     * for; committed, they stay until somebody brings them back.
     */
    private void trial(List<String> vms) {
        TargetWrites writes = TargetWrites.values()[random.nextInt(2)];
        Trouble trouble = random(150);
        boolean early = random.nextInt(5) == 0;
        var request = request(vms).onTrial(Optional.of(new TrialRequest(TRIAL, writes)));
        if (!deploy(request, early ? trouble.withCommit(random.nextInt(150)) : trouble)) {
            return;
        }
        OperationId deployed = new OperationId(operations.get(operations.size() - 1));
        Map<String, String> original = home;
        write(vms.get(0));
        world.clock.advance(Duration.ofSeconds(random.nextInt((int) TRIAL.toSeconds())));
        world.look();
        if (world.service.operation(deployed).trial().orElseThrow().state() == Trial.State.RUNNING
                && random.nextInt(4) == 0) {
            world.service.commit(deployed);
        }
        boolean committed =
                world.service.operation(deployed).trial().orElseThrow().state() == Trial.State.COMMITTED;
        story.append("  trial ").append(writes).append(committed ? " committed\n" : " runs out\n");
        world.clock.advance(TRIAL);
        if (committed) {
            world.look();
            violations.addAll(Checks.liveAtTarget(
                    world, vms.stream().filter(ran::contains).toList()));
            if (world.stretches.all().isEmpty()) {
                violations.add("a committed trial returned");
            } else if (atMostTwice(() -> back(List.of(), random(150)))) {
                over();
            }
            return;
        }
        if (writes == TargetWrites.DISCARD) {
            home = original;
        }
        for (int times = 0; times < MOST_RETURNS; times++) {
            if (back(this::trialOver, OnFailure.ROLLBACK, times == 0 ? random(100) : Trouble.NONE)) {
                over();
                return;
            }
            // the next try comes a quarter of an hour later at the latest
            world.clock.advance(Duration.ofMinutes(16));
        }
        violations.add("the trial of " + deployed + " is over, and its machines never came home");
    }

    /** The return that the end of a trial has caused. */
    private OperationId trialOver() {
        world.look();
        Operation newest = world.service.operations(1).get(0);
        if (newest.kind() != Operation.Kind.RETURN
                || operations.contains(newest.id().value())) {
            throw new AssertionError("the trial is over, and no return has begun: "
                    + world.service.stretched().get(0).alarms());
        }
        return newest.id();
    }

    private boolean back(List<String> vms, Trouble trouble) {
        return back(vms, random.nextInt(3) == 0 ? OnFailure.STOP : OnFailure.ROLLBACK, trouble);
    }

    private boolean back(List<String> vms, OnFailure onFailure, Trouble trouble) {
        String key = "k" + ++keys;
        var request = new ReturnRequest(PRIVATE, "shop", vms, List.of("*"), TargetWrites.KEEP, gate(), onFailure);
        return back(() -> world.service.bringBack(request, Optional.of(key)), onFailure, trouble);
    }

    private boolean back(Supplier<OperationId> submit, OnFailure onFailure, Trouble trouble) {
        // who was started at home by hand must be off before the way home: the precheck says so
        world.stretches.all().get(0).vms().forEach(vm -> people.stopAtHome(vm.name()));
        Map<String, String> before = world.states();
        List<String> stretched =
                world.stretches.all().get(0).vms().stream().map(m -> m.name()).toList();
        Operation end = live(submit, trouble);
        boolean succeeded = end.state() == Operation.State.SUCCEEDED;
        checkStop(end, onFailure);
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
}
