package org.stretchdeploy.api.text;

import java.time.Duration;
import java.util.Locale;

/** Bytes, rates and durations in a form that fits a line. */
public final class Quantities {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Quantities() {}

    /** Decimal units, three figures: {@code 57.3 MB}. */
    public static String bytes(double bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String format = unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, format, value, UNITS[unit]);
    }

    /** {@code 8 s}, {@code 1 min 20 s}, {@code 2 h 5 min}. */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        return seconds / 3600 + " h" + (seconds % 3600 / 60 == 0 ? "" : " " + seconds % 3600 / 60 + " min");
    }

    /** A bar of the given width, filled by the share of {@code total} that is done. */
    public static String bar(long done, long total, int width) {
        int filled = total <= 0 ? 0 : (int) Math.max(0, Math.min(width, done * width / total));
        return "[" + "#".repeat(filled) + "-".repeat(width - filled) + "]";
    }
}
