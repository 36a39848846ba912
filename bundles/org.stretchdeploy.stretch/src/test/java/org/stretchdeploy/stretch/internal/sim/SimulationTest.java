package org.stretchdeploy.stretch.internal.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.stretch.internal.sim.Simulation.Result;

/** Many seeds; {@code -Dsimulation.seeds=N -Dsimulation.from=S} plays others. */
final class SimulationTest {
    private static final long SEEDS = 10_000;
    private static final long REPLAYED = 100;

    @Test
    void noSeedViolatesAPromise() {
        long from = Long.getLong("simulation.from", 1);
        Result result = Simulation.play(from, Long.getLong("simulation.seeds", SEEDS), Scenario.Stage.SOUND);
        System.out.println("simulation: from=" + from + " operations=" + result.operations());
        System.out.println(
                "seeds=" + result.seeds() + " violations=" + result.violated().size());
        assertNone(result.violated());
    }

    static void assertNone(List<Scenario.Outcome> violated) {
        assertThat(violated.stream().limit(5)).allSatisfy(o -> assertThat(o.violations())
                .as("seed %d:%n%s", o.seed(), o.story())
                .isEmpty());
    }

    @Test
    void aSeedReplaysExactly() {
        Result once = Simulation.play(1, REPLAYED, Scenario.Stage.SOUND);
        Result again = Simulation.play(1, REPLAYED, Scenario.Stage.SOUND);
        assertThat(again.trace()).isEqualTo(once.trace());
        assertThat(Simulation.play(2, REPLAYED, Scenario.Stage.SOUND).trace()).isNotEqualTo(once.trace());
    }
}
