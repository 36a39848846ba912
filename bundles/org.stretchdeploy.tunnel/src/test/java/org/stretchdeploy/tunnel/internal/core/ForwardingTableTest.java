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
import net.jqwik.api.constraints.IntRange;

class ForwardingTableTest {
    private static final int BOUND = 16;
    private static final int AGE = 10;

    record Heard(long mac, int side, int pause, boolean age) {}

    private static final class Entry {
        private int side;
        private int second;
        private int moves;
        private int firstMove;
        private boolean held;

        /** What the table should say, step by step as RFC 7432 section 15.1 has it. */
        int heard(int where, int now) {
            second = now;
            if (held) {
                return ForwardingTable.FLAPPING;
            }
            if (side == where) {
                return ForwardingTable.KNOWN;
            }
            side = where;
            if (moves == 0 || now - firstMove > ForwardingTable.MOVE_SECONDS) {
                moves = 0;
                firstMove = now;
            }
            moves++;
            held = moves >= ForwardingTable.MOVES;
            return held ? ForwardingTable.FLAPPING : ForwardingTable.MOVED;
        }

        void age(int now) {
            if (now - firstMove > ForwardingTable.MOVE_SECONDS) {
                moves = 0;
                held = false;
            }
        }
    }

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
                oracle.values().forEach(entry -> entry.age(second));
            }
            Entry before = oracle.get(heard.mac);
            int expected;
            if (before != null) {
                expected = before.heard(heard.side, now);
            } else if (oracle.size() >= BOUND) {
                expected = ForwardingTable.FULL;
            } else {
                expected = ForwardingTable.LEARNED;
                Entry fresh = new Entry();
                fresh.side = heard.side;
                fresh.second = now;
                oracle.put(heard.mac, fresh);
            }
            assertThat(table.learn(heard.mac, heard.side, now)).isEqualTo(expected);
            assertThat(table.size()).isEqualTo(oracle.size());
            oracle.forEach((mac, entry) -> assertThat(table.side(mac)).isEqualTo(entry.side));
        }
        assertThat(table.machines(ForwardingTable.LOCAL, 100).size()
                        + table.machines(ForwardingTable.REMOTE, 100).size())
                .isEqualTo(oracle.size());
    }

    /** Real machines are heard again and again, those of a flood once; one that moves is evidence. */
    @Property(tries = 100)
    void fullTableForgetsTheSilentHalf(
            @ForAll @IntRange(min = 1, max = 6) int real, @ForAll @IntRange(max = 3) int pause) {
        ForwardingTable table = new ForwardingTable(BOUND, AGE);
        table.learn(1000, ForwardingTable.LOCAL, 1);
        table.learn(1000, ForwardingTable.REMOTE, 1);
        for (int i = 1; i < BOUND; i++) {
            table.learn(i, ForwardingTable.LOCAL, 1);
        }
        assertThat(table.learn(2000, ForwardingTable.LOCAL, 1)).isEqualTo(ForwardingTable.FULL);
        int now = 2 + pause;
        for (int i = 1; i <= real; i++) {
            table.learn(i, ForwardingTable.LOCAL, now);
        }
        table.makeRoom(now);
        assertThat(table.size()).isBetween(BOUND / 2, BOUND / 2 + 1);
        assertThat(table.side(1000)).isEqualTo(ForwardingTable.REMOTE);
        for (int i = 1; i <= real; i++) {
            assertThat(table.side(i)).isEqualTo(ForwardingTable.LOCAL);
        }
        assertThat(table.learn(2000, ForwardingTable.LOCAL, now)).isEqualTo(ForwardingTable.LEARNED);
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
