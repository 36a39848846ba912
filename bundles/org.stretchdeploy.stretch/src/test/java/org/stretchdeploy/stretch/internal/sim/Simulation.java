package org.stretchdeploy.stretch.internal.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.stretchdeploy.stretch.internal.StretchWorld;

/** Plays seeds. {@code main} ends with the line {@code seeds=N violations=M}; a seed that is printed replays by {@code --from}. */
public final class Simulation {
    private static final int MOST_SHOWN = 20;

    private Simulation() {}

    /** What a range of seeds gave. */
    record Result(long seeds, long operations, List<Scenario.Outcome> violated) {}

    static Path appliance() {
        try {
            Path folder = Files.createTempDirectory("stretch-simulation");
            folder.toFile().deleteOnExit();
            return StretchWorld.appliance(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Plays seeds from the given one on until so many were played or there is enough. */
    static Result play(long from, long most, Scenario.Stage stage, BooleanSupplier enough) {
        Path appliance = appliance();
        List<Scenario.Outcome> violated = new ArrayList<>();
        long operations = 0;
        long played = 0;
        while (played < most && !enough.getAsBoolean()) {
            Scenario.Outcome outcome = new Scenario(from + played, appliance, stage).play();
            played++;
            operations += outcome.operations();
            if (!outcome.violations().isEmpty()) {
                violated.add(outcome);
            }
        }
        return new Result(played, operations, violated);
    }

    private static long option(String[] args, String name, long otherwise) {
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals(name)) {
                return Long.parseLong(args[i + 1]);
            }
        }
        return otherwise;
    }

    /** {@code --seeds N --from S [--verbose 1]} */
    public static void main(String[] args) {
        boolean verbose = option(args, "--verbose", 0) == 1;
        long begin = System.nanoTime();
        Result result =
                play(option(args, "--from", 1), option(args, "--seeds", 1000), Scenario.Stage.SOUND, () -> false);
        double seconds = (System.nanoTime() - begin) / 1e9;
        result.violated().stream().limit(MOST_SHOWN).forEach(outcome -> {
            System.out.println("seed " + outcome.seed() + ": " + String.join("\n    ", outcome.violations()));
            if (verbose) {
                System.out.println(outcome.story());
                outcome.journal().forEach(System.out::println);
            }
        });
        System.out.printf(
                "operations=%d seconds=%.1f seeds_per_second=%.1f%n",
                result.operations(), seconds, result.seeds() / seconds);
        System.out.println(
                "seeds=" + result.seeds() + " violations=" + result.violated().size());
        if (!result.violated().isEmpty()) {
            System.exit(1);
        }
    }
}
