package org.stretchdeploy.stretch.internal.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * What happens to one operation besides faults, by number of the engine's turn.
 *
 * @param faults     most spoiled writing calls
 * @param perMille   how likely each is to be spoiled
 * @param crashes    numbers of journal writes, since the start of a controller, at which the controller dies
 */
record Trouble(int faults, int perMille, List<Integer> crashes, TreeMap<Integer, List<Kind>> at) {
    /** What may happen between two turns. */
    enum Kind {
        EDIT,
        CANCEL,
        KILL,
        WATCH,
        START_AT_HOME,
        SOURCE_DOWN,
        TARGET_DOWN,
        AGENTS_DOWN,
        ALL_UP
    }

    static final Trouble NONE = new Trouble(0, 0, List.of(), new TreeMap<>());

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
        if (random.nextInt(8) == 0) {
            int begin = random.nextInt(turns);
            Kind kind = List.of(Kind.SOURCE_DOWN, Kind.TARGET_DOWN, Kind.AGENTS_DOWN)
                    .get(random.nextInt(3));
            put(at, begin, kind);
            put(at, begin + 1 + random.nextInt(8), Kind.ALL_UP);
        }
        List<Integer> crashes = new ArrayList<>();
        int deaths = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        for (int i = 0; i < deaths; i++) {
            crashes.add(1 + random.nextInt(2 * turns));
        }
        int faults = random.nextInt(4);
        return new Trouble(faults, 10 + random.nextInt(60), crashes, at);
    }

    private static void some(Random random, TreeMap<Integer, List<Kind>> at, int turns, Kind kind, int times) {
        for (int i = 0; i < times; i++) {
            put(at, random.nextInt(turns), kind);
        }
    }

    private static void put(TreeMap<Integer, List<Kind>> at, int turn, Kind kind) {
        at.computeIfAbsent(turn, k -> new ArrayList<>()).add(kind);
    }
}
