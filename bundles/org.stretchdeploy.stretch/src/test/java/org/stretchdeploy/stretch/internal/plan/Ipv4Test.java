package org.stretchdeploy.stretch.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.spi.Subnet;

final class Ipv4Test {
    @Property
    void textAndNumberAreTheSame(@ForAll @LongRange(min = 0, max = 0xffffffffL) long address) {
        assertThat(Ipv4.parse(Ipv4.text(address))).contains(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "a.b.c.d", "1..2.3", "-1.2.3.4", "1.2.3.4444", "::1"})
    void whatIsNoAddress(String text) {
        assertThat(Ipv4.parse(text)).isEmpty();
        assertThat(Ipv4.covers(text, "10.0.0.1")).isFalse();
        assertThat(Ipv4.overlap(text, 24, "10.0.0.1", 24)).isFalse();
    }

    @Property
    void overlapIsSymmetricAndHoldsForItself(
            @ForAll @LongRange(min = 0, max = 0xffffffffL) long a,
            @ForAll @IntRange(max = 32) int prefixA,
            @ForAll @LongRange(min = 0, max = 0xffffffffL) long b,
            @ForAll @IntRange(max = 32) int prefixB) {
        String one = Ipv4.text(a);
        String other = Ipv4.text(b);
        assertThat(Ipv4.overlap(one, prefixA, other, prefixB)).isEqualTo(Ipv4.overlap(other, prefixB, one, prefixA));
        assertThat(Ipv4.overlap(one, prefixA, one, prefixB)).isTrue();
        assertThat(Ipv4.overlap(one, prefixA, other, 32)).isEqualTo(Ipv4.covers(one + "/" + prefixA, other));
    }

    @ParameterizedTest
    @CsvSource({
        "Any,10.1.0.5,true",
        "any,10.1.0.5,true",
        "10.1.0.5,10.1.0.5,true",
        "10.1.0.6,10.1.0.5,false",
        "10.1.0.0/24,10.1.0.5,true",
        "10.1.1.0/24,10.1.0.5,false",
        "10.1.0.1-10.1.0.9,10.1.0.5,true",
        "10.1.0.6-10.1.0.9,10.1.0.5,false",
        "internal,10.1.0.5,false"
    })
    void wordsOfRules(String word, String address, boolean covered) {
        assertThat(Ipv4.covers(word, address)).isEqualTo(covered);
    }

    @Property
    void theFreeAddressIsInTheSubnetAndNobodys(
            @ForAll @LongRange(min = 0x0a000000L, max = 0x0affffffL) long gateway,
            @ForAll @IntRange(min = 20, max = 30) int prefix,
            @ForAll @IntRange(max = 20) int taken) {
        String at = Ipv4.text(gateway);
        List<String> used = java.util.stream.LongStream.range(0, taken)
                .mapToObj(i -> Ipv4.text((gateway | (1L << (32 - prefix)) - 1) - 1 - i))
                .toList();
        Optional<String> free = Ipv4.highestFree(at, prefix, used, List.of());
        free.ifPresent(address -> {
            assertThat(Ipv4.covers(at + "/" + prefix, address)).isTrue();
            assertThat(used).doesNotContain(address);
            assertThat(address).isNotEqualTo(at);
            long host = Ipv4.parse(address).orElseThrow() & (1L << (32 - prefix)) - 1;
            assertThat(host).isNotZero().isNotEqualTo((1L << (32 - prefix)) - 1);
        });
        assertThat(free.isPresent() || taken >= (1 << (32 - prefix)) - 3).isTrue();
    }

    @Test
    void rangesAreLeftOut() {
        assertThat(Ipv4.highestFree("10.1.0.1", 24, List.of("10.1.0.254"), List.of("10.1.0.100-10.1.0.253")))
                .contains("10.1.0.99");
        assertThat(Ipv4.highestFree("10.1.0.1", 31, List.of(), List.of())).isEmpty();
        assertThat(Ipv4.highestFree("nonsense", 24, List.of(), List.of())).isEmpty();
    }

    private static List<String> free(String gateway, int prefix, List<String> taken, String... ranges) {
        return Ipv4.free(new Subnet(gateway, prefix, List.of(), "", List.of(ranges)), taken, 3);
    }

    @Test
    void freeAddressesAreThoseOfThePoolFirst() {
        assertThat(free("10.1.0.1", 24, List.of(), "10.1.0.10-10.1.0.99"))
                .containsExactly("10.1.0.99", "10.1.0.98", "10.1.0.97");
        assertThat(free("10.1.0.1", 24, List.of("10.1.0.99", "10.1.0.20-10.1.0.98"), "10.1.0.19-10.1.0.99"))
                .containsExactly("10.1.0.19", "10.1.0.254", "10.1.0.253");
        assertThat(free("10.1.0.1", 24, List.of(), "10.1.0.8", "10.1.0.5-10.1.0.6"))
                .containsExactly("10.1.0.6", "10.1.0.5", "10.1.0.8");
        assertThat(free("10.1.0.254", 24, List.of("10.1.0.253"), "nonsense", "10.1.0.250-10.9.0.1"))
                .as("neither the gateway nor broadcast nor another subnet")
                .containsExactly("10.1.0.252", "10.1.0.251", "10.1.0.250");
        assertThat(free("10.1.0.1", 30, List.of("10.1.0.2"))).isEmpty();
        assertThat(free("10.1.0.1", 30, List.of())).containsExactly("10.1.0.2");
        assertThat(free("fd00::1", 24, List.of())).isEmpty();
    }
}
