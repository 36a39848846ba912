package org.stretchdeploy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosOptionsTest {
    @Test
    void wordsInAnyOrder() {
        assertThat(ChaosOptions.of(List.of(), 7)).isEqualTo(new ChaosOptions(3, 7, 1, 1, false));
        assertThat(ChaosOptions.of(
                        List.of("--vapp", "--seed", "-5", "--blows", "4", "--runs", "100", "--nodes", "2"), 7))
                .isEqualTo(new ChaosOptions(100, -5, 2, 4, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--runs", "--runs x", "--runs 0", "--nodes 3", "--blows 21", "--rnus 5", "5", "--seed 1.5"})
    void anyOtherWordIsRefused(String words) {
        assertThatThrownBy(() -> ChaosOptions.of(List.of(words.split(" ")), 7))
                .isInstanceOf(WrongUse.class)
                .hasMessageContaining("--blows K");
    }
}
