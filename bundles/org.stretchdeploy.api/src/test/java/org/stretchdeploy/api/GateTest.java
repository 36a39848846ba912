package org.stretchdeploy.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of a gate, as surfaces get them. */
final class GateTest {
    @Test
    void withoutWordsItIsTheNetworkForTwoMinutes() {
        assertThat(Gate.of(Optional.empty(), Optional.empty()))
                .isEqualTo(Gate.STANDARD)
                .isEqualTo(new Gate(Gate.Kind.NETWORK, Duration.ofMinutes(2)));
    }

    @ParameterizedTest
    @CsvSource({"none,1s,NONE,1", "Power,90s,POWER,90", "NETWORK,3m,NETWORK,180", "network,1h,NETWORK,3600"})
    void wordsAreReadInAnyCase(String kind, String timeout, Gate.Kind read, long seconds) {
        assertThat(Gate.of(Optional.of(kind), Optional.of(timeout)))
                .isEqualTo(new Gate(read, Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @CsvSource({"yes,2m", "network,2", "network,0s", "network,61m", "network,2h", "network,-1s", "'',2m", "power,''"})
    void otherWordsAreRefusedWithASentence(String kind, String timeout) {
        assertThatThrownBy(() -> Gate.of(Optional.of(kind), Optional.of(timeout)))
                .isInstanceOfSatisfying(StretchException.class, e -> {
                    assertThat(e.code()).isEqualTo("invalid-gate");
                    assertThat(e.getMessage()).endsWith(".");
                });
    }
}
