package org.stretchdeploy.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.stretchdeploy.api.Operation;

/**
 * Real deploys and returns with something killed or cut at a seeded moment of each. Whatever happens, an operation has to
 * end by itself, nothing of ours may be left when it went back, and no two copies of a machine may run at once.
 */
final class Chaos {
    /** A machine that does much else makes an operation long; one that ends never is a violation. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final int LONGEST_DELAY_MILLIS = 1500;

    /** After one blow, the next one may come in the middle of what follows from it. */
    private static final int LONGEST_PAUSE_MILLIS = 8000;

    /** What is done to the lab. */
    enum Blow {
        KILL_CONTROLLER,
        KILL_SOURCE_DIRECTOR,
        KILL_TARGET_DIRECTOR,
        KILL_SOURCE_AGENT,
        KILL_TARGET_AGENT,
        CUT_UNDERLAY,
        FULL_DISK,
        /** Of two nodes the one that has the operation; it is started again at once. */
        KILL_NODE,
        STOP_DATABASE
    }

    private static final List<Blow> OF_ONE_NODE = List.of(
            Blow.KILL_CONTROLLER,
            Blow.KILL_SOURCE_DIRECTOR,
            Blow.KILL_TARGET_DIRECTOR,
            Blow.KILL_SOURCE_AGENT,
            Blow.KILL_TARGET_AGENT,
            Blow.CUT_UNDERLAY,
            Blow.FULL_DISK);
    private static final List<Blow> OF_TWO_NODES = List.of(Blow.KILL_NODE, Blow.STOP_DATABASE, Blow.KILL_NODE);

    private final Lab lab;
    private final Demo demo;
    private final PrintStream out;
    private final Optional<TwoNodes> nodes;
    private int violations;
    private int needsOperator;
    private int struck;

    Chaos(Lab lab, Demo demo, PrintStream out) {
        this(lab, demo, out, Optional.empty());
    }

    /** @param nodes when there are two: then it is they, and their database, that are struck */
    Chaos(Lab lab, Demo demo, PrintStream out, Optional<TwoNodes> nodes) {
        this.nodes = nodes;
        this.lab = lab;
        this.demo = demo;
        this.out = out;
    }

    /**
     * Runs on a lab that is up; prints a line an operation and ends with the counts. Returns the number of violations.
     *
     * @param blows how often each operation is struck, if it lasts so long
     */
    int run(int runs, long seed, int blows) {
        try (Witness witness = new Witness(lab)) {
            for (int i = 0; i < runs; i++) {
                once(i + 1, seed + i, blows);
            }
            if (witness.looks() == 0) {
                violation("the witness never looked");
            }
            out.println("witness: " + witness.counted());
            witness.violations().stream().distinct().forEach(this::violation);
        }
        out.println("struck " + struck + " times");
        out.println("runs=" + runs + " violations=" + violations + " needs_operator=" + needsOperator);
        return violations;
    }

    /** Seeds that follow each other take the blows in turn, so that a handful of runs has them all. */
    private Blow choose(long number) {
        List<Blow> blows = nodes.isPresent() ? OF_TWO_NODES : OF_ONE_NODE;
        Blow blow = blows.get(Math.floorMod(number, blows.size()));
        // without rights to mount, no disk is small
        return blow == Blow.FULL_DISK && !lab.smallDisk().mounted() ? Blow.KILL_CONTROLLER : blow;
    }

    private void once(int number, long seed, int blows) {
        Random random = new Random(seed);
        String title = "run " + number + " seed " + seed;
        Operation.State deployed = strike(title + " deploy", demo.deployBody(), choose(seed), random, blows);
        if (deployed == Operation.State.SUCCEEDED) {
            Operation.State returned = strike(title + " return", demo.returnBody(), choose(seed + 3), random, blows);
            if (returned != Operation.State.SUCCEEDED) {
                Operation.State again =
                        follow(submit(demo.returnBody()), "again").state();
                if (again != Operation.State.SUCCEEDED) {
                    violation("the return after a compensated return ended " + again);
                }
            }
        }
        check("flows", demo::awaitFlows);
        check("equality", demo::equal);
    }

    private void check(String what, Runnable check) {
        try {
            check.run();
        } catch (LabException e) {
            violation(what + ": " + e.getMessage());
        }
    }

    private void violation(String text) {
        violations++;
        out.println("VIOLATION " + text);
    }

    private Operation.State strike(String title, Map<String, Object> body, Blow first, Random random, int blows) {
        String id = submit(body);
        int rows = read(id).orElseThrow().steps().size();
        int after = random.nextInt(rows);
        int delay = random.nextInt(LONGEST_DELAY_MILLIS);
        awaitRow(id, after, delay);
        List<String> said = new ArrayList<>();
        said.add(blow(first, id, random) + " " + delay + " ms after row " + after + " of " + rows);
        while (said.size() < blows && !ended(id)) {
            int pause = random.nextInt(LONGEST_PAUSE_MILLIS);
            Blow next = choose(random.nextInt(1000));
            Wait.until(Duration.ofSeconds(30), "the next blow", after(pause));
            if (!ended(id)) {
                said.add(pause + " ms later " + blow(next, id, random));
            }
        }
        struck += said.size();
        Operation operation = follow(id, title);
        if (operation.state() == Operation.State.NEEDS_OPERATOR) {
            needsOperator++;
            lab.client().post("/operations/" + id + "/retry", null, Map.of());
            operation = follow(id, title);
        }
        out.println(title + ": " + String.join(", ", said) + " -> " + operation.state()
                + operation
                        .failure()
                        .map(f -> " (" + f.step() + " " + f.code() + ")")
                        .orElse(""));
        if (!operation.state().ended() || operation.state() == Operation.State.NEEDS_OPERATOR) {
            violation("operation " + id + " is " + operation.state() + ": " + operation.remaining());
        }
        return operation.state();
    }

    /** Until this long after so many rows are over, or the operation is. */
    private void awaitRow(String id, int after, int delayMillis) {
        long[] reached = {Long.MAX_VALUE};
        Wait.until(LONGEST, "the moment of the blow", () -> {
            Operation operation = read(id).orElseThrow();
            if (reached[0] == Long.MAX_VALUE && over(operation) >= after) {
                reached[0] = System.nanoTime() + Duration.ofMillis(delayMillis).toNanos();
            }
            return operation.state().ended() || System.nanoTime() > reached[0];
        });
    }

    private boolean ended(String id) {
        return read(id).filter(operation -> operation.state().ended()).isPresent();
    }

    private static long over(Operation operation) {
        return operation.steps().stream()
                .filter(s -> s.state() == Operation.StepState.DONE || s.state() == Operation.StepState.SKIPPED)
                .count();
    }

    private String submit(Map<String, Object> body) {
        return lab.client().post("/operations", body, Map.of()).path("id").asText();
    }

    /** The operation at its end, or as it is after the longest time. The controller may go away meanwhile. */
    private Operation follow(String id, String title) {
        try {
            Wait.until(LONGEST, title + " to end", () -> read(id).filter(
                            o -> o.state().ended())
                    .isPresent());
        } catch (LabException e) {
            violation(e.getMessage());
        }
        return read(id).orElseThrow(() -> new LabException("the controller does not answer any more"));
    }

    /** Empty while the controller does not answer. */
    private Optional<Operation> read(String id) {
        return lab.controller().operation(id);
    }

    /** Where the operation is, as far as the controller tells. */
    private String now(String id) {
        return read(id).map(operation -> operation.steps().stream()
                        .filter(s -> s.state() == Operation.StepState.RUNNING)
                        .map(Operation.Step::number)
                        .findFirst()
                        .orElse(operation.state().name()))
                .orElse("an unknown row");
    }

    /** Returns what was done, and where the operation was. */
    private String blow(Blow blow, String id, Random random) {
        String step = now(id);
        strike(blow, id, random);
        return blow.name().toLowerCase(Locale.ROOT) + " at " + step;
    }

    private void strike(Blow blow, String id, Random random) {
        switch (blow) {
            case KILL_CONTROLLER -> {
                lab.controller().kill();
                lab.controller().start();
            }
            case KILL_SOURCE_DIRECTOR -> director(CloudSite.PRIVATE);
            case KILL_TARGET_DIRECTOR -> director(CloudSite.PUBLIC);
            case KILL_SOURCE_AGENT -> killAgent(CloudSite.PRIVATE);
            case KILL_TARGET_AGENT -> killAgent(CloudSite.PUBLIC);
            case CUT_UNDERLAY -> lab.cutUnderlay(CloudSite.PUBLIC, Duration.ofMillis(500 + random.nextInt(5000)));
            case KILL_NODE -> killNode(id);
            case STOP_DATABASE -> {
                TwoNodes two = nodes.orElseThrow();
                two.database().stop();
                Wait.until(Duration.ofSeconds(30), "the outage to last", after(500 + random.nextInt(12_000)));
                two.database().start();
            }
            case FULL_DISK -> lab.smallDisk().full(Duration.ofMillis(1000 + random.nextInt(8000)));
        }
    }

    private static BooleanSupplier after(int millis) {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        return () -> System.nanoTime() > end;
    }

    private void killNode(String id) {
        TwoNodes two = nodes.orElseThrow();
        ControllerProcess dead = read(id).flatMap(two::owner).orElse(two.nodes().get(0));
        lab.ask(two.other(dead));
        lab.controller().await();
        dead.kill();
        dead.launch();
    }

    private void director(CloudSite site) {
        lab.directors().kill(site);
        lab.directors().start(site);
    }

    /** Kills the agent of a cloud if one runs; its host starts it again. */
    private void killAgent(CloudSite site) {
        String ours = lab.folder().cloud(site.name()) + "/";
        List<ProcessHandle> agents = ProcessHandle.allProcesses()
                .filter(p -> p.info()
                        .commandLine()
                        .filter(c -> c.contains("tunnel-agent.jar") && c.contains(ours))
                        .isPresent())
                .toList();
        agents.forEach(ProcessHandle::destroyForcibly);
    }
}
