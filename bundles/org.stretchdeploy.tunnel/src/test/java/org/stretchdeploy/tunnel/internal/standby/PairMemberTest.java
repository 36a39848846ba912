package org.stretchdeploy.tunnel.internal.standby;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may forward: never two, and soon again one. */
class PairMemberTest {
    private static final long SECOND = 1000 * PairSimulation.MILLI;

    private static PairSimulation running(int one, int other) {
        PairSimulation simulation = new PairSimulation(one * 10L + other, one, other);
        simulation.run(5 * SECOND);
        return simulation;
    }

    /** Whatever happens to clocks, messages, links and processes. */
    @Property(tries = 500)
    void neverDoTwoAgentsOfOneEndForward(@ForAll long seed, @ForAll boolean bothPaired) {
        PairSimulation simulation = new PairSimulation(seed, 2, bothPaired ? 2 : 1);
        for (int round = 0; round < 150; round++) {
            simulation.run(simulation.random().nextInt(600) * PairSimulation.MILLI);
            simulation.mishap();
        }
        assertThat(simulation.violation).isEmpty();
        simulation.heal();
        simulation.run(6 * SECOND);
        assertThat(simulation.violation).isEmpty();
        for (int end = 0; end < (bothPaired ? 2 : 1); end++) {
            int forwarding = simulation.forwarding(end);
            assertThat(forwarding).isNotNegative();
            for (int peer = 0; peer < (bothPaired ? 2 : 1); peer++) {
                assertThat(simulation.agent(1 - end, peer).member.activePeer()).isEqualTo(forwarding);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2,1", "2,2"})
    void thePrimaryBeginsAndTheSecondaryIsReady(int one, int other) {
        PairSimulation simulation = running(one, other);
        assertThat(simulation.forwarding(0)).isZero();
        assertThat(simulation.agent(0, 0).member.view(simulation.agent(0, 0).clock()))
                .matches(PairMember.View::partnerReady)
                .matches(view -> view.takeovers() == 0 && view.holder() == 0);
        assertThat(simulation.agent(0, 1).member.view(simulation.agent(0, 1).clock()))
                .matches(PairMember.View::partnerReady)
                .matches(view -> view.holder() == 0);
    }

    @ParameterizedTest
    @CsvSource({"kill,1", "kill,2", "stop,1", "stop,2", "cut,1", "cut,2"})
    void theSecondaryTakesOverWithinSixHundredMilliseconds(String fault, int others) {
        for (int delay = 0; delay < 10; delay++) {
            PairSimulation simulation = running(2, others);
            simulation.run(delay * 17 * PairSimulation.MILLI);
            PairSimulation.Agent primary = simulation.agent(0, 0);
            switch (fault) {
                case "kill" -> primary.kill();
                case "stop" -> primary.stop();
                default -> {
                    simulation.cut(0, 0, true);
                    simulation.cut(0, 1, true);
                }
            }
            assertThat(simulation.millisUntil(() -> simulation.forwarding(0) == 1, 2000))
                    .isLessThan(620);
            simulation.heal();
            simulation.run(5 * SECOND);
            assertThat(simulation.forwarding(0)).as("no way back by itself").isEqualTo(1);
            assertThat(simulation
                            .agent(0, 1)
                            .member
                            .view(simulation.agent(0, 1).clock())
                            .takeovers())
                    .isEqualTo(1);
            assertThat(simulation.violation).isEmpty();
        }
    }

    /** The lease of a secondary hangs on both agents of the other end; the primary takes over when one of them dies. */
    @Test
    void whenTheSecondaryLosesAVoterThePrimaryTakesOver() {
        PairSimulation simulation = running(2, 2);
        simulation.agent(0, 0).kill();
        simulation.run(SECOND);
        simulation.agent(0, 0).start();
        simulation.run(2 * SECOND);
        assertThat(simulation.forwarding(0)).isEqualTo(1);
        simulation.agent(1, 1).kill();
        simulation.run(200 * PairSimulation.MILLI);
        assertThat(simulation.millisUntil(() -> simulation.forwarding(0) == 0, 2000))
                .isLessThan(700);
        assertThat(simulation.violation).isEmpty();
    }

    @Test
    void anAgentThatStopsInOrderHandsOverAtOnce() {
        PairSimulation simulation = running(2, 1);
        PairSimulation.Agent primary = simulation.agent(0, 0);
        List<org.stretchdeploy.tunnel.internal.wire.LeaseMessage> said = new ArrayList<>();
        primary.member.release(primary.clock(), (peer, message) -> {
            said.add(message);
            simulation
                    .agent(1, 0)
                    .member
                    .arrived(0, primary.process, message, simulation.agent(1, 0).clock(), (to, reply) -> {});
        });
        assertThat(said).hasSize(1);
        assertThat(simulation.forwarding(0)).isEqualTo(-1);
        assertThat(simulation.millisUntil(() -> simulation.forwarding(0) == 1, 2000))
                .isLessThan(150);
    }

    /** Its cable to the segment was pulled, for example. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theFitterOneTakesOver(int others) {
        PairSimulation simulation = running(2, others);
        simulation.agent(0, 0).fitness = 9;
        assertThat(simulation.millisUntil(() -> simulation.forwarding(0) == 1, 3000))
                .isLessThan(1000);
        simulation.run(5 * SECOND);
        assertThat(simulation.forwarding(0)).isEqualTo(1);
        assertThat(simulation.violation).isEmpty();
    }

    @Test
    void withoutAPartnerTheUnfitGoesOn() {
        PairSimulation simulation = running(2, 1);
        simulation.agent(0, 1).kill();
        simulation.run(2 * SECOND);
        simulation.agent(0, 0).fitness = 1;
        simulation.run(5 * SECOND);
        assertThat(simulation.forwarding(0)).isZero();
        PairSimulation.Agent primary = simulation.agent(0, 0);
        assertThat(primary.member.view(primary.clock()).partnerReady()).isFalse();
    }

    @Test
    void aVoterThatStartsAnewGrantsNothingUntilItsForgottenPromiseHasLapsed() {
        Voter voter = new Voter(PairSimulation.TIMES, 0);
        assertThat(voter.asked(1, 7, 0, true, false, 1, 500 * PairSimulation.MILLI)
                        .granted())
                .isFalse();
        assertThat(voter.asked(1, 7, 0, true, true, 1, 541 * PairSimulation.MILLI + 600_000)
                        .granted())
                .isFalse();
        assertThat(voter.asked(1, 7, 0, true, false, 1, 542 * PairSimulation.MILLI)
                        .granted())
                .isTrue();
    }

    @Test
    void aReleaseThatWasOvertakenByALaterGrantFreesNothing() {
        Voter voter = new Voter(PairSimulation.TIMES, -SECOND);
        assertThat(voter.asked(0, 7, 20, true, false, 1, 0).granted()).isTrue();
        voter.released(0, 7, 10, 1);
        assertThat(voter.asked(1, 8, 0, true, false, 1, 2).granted()).isFalse();
        voter.released(0, 6, 30, 3);
        assertThat(voter.asked(1, 8, 0, true, false, 1, 4).granted()).isFalse();
        voter.released(0, 7, 30, 5);
        assertThat(voter.asked(1, 8, 0, true, false, 1, 6).granted()).isTrue();
        assertThat(voter.switches()).isEqualTo(1);
    }

    @Test
    void anAskThatWasOvertakenByTheReleaseIsNotGranted() {
        Voter voter = new Voter(PairSimulation.TIMES, -SECOND);
        voter.asked(0, 7, 10, true, true, 1, 0);
        voter.released(0, 7, 20, 1);
        assertThat(voter.asked(0, 7, 15, true, true, 1, 2).granted()).isFalse();
        assertThat(voter.asked(1, 8, 0, true, false, 1, 3).granted()).isTrue();
    }

    @Test
    void aReleaseFreesNothingThatWasAskedForLaterThoughAnEarlierAskCameLast() {
        Voter voter = new Voter(PairSimulation.TIMES, -SECOND);
        voter.asked(0, 7, 30, true, false, 1, 0);
        assertThat(voter.asked(0, 7, 10, true, false, 1, 1).granted()).isTrue();
        voter.released(0, 7, 20, 2);
        assertThat(voter.asked(1, 8, 0, true, false, 1, 3).granted()).isFalse();
    }

    @Test
    void aGrantIsWorthNothingWhenItComesTooLateOrForAnAskBeforeTheRelease() {
        Candidate candidate = new Candidate(PairSimulation.TIMES, 1, false, 0);
        assertThat(candidate.granted(0, 0, 500 * PairSimulation.MILLI)).isFalse();
        assertThat(candidate.granted(0, 100, 200)).isTrue();
        assertThat(candidate.holds(499 * PairSimulation.MILLI)).isTrue();
        assertThat(candidate.holds(501 * PairSimulation.MILLI)).isFalse();
        candidate.release(300);
        assertThat(candidate.holds(301)).isFalse();
        assertThat(candidate.granted(0, 250, 302)).isFalse();
        assertThat(candidate.granted(0, 305, 310)).isTrue();
        assertThat(candidate.term()).isEqualTo(2);
    }

    @Test
    void theSecondaryNeedsEveryVoter() {
        Candidate candidate = new Candidate(PairSimulation.TIMES, 2, true, 0);
        assertThat(candidate.granted(0, 10, 20)).isFalse();
        assertThat(candidate.granted(1, 5, 20)).isTrue();
        assertThat(candidate.until()).isEqualTo(5 + PairSimulation.TIMES.leaseNanos());
    }
}
