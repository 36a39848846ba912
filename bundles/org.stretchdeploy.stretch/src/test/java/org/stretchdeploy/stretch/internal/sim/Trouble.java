package org.stretchdeploy.stretch.internal.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.stretchdeploy.workflow.testkit.CrashingJournal.Side;

/**
 * What happens to one operation.
 *
 * @param faults   most calls that are spoiled at random
 * @param perMille how likely each is to be spoiled
 * @param deaths   where in the journal the first controller, the second and so on die
 * @param takeover where the first controller is halted and another node takes over
 * @param at       what happens between two turns of the engine, by the number of the turn
 * @param strikes  what happens at writing calls, by the number of the call since the operation began
 * @param operator whether it may end needing an operator, who then asks for a retry
 */
record Trouble(
        int faults,
        int perMille,
        List<Death> deaths,
        Optional<Takeover> takeover,
        Map<Integer, List<Kind>> at,
        Map<Integer, Strike> strikes,
        boolean operator) {
    /** @param write number of the journal write since that controller started */
    record Death(long write, Side side) {}

    /**
     * @param write before which journal write the node is halted
     * @param turns how many turns the other node has until the halted one goes on
     */
    record Takeover(long write, int turns) {}

    /** What may happen between two turns. */
    enum Kind {
        EDIT,
        CANCEL,
        KILL,
        WATCH,
        START_AT_HOME,
        PLUG_AT_HOME,
        PLUG_AT_TARGET,
        SOURCE_DOWN,
        TARGET_DOWN,
        AGENTS_DOWN,
        /** A guest does not answer for a while. */
        MUTE,
        ALL_UP,
        /** Of a trial. */
        COMMIT
    }

    /** Longer than the gate that the simulation asks for, shorter than the patience for continuity. */
    private static final int MOST_MUTE = 250;

    static final Trouble NONE = new Trouble(0, 0, List.of(), Optional.empty(), Map.of(), Map.of(), false);

    /** Nothing of this kind, but something at a row of the table. */
    static final Trouble AT_A_ROW = between(0);

    static Trouble strike(int call, Strike strike) {
        return new Trouble(0, 0, List.of(), Optional.empty(), Map.of(), Map.of(call, strike), false);
    }

    static Trouble death(long write, Side side) {
        return new Trouble(0, 0, List.of(new Death(write, side)), Optional.empty(), Map.of(), Map.of(), false);
    }

    static Trouble takeover(long write, int turns) {
        return new Trouble(0, 0, List.of(), Optional.of(new Takeover(write, turns)), Map.of(), Map.of(), false);
    }

    /** Between two turns, one after the other. */
    static Trouble between(int turn, Kind... kinds) {
        return new Trouble(0, 0, List.of(), Optional.empty(), Map.of(turn, List.of(kinds)), Map.of(), false);
    }

    /** Somebody commits the trial at this turn, too. */
    Trouble withCommit(int turn) {
        Map<Integer, List<Kind>> more = new TreeMap<>(at);
        List<Kind> all = new ArrayList<>(more.getOrDefault(turn, List.of()));
        all.add(Kind.COMMIT);
        more.put(turn, all);
        return new Trouble(faults, perMille, deaths, takeover, more, strikes, operator);
    }

    Trouble withOperator() {
        return new Trouble(faults, perMille, deaths, takeover, at, strikes, true);
    }

    /** @param turns about how many turns the operation takes */
    static Trouble random(Random random, int turns) {
        if (random.nextInt(8) == 0) {
            return NONE;
        }
        TreeMap<Integer, List<Kind>> at = new TreeMap<>();
        some(random, at, turns, Kind.EDIT, random.nextInt(3));
        some(random, at, turns, Kind.CANCEL, random.nextInt(3) == 0 ? 1 : 0);
        some(random, at, turns, Kind.KILL, random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0);
        some(random, at, turns, Kind.WATCH, random.nextInt(2));
        some(random, at, turns, Kind.START_AT_HOME, random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0);
        some(random, at, turns, Kind.PLUG_AT_HOME, random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0);
        some(random, at, turns, Kind.PLUG_AT_TARGET, random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0);
        if (random.nextInt(8) == 0) {
            int begin = random.nextInt(turns);
            Kind kind = List.of(Kind.SOURCE_DOWN, Kind.TARGET_DOWN, Kind.AGENTS_DOWN)
                    .get(random.nextInt(3));
            put(at, begin, kind);
            put(at, begin + 1 + random.nextInt(8), Kind.ALL_UP);
        }
        if (random.nextInt(6) == 0) {
            int begin = random.nextInt(turns);
            put(at, begin, Kind.MUTE);
            put(at, begin + 1 + random.nextInt(MOST_MUTE), Kind.ALL_UP);
        }
        List<Death> deaths = new ArrayList<>();
        int howMany = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        for (int i = 0; i < howMany; i++) {
            deaths.add(new Death(1 + random.nextInt(2 * turns), Side.values()[random.nextInt(2)]));
        }
        Optional<Takeover> takeover = random.nextInt(5) == 0
                ? Optional.of(new Takeover(1 + random.nextInt(3 * turns), random.nextInt(2 * turns)))
                : Optional.empty();
        Map<Integer, Strike> strikes = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            strikes.put(1 + random.nextInt(turns), Strike.values()[random.nextInt(Strike.values().length)]);
        }
        return new Trouble(random.nextInt(4), 10 + random.nextInt(60), deaths, takeover, at, strikes, false);
    }

    private static void some(Random random, TreeMap<Integer, List<Kind>> at, int turns, Kind kind, int times) {
        for (int i = 0; i < times; i++) {
            put(at, random.nextInt(turns), kind);
        }
    }

    private static void put(TreeMap<Integer, List<Kind>> at, int turn, Kind kind) {
        List<Kind> all = new ArrayList<>(at.getOrDefault(turn, List.of()));
        all.add(kind);
        at.put(turn, all);
    }
}
