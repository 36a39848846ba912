package org.stretchdeploy.api;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to hold of the machines of one start order before those of the next one are started in their new place.
 *
 * @param check    what is looked at of every machine that {@code machines} does not name
 * @param machines what is looked at of single machines, by name
 * @param timeout  how long it may take from the start of the machines on, 1 second to 1 hour; their start delay is added
 */
public record Gate(Check check, SortedMap<String, Check> machines, Duration timeout) {
    /** How much is looked at. */
    public enum Kind {
        /** Nothing; only the start delay of the vApp's start section is kept. */
        NONE,
        /** The cloud says that the machine runs. */
        POWER,
        /** It runs, and every address of its that answered on the segment before the move answers there again. */
        NETWORK,
        /** As {@link #NETWORK}, and its addresses that answered an ICMP echo request before the move answer one again (ADR 0034). */
        PING,
        /** As {@link #NETWORK}, and its addresses where the TCP port was open before the move have it open again (ADR 0034). */
        TCP
    }

    /**
     * What is looked at of one machine.
     *
     * @param port 1 to 65535 for {@link Kind#TCP}, else 0
     */
    public record Check(Kind kind, int port) {
        private static final Pattern TCP = Pattern.compile("tcp(?::(.*))?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
        private static final int MOST_PORT = 65_535;

        public Check {
            Objects.requireNonNull(kind, "kind");
            boolean valid = kind == Kind.TCP ? port >= 1 && port <= MOST_PORT : port == 0;
            if (!valid) {
                throw noPort();
            }
        }

        /**
         * From a word.
         *
         * @param word {@code none}, {@code power}, {@code network}, {@code ping} or {@code tcp:PORT}, in any case
         * @throws StretchException USER for another one
         */
        static Check of(String word) {
            Matcher tcp = TCP.matcher(word);
            if (tcp.matches()) {
                String port = tcp.group(1);
                if (port == null || !NUMBER.matcher(port).matches()) {
                    throw noPort();
                }
                return new Check(Kind.TCP, Integer.parseInt(port));
            }
            return Words.find(Kind.values(), word)
                    .map(kind -> new Check(kind, 0))
                    .orElseThrow(() -> invalid(
                            "Between two start orders the gate is none, power, network, ping or tcp:PORT, for one machine"
                                    + " MACHINE= before it, not " + Quoted.quote(word) + "."));
        }

        private static StretchException noPort() {
            return invalid("A gate that asks for a TCP port names it, 1 to 65535, such as tcp:5432.");
        }

        @Override
        public String toString() {
            String name = kind.name().toLowerCase(Locale.ROOT);
            return kind == Kind.TCP ? name + ":" + port : name;
        }
    }

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST_NAME = 128;
    private static final Pattern TIME = Pattern.compile("([0-9]{1,5})([smh])");

    /** What is meant when nothing is said: {@code NETWORK}, two minutes. */
    public static final Gate STANDARD = new Gate(Kind.NETWORK, Duration.ofMinutes(2));

    public Gate {
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(timeout, "timeout");
        machines = Collections.unmodifiableSortedMap(new TreeMap<>(machines));
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw invalid("A gate waits between 1 second and 1 hour, such as 2m.");
        }
    }

    /** The same for every machine; not for {@link Kind#TCP}, which needs a port. */
    public Gate(Kind kind, Duration timeout) {
        this(new Check(kind, 0), new TreeMap<>(), timeout);
    }

    /**
     * From a surface's words.
     *
     * @param words   each {@code none}, {@code power}, {@code network}, {@code ping} or {@code tcp:PORT}, in any case, at
     *     most one of them for all machines, the others with {@code MACHINE=} before; without one for all: network
     * @param timeout a number and s, m or h; without it: two minutes
     * @throws StretchException USER for other words, and when something is said twice
     */
    public static Gate of(List<String> words, Optional<String> timeout) {
        Check all = null;
        TreeMap<String, Check> machines = new TreeMap<>();
        for (String given : words) {
            String word = given == null ? "" : given;
            // a name may have an equals sign in it, a check has none
            int equals = word.lastIndexOf('=');
            Check check = Check.of(word.substring(equals + 1));
            if (equals < 0 && all != null) {
                throw invalid("The gate for all machines is given twice, as " + all + " and as " + check + ".");
            }
            if (equals < 0) {
                all = check;
            } else if (machines.put(machine(word.substring(0, equals)), check) != null) {
                throw invalid("The gate of machine " + Quoted.quote(word.substring(0, equals)) + " is given twice.");
            }
        }
        return new Gate(
                all == null ? STANDARD.check() : all,
                machines,
                timeout.map(Gate::time).orElse(STANDARD.timeout()));
    }

    private static String machine(String name) {
        if (name.isBlank() || name.length() > MOST_NAME) {
            throw invalid("The name of a machine before the = of a gate has 1 to 128 characters.");
        }
        return name;
    }

    /** What is looked at of a machine. */
    public Check checkOf(String machine) {
        return machines.getOrDefault(machine, check);
    }

    /**
     * Refuses gates of machines that the operation does not move.
     *
     * @param moved names of the machines that it moves
     * @throws StretchException USER when a gate names another one
     */
    public void requireOnly(List<String> moved) {
        machines.keySet().stream()
                .filter(name -> !moved.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw invalid(
                            "A gate is given for " + Quoted.quote(name) + ", which is none of the machines to move"
                                    + (moved.isEmpty() ? "." : ": " + String.join(", ", moved) + "."));
                });
    }

    private static StretchException invalid(String sentence) {
        return StretchException.user("invalid-gate", sentence);
    }

    private static Duration time(String text) {
        Matcher matcher = TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw invalid("The time limit of a gate is a number and s, m or h, such as 2m.");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** The same text for the same wish in every release: digests of requests are made of it. */
    @Override
    public String toString() {
        Object what = check.kind() == Kind.TCP ? check : check.kind();
        return "Gate[kind=" + what + (machines.isEmpty() ? "" : ", machines=" + machines) + ", timeout=" + timeout
                + "]";
    }
}
