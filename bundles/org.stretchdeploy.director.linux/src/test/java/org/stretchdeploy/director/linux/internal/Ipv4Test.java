package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.director.host.HostException;

class Ipv4Test {

    @Property
    void formatIsTheInverseOfParse(@ForAll @LongRange(max = 0xffff_ffffL) long address) {
        assertThat(Ipv4.parse(Ipv4.format(address))).isEqualTo(address);
    }

    @Property
    void subnetHoldsItsAddress(
            @ForAll @LongRange(max = 0xffff_ffffL) long address, @ForAll @IntRange(max = 32) int length) {
        Ipv4.Range subnet = new Ipv4.Cidr(address, length).subnet();
        assertThat(subnet.contains(address)).isTrue();
        assertThat(subnet.size()).isEqualTo(1L << (32 - length));
    }

    @Property(tries = 200)
    void mergedRangesHoldTheSameAddressesAndDoNotTouch(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 200) Integer> starts) {
        String text = starts.stream()
                .map(s -> "10.0.0." + s + "-10.0.0." + (s + 5))
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
        List<Ipv4.Range> merged = Ipv4.ranges(text);
        for (int last = 0; last < 256; last++) {
            long address = Ipv4.parse("10.0.0." + last);
            int octet = last;
            assertThat(merged.stream().filter(r -> r.contains(address)).count())
                    .isEqualTo(starts.stream().anyMatch(s -> s <= octet && octet <= s + 5) ? 1 : 0);
        }
    }

    @Test
    void netmasksHaveALength() {
        assertThat(Ipv4.prefixLength("255.255.255.0")).isEqualTo(24);
        assertThat(Ipv4.prefixLength("0.0.0.0")).isZero();
        assertThatThrownBy(() -> Ipv4.prefixLength("255.0.255.0")).isInstanceOf(HostException.class);
    }
}
