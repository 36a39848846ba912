package org.stretchdeploy.director.linux.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.RouterSpec.Firewall;
import org.stretchdeploy.director.host.RouterSpec.FirewallEntry;
import org.stretchdeploy.director.host.RouterSpec.Interface;
import org.stretchdeploy.director.host.RouterSpec.Nat;
import org.stretchdeploy.director.host.RouterSpec.NatEntry;
import org.stretchdeploy.director.host.RouterSpec.NatKind;
import org.stretchdeploy.director.host.RouterSpec.Side;

/** The kernel accepts whatever the compiler writes, and replaces one script by the next. */
class NftSyntaxLabIT {
    private static final String NAMESPACE = "sdt-nft-" + ProcessHandle.current().pid();
    private static final Commands COMMANDS = new Commands();
    private static final Namespaces NAMESPACES = new Namespaces(COMMANDS);

    @BeforeContainer
    static void make() {
        NAMESPACES.ensure(NAMESPACE, List.of());
    }

    @AfterContainer
    static void remove() {
        NAMESPACES.delete(NAMESPACE);
    }

    @Property(tries = 100)
    void everyRouterLoads(@ForAll("routers") RouterSpec router) {
        COMMANDS.runWithInput(NftCompiler.compile(router), NAMESPACES.inside(NAMESPACE, "nft", "-f", "-"));
        COMMANDS.run(NAMESPACES.inside(
                NAMESPACE, "nft", "list", "chain", "ip", NftCompiler.TABLE, NftCompiler.marker(router)));
    }

    @Provide
    Arbitrary<RouterSpec> routers() {
        Arbitrary<List<Interface>> interfaces = Arbitraries.of(
                List.of(),
                List.of(link("ext", "203.0.113.2/24", Side.EXTERNAL)),
                List.of(link("int", "10.9.0.1/24", Side.INTERNAL)),
                List.of(
                        link("ext", "203.0.113.2/24", Side.EXTERNAL),
                        link("ext-2", "198.51.100.2/24", Side.EXTERNAL),
                        link("int", "10.9.0.1/24", Side.INTERNAL),
                        link("int-2", "10.8.0.1/16", Side.INTERNAL)));
        Arbitrary<Nat> nat = Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        natEntries().list().ofMaxSize(5))
                .as(Nat::new);
        Arbitrary<Firewall> firewall = Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        firewallEntries().list().ofMaxSize(6))
                .as(Firewall::new);
        return Combinators.combine(interfaces, nat, firewall)
                .as((i, n, f) -> new RouterSpec("r", "r", i, Optional.empty(), List.of(), n, f, List.of()));
    }

    private static Interface link(String name, String address, Side side) {
        return new Interface(name, "n", "02:00:00:00:00:01", List.of(address), side);
    }

    private static Arbitrary<NatEntry> natEntries() {
        Arbitrary<NatEntry> destination = Combinators.combine(
                        Arbitraries.of("TCP", "UDP", "TCP_UDP", "ICMP", "ANY", "tcp"),
                        Arbitraries.of("203.0.113.10", "203.0.113.16/30", "203.0.113.20-203.0.113.22"),
                        Arbitraries.of("Any", "80", "8000-8003"),
                        Arbitraries.of("10.9.0.10", "10.9.0.10-10.9.0.12"),
                        Arbitraries.of("Any", "8080", "9000-9003"))
                .filter((protocol, external, port, internal, to) -> !(port.equals("80") && to.contains("-")))
                .as((protocol, external, port, internal, to) ->
                        new NatEntry("d", NatKind.DNAT, protocol, external, port, internal, to));
        Arbitrary<NatEntry> source = Combinators.combine(
                        Arbitraries.of("TCP", "UDP", "TCP_UDP", "ICMP", "ANY"),
                        Arbitraries.of("Any", "10.9.0.0/24", "10.9.0.3", "10.9.0.3-10.9.0.5"),
                        Arbitraries.of("203.0.113.10", "203.0.113.20-203.0.113.22"),
                        Arbitraries.of("Any", "1024-2048"))
                .as((protocol, internal, external, port) ->
                        new NatEntry("s", NatKind.SNAT, protocol, external, "Any", internal, port));
        Arbitrary<NatEntry> both = Arbitraries.of("10.9.0.7", "10.8.0.9")
                .map(inside -> new NatEntry("o", NatKind.ONE_TO_ONE, "ANY", "203.0.113.30", "Any", inside, "Any"));
        return Arbitraries.oneOf(destination, source, both);
    }

    private static Arbitrary<FirewallEntry> firewallEntries() {
        Arbitrary<String> places = Arbitraries.of(
                "Any",
                "internal",
                "external",
                "10.9.0.3",
                "10.0.0.0/8",
                "0.0.0.0/0",
                "10.9.0.3-10.9.0.200",
                "10.9.0.1, 10.9.0.2,192.0.2.0/24");
        Arbitrary<String> ports = Arbitraries.of("Any", "443", "1024-65535", "-1");
        Arbitrary<Set<String>> protocols = Arbitraries.subsetOf("TCP", "UDP", "ICMP", "ANY");
        Arbitrary<Boolean> flag = Arbitraries.of(true, false);
        return Combinators.combine(flag, protocols, places, ports, places, ports, flag, flag)
                .as((allow, protocol, from, fromPort, to, toPort, translated, log) ->
                        new FirewallEntry("rule \"x\"", allow, protocol, from, fromPort, to, toPort, translated, log));
    }
}
