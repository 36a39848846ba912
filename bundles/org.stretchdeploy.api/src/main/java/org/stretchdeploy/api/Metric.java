package org.stretchdeploy.api;

import java.util.List;
import java.util.Map;

/**
 * A measured quantity with its values.
 *
 * @param name    as Prometheus wants it: lower-case words with underscores, the unit last
 * @param help    a sentence
 * @param type    {@code counter} (since this controller started) or {@code gauge}
 * @param samples one per set of labels
 */
public record Metric(String name, String help, String type, List<Sample> samples) {
    /** @param labels values by name */
    public record Sample(Map<String, String> labels, double value) {}
}
