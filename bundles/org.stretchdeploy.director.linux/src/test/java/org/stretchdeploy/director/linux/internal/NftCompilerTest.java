package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.stretchdeploy.director.linux.internal.Routed.NO_NAT;
import static org.stretchdeploy.director.linux.internal.Routed.OPEN;
import static org.stretchdeploy.director.linux.internal.Routed.dnat;
import static org.stretchdeploy.director.linux.internal.Routed.firewall;
import static org.stretchdeploy.director.linux.internal.Routed.nat;
import static org.stretchdeploy.director.linux.internal.Routed.oneToOne;
import static org.stretchdeploy.director.linux.internal.Routed.router;
import static org.stretchdeploy.director.linux.internal.Routed.rule;
import static org.stretchdeploy.director.linux.internal.Routed.snat;

import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.RouterSpec.Firewall;
import org.stretchdeploy.director.host.RouterSpec.FirewallEntry;

class NftCompilerTest {

    @Test
    void replacesTheTableInOneTransaction() {
        assertThat(NftCompiler.compile(router(NO_NAT, OPEN)))
                .startsWith("table ip stretchdeploy {}\nflush table ip stretchdeploy\ndelete table ip stretchdeploy\n"
                        + "table ip stretchdeploy {\n");
    }

    @Test
    void oneToOneTranslatesBothWays() {
        RouterSpec router = router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN);
        assertThat(NatRules.destination(router)).containsExactly("ip daddr 203.0.113.10 dnat to 10.9.0.10");
        assertThat(NatRules.source(router))
                .containsExactly(
                        "oifname \"int\" ip saddr 10.9.0.0/24 ct status dnat masquerade",
                        "oifname @external ip saddr 10.9.0.10 snat to 203.0.113.10",
                        "oifname \"ext\" snat to 203.0.113.2");
    }

    @Test
    void portsAreMapped() {
        assertThat(NatRules.destination(
                        router(nat(false, dnat("TCP", "203.0.113.2", "8080", "10.9.0.10", "80")), OPEN)))
                .containsExactly("ip daddr 203.0.113.2 tcp dport 8080 dnat to 10.9.0.10:80");
        assertThat(NatRules.destination(
                        router(nat(false, dnat("TCP_UDP", "203.0.113.2", "53", "10.9.0.10", "Any")), OPEN)))
                .containsExactly(
                        "ip daddr 203.0.113.2 tcp dport 53 dnat to 10.9.0.10",
                        "ip daddr 203.0.113.2 udp dport 53 dnat to 10.9.0.10");
        assertThat(NatRules.destination(
                        router(nat(false, dnat("TCP", "203.0.113.2", "100-102", "10.9.0.10", "200-202")), OPEN)))
                .containsExactly(
                        "ip daddr 203.0.113.2 tcp dport 100 dnat to 10.9.0.10:200",
                        "ip daddr 203.0.113.2 tcp dport 101 dnat to 10.9.0.10:201",
                        "ip daddr 203.0.113.2 tcp dport 102 dnat to 10.9.0.10:202");
    }

    @Test
    void portRangesOfDifferentLengthsAreRefused() {
        RouterSpec router = router(nat(false, dnat("TCP", "203.0.113.2", "1-9", "10.9.0.10", "1-8")), OPEN);
        assertThatThrownBy(() -> NftCompiler.compile(router))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("equally long");
    }

    @Test
    void switchedOffNatAndFirewallDoNothing() {
        RouterSpec.Nat off = new RouterSpec.Nat(false, true, List.of(oneToOne("203.0.113.10", "10.9.0.10")));
        Firewall open = new Firewall(false, false, false, List.of(rule(false, "ANY", "Any", "Any", "Any")));
        String script = NftCompiler.compile(router(off, open));
        assertThat(script).doesNotContain("dnat", "snat to", "drop", "jump");
        assertThat(script).contains("priority filter; policy accept;");
    }

    @Test
    void wordsBecomeInterfacesAndOrderIsKept() {
        RouterSpec router = router(
                NO_NAT,
                firewall(
                        false,
                        rule(true, "TCP", "external", "10.9.0.10", "80"),
                        rule(false, "ANY", "10.9.0.7-10.9.0.9", "external", "Any"),
                        rule(true, "ANY", "internal", "Any", "Any")));
        assertThat(FirewallRules.rules(router))
                .containsExactly(
                        "iifname @external ip daddr 10.9.0.10 meta l4proto { tcp } th dport 80 accept",
                        "ip saddr { 10.9.0.7-10.9.0.9 } oifname @external drop",
                        "iifname @internal accept");
        assertThat(NftCompiler.compile(router)).contains("priority filter; policy drop;");
    }

    @Test
    void destinationBeforeTranslationIsThatOfTheConnection() {
        FirewallEntry before = new FirewallEntry(
                "f", true, Set.of("TCP", "UDP", "ICMP"), "Any", "Any", "203.0.113.10", "8000-8010", false, false);
        assertThat(FirewallRules.rules(router(NO_NAT, firewall(false, before))))
                .containsExactly(
                        "ct original ip daddr 203.0.113.10 meta l4proto { tcp, udp } ct original proto-dst 8000-8010"
                                + " accept",
                        "ct original ip daddr 203.0.113.10 ip protocol icmp accept");
    }

    @Test
    void loggedRulesHaveACleanPrefix() {
        FirewallEntry logged =
                new FirewallEntry("a\"; drop\n{b}", true, Set.of("ANY"), "Any", "Any", "Any", "Any", true, true);
        assertThat(FirewallRules.rules(router(NO_NAT, new Firewall(true, true, true, List.of(logged)))))
                .containsExactly(
                        "limit rate 20/second log prefix \"firewall rule=a___drop__b_ \"",
                        "accept",
                        "limit rate 20/second log prefix \"firewall rule=default \"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1; drop",
                "10.0.0.256",
                "10.0.0.1/33",
                "::1",
                "10.0.0.9-10.0.0.1",
                "@external",
                "1.2.3",
                "10.0.0.1 } accept"
            })
    void addressesThatAreNoneAreRefused(String text) {
        RouterSpec asSource = router(NO_NAT, firewall(true, rule(true, "ANY", text, "Any", "Any")));
        RouterSpec asNat = router(nat(false, snat(text, "203.0.113.2")), OPEN);
        assertThatThrownBy(() -> NftCompiler.compile(asSource)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> NftCompiler.compile(asNat)).isInstanceOf(HostException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80; drop", "0-70000", "9-1", "http", "-5", "1-2-3", "80 accept"})
    void portsThatAreNoneAreRefused(String text) {
        RouterSpec router = router(NO_NAT, firewall(true, rule(true, "TCP", "Any", "Any", text)));
        assertThatThrownBy(() -> NftCompiler.compile(router)).isInstanceOf(HostException.class);
    }

    @Property(tries = 300)
    void anythingTypedIsEitherRefusedOrWrittenAnew(@ForAll String source, @ForAll String port, @ForAll String id) {
        FirewallEntry entry = new FirewallEntry(id, true, Set.of("TCP"), source, port, "Any", "Any", true, true);
        try {
            for (String rule : FirewallRules.rules(router(NO_NAT, firewall(true, entry)))) {
                assertThat(rule).matches("[ -~]*").doesNotContain(";", "#", "\\", "\n");
            }
        } catch (HostException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 200)
    void sameRouterSameTextAndAnyChangeAnotherMarker(@ForAll("entries") List<FirewallEntry> entries) {
        RouterSpec router = router(NO_NAT, firewall(false, entries.toArray(FirewallEntry[]::new)));
        assertThat(NftCompiler.compile(router)).isEqualTo(NftCompiler.compile(router));
        RouterSpec other = router(NO_NAT, firewall(true, entries.toArray(FirewallEntry[]::new)));
        assertThat(NftCompiler.marker(other)).isNotEqualTo(NftCompiler.marker(router));
    }

    @Provide
    Arbitrary<List<FirewallEntry>> entries() {
        Arbitrary<String> addresses =
                Arbitraries.of("Any", "internal", "external", "10.1.2.3", "10.0.0.0/8", "10.0.0.1-10.0.0.9");
        Arbitrary<String> ports = Arbitraries.of("Any", "80", "1-1024");
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.subsetOf("TCP", "UDP", "ICMP", "ANY"),
                        addresses,
                        ports,
                        addresses,
                        ports,
                        Arbitraries.of(true, false))
                .as((allow, protocols, source, sourcePort, destination, destinationPort, translated) ->
                        new FirewallEntry(
                                "r",
                                allow,
                                protocols,
                                source,
                                sourcePort,
                                destination,
                                destinationPort,
                                translated,
                                false))
                .list()
                .ofMaxSize(6);
    }
}
