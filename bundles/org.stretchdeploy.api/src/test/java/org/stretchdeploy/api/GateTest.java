package org.stretchdeploy.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of a gate, as surfaces get them. */
final class GateTest {
    private static Gate of(String... words) {
        return Gate.of(Arrays.asList(words), Optional.empty());
    }

    @Test
    void withoutWordsItIsTheNetworkForTwoMinutes() {
        assertThat(of()).isEqualTo(Gate.STANDARD).isEqualTo(new Gate(Gate.Kind.NETWORK, Duration.ofMinutes(2)));
    }

    @ParameterizedTest
    @CsvSource({"none,1s,NONE,1", "Power,90s,POWER,90", "NETWORK,3m,NETWORK,180", "network,1h,NETWORK,3600"})
    void wordsAreReadInAnyCase(String kind, String timeout, Gate.Kind read, long seconds) {
        assertThat(Gate.of(List.of(kind), Optional.of(timeout))).isEqualTo(new Gate(read, Duration.ofSeconds(seconds)));
    }

    @Test
    void machinesMayDiffer() {
        Gate gate = of("db=tcp:5432", "Power", "a=b=PING", "web=TCP:65535");
        assertThat(gate.checkOf("db")).isEqualTo(new Gate.Check(Gate.Kind.TCP, 5432));
        assertThat(gate.checkOf("a=b")).isEqualTo(new Gate.Check(Gate.Kind.PING, 0));
        assertThat(gate.checkOf("web")).hasToString("tcp:65535");
        assertThat(gate.checkOf("anybody else")).isEqualTo(new Gate.Check(Gate.Kind.POWER, 0));
        assertThat(of("tcp:22").checkOf("x")).isEqualTo(new Gate.Check(Gate.Kind.TCP, 22));
        assertThat(of("db=tcp:1").check()).isEqualTo(Gate.STANDARD.check());
        gate.requireOnly(List.of("web", "db", "a=b", "more"));
    }

    /** Its digest tells whether a request with the same idempotency key is the same, also after an update. */
    @Test
    void textOfAnOldWishStays() {
        assertThat(Gate.STANDARD).hasToString("Gate[kind=NETWORK, timeout=PT2M]");
        assertThat(of("b=ping", "a=tcp:1")).hasToString(of("a=tcp:1", "b=ping").toString());
        assertThat(of("a=ping").toString()).isNotEqualTo(of("ping").toString());
        assertThat(of("tcp:1").toString()).isNotEqualTo(of("tcp:2").toString());
    }

    @ParameterizedTest
    @CsvSource({"yes,2m", "network,2", "network,0s", "network,61m", "network,2h", "network,-1s", "'',2m", "power,''"})
    void otherWordsAreRefusedWithASentence(String kind, String timeout) {
        assertThatThrownBy(() -> Gate.of(List.of(kind), Optional.of(timeout))).satisfies(GateTest::sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp",
                "tcp:",
                "tcp:0",
                "tcp:65536",
                "tcp:99999999999",
                "tcp:-1",
                "tcp:ssh",
                "tcp:22 ",
                "tcp:２２",
                "udp:53",
                "db=",
                "db=yes",
                "db=tcp:0",
                "=ping",
                " =ping",
                "network|power",
                "ping|ping",
                "db=ping|db=tcp:1",
                "db=ping|db=ping",
                "tcp:1\n"
            })
    void noPortNoNameAndTwiceAreRefused(String words) {
        assertThatThrownBy(() -> of(words.split("[|]"))).satisfies(GateTest::sentence);
    }

    @Test
    void nothingOverlongAndUnknownMachinesAreRefused() {
        assertThatThrownBy(() -> of((String) null)).satisfies(GateTest::sentence);
        assertThatThrownBy(() -> of("x".repeat(129) + "=ping")).satisfies(GateTest::sentence);
        assertThatThrownBy(() -> of("nobody=ping").requireOnly(List.of("web", "db")))
                .satisfies(GateTest::sentence)
                .hasMessageContaining("\"nobody\"")
                .hasMessageContaining("web, db");
        assertThatThrownBy(() -> new Gate(Gate.Kind.TCP, Duration.ofMinutes(1))).satisfies(GateTest::sentence);
        assertThatThrownBy(() -> new Gate.Check(Gate.Kind.PING, 7)).satisfies(GateTest::sentence);
    }

    private static void sentence(Throwable refusal) {
        assertThat(refusal).isInstanceOfSatisfying(StretchException.class, e -> {
            assertThat(e.code()).isEqualTo("invalid-gate");
            assertThat(e.kind()).isEqualTo(StretchException.Kind.USER);
            assertThat(e.getMessage()).endsWith(".").doesNotContain("\n");
        });
    }
}
