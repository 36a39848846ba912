package org.stretchdeploy.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.stretchdeploy.edge.Sample.allow;
import static org.stretchdeploy.edge.Sample.edge;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Dhcp;

class CanonicalFormTest {
    @ParameterizedTest
    @CsvSource({
        "Any,any",
        "ANY,any",
        "'',any",
        "*,any",
        "0.0.0.0/0,any",
        "Internal,internal",
        "10.1.0.7/24,10.1.0.0/24",
        "10.1.0.7/32,10.1.0.7",
        "10.1.0.7-10.1.0.7,10.1.0.7",
        "' 10.1.0.7 - 10.1.0.9 ',10.1.0.7-10.1.0.9",
        "'10.2.0.1, 10.1.0.1','10.1.0.1,10.2.0.1'",
        "10.1.0.7/0,any",
        "999.1.1.1/8,999.1.1.1/8",
        "FE80::1,fe80::1"
    })
    void addressesThatMeanTheSameAreEqual(String written, String canonical) {
        assertThat(Words.address(written)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({"Any,any", "-1,any", "443-443,443", "1-65535,any", "80 - 90,80-90"})
    void portsThatMeanTheSameAreEqual(String written, String canonical) {
        assertThat(Words.port(written)).isEqualTo(canonical);
    }

    @Test
    void anEntryThatServesNothingIsNoEntry() {
        var none = edge(List.of(), List.of());
        var empty = new EdgeServices(
                none.firewall(), none.nat(), List.of(new Dhcp("n", false, "", "", 0, 0)), none.routes());
        var without = new EdgeServices(none.firewall(), none.nat(), List.of(), none.routes());
        assertThat(CanonicalForm.text(empty)).isEqualTo(CanonicalForm.text(without));
    }

    @Test
    void aNameCannotForgeALine() {
        var forged = edge(List.of(), List.of(allow("", "x\"\nfirewall-rule on", "Any")));
        assertThat(CanonicalForm.text(forged).lines().filter(line -> line.startsWith("firewall-rule")))
                .hasSize(1);
    }

    @Test
    void theDigestIsSha256InHex() {
        assertThat(CanonicalForm.digest(edge(List.of(), List.of()))).matches("[0-9a-f]{64}");
    }
}
