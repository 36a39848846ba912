package org.stretchdeploy.stretch.internal.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.stretchdeploy.stretch.internal.sim.Simulation.Result;

/** As many seeds as fit into a minute or so; {@code -Dsimulation.seeds=N} plays so many, however long that takes. */
final class SimulationTest {
    private static final long FEWEST = 200;
    private static final long SECONDS = 75;

    @Test
    void noSeedViolatesAPromise() {
        long wanted = Long.getLong("simulation.seeds", 0);
        long from = Long.getLong("simulation.from", 1);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        Result first = Simulation.play(from, wanted > 0 ? wanted : FEWEST, Scenario.Stage.SOUND, () -> false);
        Result more = wanted > 0
                ? new Result(0, 0, java.util.List.of())
                : Simulation.play(from + FEWEST, 100_000, Scenario.Stage.SOUND, () -> System.nanoTime() > end);
        System.out.println("simulation: seeds=" + (first.seeds() + more.seeds()) + " from=" + from + " violations="
                + (first.violated().size() + more.violated().size()));
        for (Result result : java.util.List.of(first, more)) {
            assertThat(result.violated()).allSatisfy(o -> assertThat(o.violations())
                    .as("seed %d:%n%s", o.seed(), o.story())
                    .isEmpty());
        }
    }
}
