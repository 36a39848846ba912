package org.stretchdeploy.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * What a gate saw.
 *
 * @param looked     how many things it judged
 * @param violations one sentence each
 */
record Findings(int looked, List<String> violations) {

    /** Passes when nothing was found and at least {@code floor} things were judged: an empty look proves nothing. */
    void assertClean(int floor) {
        assertThat(violations).isEmpty();
        assertThat(looked).as("things judged").isGreaterThanOrEqualTo(floor);
    }

    /** For fixtures: passes when the gate would have failed with a sentence that holds {@code words}. */
    void assertCaught(String... words) {
        assertThat(violations).as("the gate must object to its fixture").anySatisfy(violation -> assertThat(violation)
                .contains(words));
    }
}
