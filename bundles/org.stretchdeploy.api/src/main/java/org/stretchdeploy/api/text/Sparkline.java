package org.stretchdeploy.api.text;

import java.util.List;

/** A row of values as a row of little bars. Pure. */
public final class Sparkline {
    private static final String BLOCKS = "▁▂▃▄▅▆▇█";
    private static final String ASCII = "_.-=+*%#";

    private Sparkline() {}

    /**
     * Draws the newest values; the highest of them is a full bar.
     *
     * @param values  oldest first; a value that is not a number is a gap
     * @param width   columns; older values than that are left out, missing ones are blank on the left
     * @param unicode block elements; else ASCII
     */
    public static String of(List<Double> values, int width, boolean unicode) {
        String levels = unicode ? BLOCKS : ASCII;
        int columns = Math.max(0, width);
        List<Double> shown = values.subList(Math.max(0, values.size() - columns), values.size());
        double highest = shown.stream()
                .filter(Double::isFinite)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        var line = new StringBuilder(" ".repeat(columns - shown.size()));
        for (double value : shown) {
            line.append(Double.isFinite(value) ? levels.charAt(level(value, highest, levels.length())) : ' ');
        }
        return line.toString();
    }

    private static int level(double value, double highest, int levels) {
        if (highest <= 0 || value <= 0) {
            return 0;
        }
        // anything above nought is seen as such
        return Math.max(1, (int) Math.min(levels - 1, Math.round(value / highest * (levels - 1))));
    }
}
