package org.stretchdeploy.director.internal.http;

import java.util.List;
import java.util.Optional;

/** A version of the API, e.g. 37.1. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    public static final ApiVersion V31 = new ApiVersion(31, 0);
    public static final ApiVersion V33 = new ApiVersion(33, 0);
    public static final ApiVersion V34 = new ApiVersion(34, 0);
    public static final ApiVersion V35 = new ApiVersion(35, 0);

    private static final List<ApiVersion> ALL = List.of(
            of("1.5"),
            of("5.1"),
            of("5.5"),
            of("5.6"),
            of("9.0"),
            of("20.0"),
            of("27.0"),
            of("29.0"),
            of("30.0"),
            of("31.0"),
            of("32.0"),
            of("33.0"),
            of("34.0"),
            of("35.0"),
            of("35.1"),
            of("35.2"),
            of("36.0"),
            of("36.1"),
            of("36.2"),
            of("36.3"),
            of("37.0"),
            of("37.1"),
            of("37.2"),
            of("37.3"),
            of("38.0"),
            of("38.1"),
            of("39.0"),
            of("39.1"));

    public static ApiVersion of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not an API version"));
    }

    public static Optional<ApiVersion> parse(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3}){0,2}")) {
            return Optional.empty();
        }
        String[] parts = text.split("\\.");
        return Optional.of(
                new ApiVersion(Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0));
    }

    /**
     * The versions that a profile advertises, ascending.
     *
     * @param profile a product version or {@code lab}
     */
    public static List<ApiVersion> profile(String profile) {
        return switch (profile) {
            case "10.3" -> between("30.0", "36.3");
            case "10.4" -> between("31.0", "37.3");
            case "10.5" -> between("36.0", "38.1");
            case "10.6" -> between("37.0", "39.1");
            case "lab" -> ALL;
            default ->
                throw new IllegalArgumentException(
                        "the version profile '" + profile + "' is unknown; use 10.3, 10.4, 10.5, 10.6 or lab");
        };
    }

    private static List<ApiVersion> between(String first, String last) {
        return ALL.stream()
                .filter(v -> v.compareTo(of(first)) >= 0 && v.compareTo(of(last)) <= 0)
                .toList();
    }

    public boolean atLeast(ApiVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
