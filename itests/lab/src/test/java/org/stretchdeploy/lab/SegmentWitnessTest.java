package org.stretchdeploy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.lab.SegmentWitness.Frame;

/** The witness knows a machine that moves from two that run at once. */
final class SegmentWitnessTest {
    @Test
    void aMachineThatMovesAndReturnsIsOneMachine() {
        assertThat(SegmentWitness.both(List.of(
                        new Frame(1, "here"), new Frame(1.1, "here"), new Frame(5, "there"), new Frame(9, "here"))))
                .isZero();
    }

    @Test
    void twoCopiesThatSendInTurnAreTwo() {
        assertThat(SegmentWitness.both(List.of(
                        new Frame(1, "here"),
                        new Frame(1.1, "there"),
                        new Frame(1.2, "here"),
                        new Frame(1.3, "there"))))
                .isEqualTo(2);
    }
}
