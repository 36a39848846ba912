package org.stretchdeploy.stretch.internal.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.stretch.internal.sim.Scenario.Outcome;
import org.stretchdeploy.stretch.internal.sim.Scenario.Stage;
import org.stretchdeploy.workflow.testkit.CrashingJournal.Side;

/**
 * Nothing at random: each writing call of a deploy and of a return suffers each strike, and at each journal write the
 * controller dies before it, dies after it, and is halted before it while another node takes over. The counts come from
 * a run without trouble, so that a call or a write that is new is swept too.
 */
final class SweepTest {
    /** Tasks that take time, by a clock. */
    private static final long SEED = 2;

    private static final int FEWEST_CALLS = 30;
    private static final int FEWEST_WRITES = 150;
    private static final int[] TURNS = {0, 3, 400};

    private final Path appliance = Simulation.appliance();

    private record Case(boolean wayHome, Trouble trouble) {}

    private Outcome play(Case one, Stage stage) {
        Scenario scenario = new Scenario(SEED, appliance, stage);
        return one.wayHome() ? scenario.home(one.trouble()) : scenario.there(one.trouble());
    }

    @Test
    void everyWritingCallSuffersEverything() {
        List<Case> cases = new ArrayList<>();
        for (boolean wayHome : new boolean[] {false, true}) {
            Outcome calm = play(new Case(wayHome, Trouble.NONE), Stage.SOUND);
            assertThat(calm.violations()).isEmpty();
            assertThat(calm.calls()).isGreaterThan(FEWEST_CALLS);
            for (int call = 1; call <= calm.calls(); call++) {
                for (Strike strike : Strike.values()) {
                    cases.add(new Case(wayHome, Trouble.strike(call, strike)));
                }
            }
        }
        sweep("calls", cases);
    }

    @Test
    void theControllerDiesOrIsHaltedAtEveryJournalWrite() {
        List<Case> cases = new ArrayList<>();
        for (boolean wayHome : new boolean[] {false, true}) {
            Outcome calm = play(new Case(wayHome, Trouble.NONE), Stage.SOUND);
            assertThat(calm.writes()).isGreaterThan(FEWEST_WRITES);
            for (long write = 1; write <= calm.writes(); write++) {
                cases.add(new Case(wayHome, Trouble.death(write, Side.BEFORE)));
                cases.add(new Case(wayHome, Trouble.death(write, Side.AFTER)));
                cases.add(new Case(wayHome, Trouble.takeover(write, TURNS[(int) (write % TURNS.length)])));
            }
        }
        sweep("writes", cases);
    }

    private void sweep(String what, List<Case> cases) {
        var missed = new java.util.concurrent.ConcurrentLinkedQueue<Case>();
        var result = Simulation.each(cases.size(), i -> {
            Case one = cases.get((int) i);
            Outcome outcome = play(one, Stage.SOUND);
            boolean hit = outcome.hit() || outcome.story().contains("crash ");
            if (!hit) {
                missed.add(one);
            }
            outcome.violations().replaceAll(v -> one + ": " + v);
            return outcome;
        });
        System.out.println("sweep of " + what + ": cases=" + cases.size() + " hit=" + (cases.size() - missed.size())
                + " violations=" + result.violated().size());
        SimulationTest.assertNone(result.violated());
        assertThat(missed).as("troubles that never came").isEmpty();
    }
}
