package org.stretchdeploy.api;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wish to deploy on trial: the machines return by themselves unless the deploy is committed in time.
 *
 * @param length from the end of the deploy on, 10 seconds to 30 days
 * @param writes what becomes of that which was written in the target, when they return by themselves
 */
public record TrialRequest(Duration length, TargetWrites writes) {
    private static final Pattern SHORT_FORM = Pattern.compile("([0-9]{1,7})([smhd])");
    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(30);

    public TrialRequest {
        Objects.requireNonNull(length, "length");
        Objects.requireNonNull(writes, "writes");
        if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
            throw StretchException.user("invalid-trial", "A trial takes between 10 seconds and 30 days, such as 30m.");
        }
    }

    /**
     * The wish as surfaces get it.
     *
     * @param length {@code 90s}, {@code 30m}, {@code 2h}, {@code 1d} or an ISO 8601 duration such as {@code PT30M}
     * @param writes {@code keep} or {@code discard}; without it: keep
     * @return empty when no length is given
     * @throws StretchException USER for other words, or when only {@code writes} is given
     */
    public static Optional<TrialRequest> of(Optional<String> length, Optional<String> writes) {
        if (length.isEmpty() && writes.isPresent()) {
            throw StretchException.user(
                    "invalid-trial", "What becomes of a trial's writes means nothing without a trial; say how long.");
        }
        return length.map(text -> new TrialRequest(duration(text.strip()), writes(writes)));
    }

    private static Duration duration(String text) {
        Matcher matcher = SHORT_FORM.matcher(text.toLowerCase(Locale.ROOT));
        try {
            if (!matcher.matches()) {
                return Duration.parse(text);
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        } catch (DateTimeParseException e) {
            throw StretchException.user(
                    "invalid-trial", "The length of a trial is a number and s, m, h or d, such as 30m.");
        }
    }

    private static TargetWrites writes(Optional<String> text) {
        return text.map(TargetWrites::of).orElse(TargetWrites.KEEP);
    }
}
