package org.stretchdeploy.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to hold of the machines of one start order before those of the next one are started in their new place.
 *
 * @param kind    how much is looked at
 * @param timeout how long it may take from the start of the machines on, 1 second to 1 hour; their start delay is added
 */
public record Gate(Kind kind, Duration timeout) {
    /** How much is looked at. */
    public enum Kind {
        /** Nothing; only the start delay of the vApp's start section is kept. */
        NONE,
        /** The cloud says that the machines run. */
        POWER,
        /** They run, and every address of theirs that answered on the segment before the move answers there again. */
        NETWORK
    }

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern TIME = Pattern.compile("([0-9]{1,5})([smh])");

    /** What is meant when nothing is said: {@code NETWORK}, two minutes. */
    public static final Gate STANDARD = new Gate(Kind.NETWORK, Duration.ofMinutes(2));

    public Gate {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw StretchException.user("invalid-gate", "A gate waits between 1 second and 1 hour, such as 2m.");
        }
    }

    /**
     * From a surface's words.
     *
     * @param kind    {@code none}, {@code power} or {@code network}, in any case; without it: network
     * @param timeout a number and s, m or h; without it: two minutes
     * @throws StretchException USER for other words
     */
    public static Gate of(Optional<String> kind, Optional<String> timeout) {
        return new Gate(
                kind.map(Gate::kind).orElse(STANDARD.kind()),
                timeout.map(Gate::time).orElse(STANDARD.timeout()));
    }

    private static Kind kind(String word) {
        return Arrays.stream(Kind.values())
                .filter(k -> k.name().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> StretchException.user(
                        "invalid-gate",
                        "Between two start orders the gate is none, power or network, not " + Quoted.quote(word)
                                + "."));
    }

    private static Duration time(String text) {
        Matcher matcher = TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw StretchException.user(
                    "invalid-gate", "The time limit of a gate is a number and s, m or h, such as 2m.");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
