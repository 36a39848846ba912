package org.stretchdeploy.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.cli.Follower;
import org.stretchdeploy.cli.StretchClient;

/**
 * Real deploys and returns with something killed or cut at a seeded moment of each. Whatever happens, an operation has to
 * end by itself, nothing of ours may be left when it went back, and no two copies of a machine may run at once.
 */
final class Chaos {
    private static final int LONGEST_DELAY_MILLIS = 25_000;

    /** What is done to the lab. */
    enum Blow {
        KILL_CONTROLLER,
        KILL_SOURCE_DIRECTOR,
        KILL_TARGET_DIRECTOR,
        KILL_SOURCE_AGENT,
        KILL_TARGET_AGENT,
        CUT_UNDERLAY
    }

    private final Lab lab;
    private final Demo demo;
    private final PrintStream out;
    private int violations;
    private int needsOperator;

    Chaos(Lab lab, Demo demo, PrintStream out) {
        this.lab = lab;
        this.demo = demo;
        this.out = out;
    }

    /** Runs on a lab that is up; prints a line a run and ends with the counts. Returns the number of violations. */
    int run(int runs, long seed) {
        try (Witness witness = new Witness()) {
            for (int i = 0; i < runs; i++) {
                once(i + 1, new Random(seed + i), seed + i);
            }
            if (witness.looks() == 0) {
                violation("the witness never looked");
            }
            witness.violations().stream().distinct().forEach(this::violation);
        }
        out.println("runs=" + runs + " violations=" + violations + " needs_operator=" + needsOperator);
        return violations;
    }

    private void once(int number, Random random, long seed) {
        Operation.State deployed = strike("run " + number + " seed " + seed + " deploy", demo.deployBody(), random);
        if (deployed == Operation.State.SUCCEEDED) {
            Operation.State returned = strike("run " + number + " seed " + seed + " return", demo.returnBody(), random);
            if (returned != Operation.State.SUCCEEDED) {
                Operation.State again = operate(demo.returnBody());
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

    private Operation.State strike(String title, Map<String, Object> body, Random random) {
        Blow blow = Blow.values()[random.nextInt(Blow.values().length)];
        int delay = random.nextInt(LONGEST_DELAY_MILLIS);
        StretchClient client = lab.client();
        String id = client.post("/operations", body, Map.of()).path("id").asText();
        long end = System.nanoTime() + Duration.ofMillis(delay).toNanos();
        Wait.until(
                Duration.ofMillis(delay + 60_000L),
                "the moment of the blow",
                () -> System.nanoTime() > end || ended(client, id).isPresent());
        String step = now(client, id);
        blow(blow, random);
        Operation operation = new Follower(lab.client(), quiet(), false).follow(id);
        if (operation.state() == Operation.State.NEEDS_OPERATOR) {
            needsOperator++;
            lab.client().post("/operations/" + id + "/retry", null, Map.of());
            operation = new Follower(lab.client(), quiet(), false).follow(id);
        }
        out.println(title + ": " + blow.name().toLowerCase(Locale.ROOT) + " after " + delay + " ms at " + step + " -> "
                + operation.state()
                + operation
                        .failure()
                        .map(f -> " (" + f.step() + " " + f.code() + ")")
                        .orElse(""));
        if (operation.state() == Operation.State.NEEDS_OPERATOR) {
            violation("the operation needs an operator also after a retry: " + operation.remaining());
        }
        return operation.state();
    }

    private Operation.State operate(Map<String, Object> body) {
        String id = lab.client().post("/operations", body, Map.of()).path("id").asText();
        return new Follower(lab.client(), quiet(), false).follow(id).state();
    }

    private static PrintStream quiet() {
        return new PrintStream(java.io.OutputStream.nullOutputStream(), true, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static Optional<Operation> ended(StretchClient client, String id) {
        return Optional.of(client.read(client.get("/operations/" + id), Operation.class))
                .filter(o -> o.state().ended());
    }

    private static String now(StretchClient client, String id) {
        Operation operation = client.read(client.get("/operations/" + id), Operation.class);
        return operation.steps().stream()
                .filter(s -> s.state() == Operation.StepState.RUNNING)
                .map(Operation.Step::number)
                .findFirst()
                .orElse(operation.state().name());
    }

    private void blow(Blow blow, Random random) {
        switch (blow) {
            case KILL_CONTROLLER -> {
                lab.controller().kill();
                lab.controller().start();
            }
            case KILL_SOURCE_DIRECTOR -> director(CloudSite.PRIVATE);
            case KILL_TARGET_DIRECTOR -> director(CloudSite.PUBLIC);
            case KILL_SOURCE_AGENT -> agent(CloudSite.PRIVATE);
            case KILL_TARGET_AGENT -> agent(CloudSite.PUBLIC);
            case CUT_UNDERLAY -> lab.cutUnderlay(CloudSite.PUBLIC, Duration.ofMillis(500 + random.nextInt(5000)));
        }
    }

    private void director(CloudSite site) {
        lab.directors().kill(site);
        lab.directors().start(site);
    }

    /** Kills the agent of a cloud if one runs; its host starts it again. */
    private static void agent(CloudSite site) {
        List<ProcessHandle> agents = ProcessHandle.allProcesses()
                .filter(p -> p.info()
                        .commandLine()
                        .filter(c -> c.contains("tunnel-agent.jar") && c.contains("/" + site.name() + "/"))
                        .isPresent())
                .toList();
        agents.forEach(ProcessHandle::destroyForcibly);
    }
}
