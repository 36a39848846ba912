package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ForwardingTableTest {
    private static final int BOUND = 16;
    private static final int AGE = 10;

    record Heard(long mac, int side, int pause, boolean age) {}

    private record Entry(int side, int second) {}

    /** The table against a slow map that obviously does the right thing. */
    @Property(tries = 500)
    void agreesWithTheOracle(@ForAll("stories") List<Heard> story) {
        ForwardingTable table = new ForwardingTable(BOUND, AGE);
        Map<Long, Entry> oracle = new HashMap<>();
        int now = 1;
        for (Heard heard : story) {
            now += heard.pause;
            int second = now;
            if (heard.age) {
                table.age(now);
                oracle.values().removeIf(entry -> second - entry.second > AGE);
            }
            Entry before = oracle.get(heard.mac);
            int expected = before == null
                    ? (oracle.size() >= BOUND ? ForwardingTable.FULL : ForwardingTable.LEARNED)
                    : (before.side == heard.side ? ForwardingTable.KNOWN : ForwardingTable.MOVED);
            if (expected != ForwardingTable.FULL) {
                oracle.put(heard.mac, new Entry(heard.side, now));
            }
            assertThat(table.learn(heard.mac, heard.side, now)).isEqualTo(expected);
            assertThat(table.size()).isEqualTo(oracle.size());
            oracle.forEach((mac, entry) -> assertThat(table.side(mac)).isEqualTo(entry.side));
        }
        assertThat(table.machines(ForwardingTable.LOCAL, 100).size()
                        + table.machines(ForwardingTable.REMOTE, 100).size())
                .isEqualTo(oracle.size());
    }

    @Provide
    Arbitrary<List<Heard>> stories() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 30),
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(true, false, false, false))
                .as(Heard::new)
                .list()
                .ofMaxSize(80);
    }
}
