package org.stretchdeploy.stretch.internal.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.stretchdeploy.stretch.internal.StretchWorld;

/**
 * Plays seeds on all cores. {@code main} ends with the line {@code seeds=N violations=M}; a seed that is printed replays
 * by {@code --from}, and {@code trace} is the same number whenever the same range was played.
 */
public final class Simulation {
    private static final int MOST_SHOWN = 20;

    private Simulation() {}

    /**
     * What a range of seeds gave.
     *
     * @param trace of all of them
     */
    record Result(long seeds, long operations, long trace, List<Scenario.Outcome> violated) {}

    static Path appliance() {
        try {
            Path folder = Files.createTempDirectory("stretch-simulation");
            folder.toFile().deleteOnExit();
            return StretchWorld.appliance(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Plays so many seeds from the given one on. */
    static Result play(long from, long most, Scenario.Stage stage) {
        Path appliance = appliance();
        return each(most, i -> new Scenario(from + i, appliance, stage).play());
    }

    /** Plays the numbers from 0 on, each on any thread; nothing of one play reaches another. */
    static Result each(long most, LongFunction<Scenario.Outcome> play) {
        AtomicLong next = new AtomicLong();
        AtomicLong operations = new AtomicLong();
        AtomicLong trace = new AtomicLong();
        var violated = new ConcurrentLinkedQueue<Scenario.Outcome>();
        Runnable player = () -> {
            for (long i = next.getAndIncrement(); i < most; i = next.getAndIncrement()) {
                Scenario.Outcome outcome = play.apply(i);
                operations.addAndGet(outcome.operations());
                trace.addAndGet(outcome.trace());
                if (!outcome.violations().isEmpty()) {
                    violated.add(outcome);
                }
            }
        };
        List<Thread> players = java.util.stream.IntStream.range(
                        0, Runtime.getRuntime().availableProcessors())
                .mapToObj(n -> new Thread(player, "player-" + n))
                .toList();
        players.forEach(Thread::start);
        for (Thread thread : players) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while seeds are played", e);
            }
        }
        if (next.get() < most) {
            throw new IllegalStateException("a player ended early");
        }
        return new Result(
                most,
                operations.get(),
                trace.get(),
                violated.stream()
                        .sorted(Comparator.comparingLong(Scenario.Outcome::seed))
                        .toList());
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
        Result result = play(option(args, "--from", 1), option(args, "--seeds", 1000), Scenario.Stage.SOUND);
        double seconds = (System.nanoTime() - begin) / 1e9;
        result.violated().stream().limit(MOST_SHOWN).forEach(outcome -> {
            System.out.println("seed " + outcome.seed() + ": " + String.join("\n    ", outcome.violations()));
            if (verbose) {
                System.out.println(outcome.story());
                outcome.journal().forEach(System.out::println);
            }
        });
        System.out.printf(
                "operations=%d seconds=%.1f seeds_per_second=%.1f trace=%016x%n",
                result.operations(), seconds, result.seeds() / seconds, result.trace());
        System.out.println(
                "seeds=" + result.seeds() + " violations=" + result.violated().size());
        if (!result.violated().isEmpty()) {
            System.exit(1);
        }
    }
}
