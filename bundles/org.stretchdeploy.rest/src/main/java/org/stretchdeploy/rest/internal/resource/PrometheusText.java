package org.stretchdeploy.rest.internal.resource;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.stretchdeploy.api.Metric;

/** Metrics in Prometheus text exposition format 0.0.4; the same values always give the same text. Pure. */
final class PrometheusText {
    private PrometheusText() {}

    static String of(List<Metric> metrics) {
        var text = new StringBuilder();
        for (Metric metric : metrics) {
            text.append("# HELP ")
                    .append(metric.name())
                    .append(' ')
                    .append(metric.help().replace("\\", "\\\\").replace("\n", "\\n"))
                    .append("\n# TYPE ")
                    .append(metric.name())
                    .append(' ')
                    .append(metric.type())
                    .append('\n');
            metric.samples().stream()
                    .map(sample -> metric.name() + labels(sample.labels()) + " " + number(sample.value()) + "\n")
                    .sorted()
                    .forEach(text::append);
        }
        return text.toString();
    }

    private static String labels(Map<String, String> labels) {
        return labels.isEmpty()
                ? ""
                : labels.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getKey() + "=\"" + escaped(e.getValue()) + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
                : Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }
}
