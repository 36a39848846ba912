package org.stretchdeploy.ovf;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programmatic units of DSP0004, as far as they count bytes. */
public final class AllocationUnits {
    private static final Pattern POWER = Pattern.compile("byte\\s*\\*\\s*(2|10)\\s*\\^\\s*(\\d{1,2})");
    private static final Map<String, Long> WORDS = Map.of(
            "byte", 1L,
            "bytes", 1L,
            "kilobytes", 1L << 10,
            "kb", 1L << 10,
            "megabytes", 1L << 20,
            "mb", 1L << 20,
            "gigabytes", 1L << 30,
            "gb", 1L << 30);

    private AllocationUnits() {}

    /**
     * Bytes in one unit.
     *
     * @param units for instance {@code byte * 2^20}, or the old spellings {@code MegaBytes} and {@code MB}
     * @return empty when the unit does not count bytes or is not known
     */
    public static OptionalLong bytes(String units) {
        String plain = units.strip().toLowerCase(Locale.ROOT);
        Long word = WORDS.get(plain);
        if (word != null) {
            return OptionalLong.of(word);
        }
        Matcher power = POWER.matcher(plain);
        if (!power.matches()) {
            return OptionalLong.empty();
        }
        int exponent = Integer.parseInt(power.group(2));
        if (power.group(1).equals("2")) {
            return exponent <= 62 ? OptionalLong.of(1L << exponent) : OptionalLong.empty();
        }
        long bytes = 1;
        for (int i = 0; i < exponent; i++) {
            if (bytes > Long.MAX_VALUE / 10) {
                return OptionalLong.empty();
            }
            bytes *= 10;
        }
        return OptionalLong.of(bytes);
    }
}
