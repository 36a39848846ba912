package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The continuity chart: one line a flow, green where its guest answered, red where nobody did. */
final class Charts {
    private static final int WIDTH = 900;
    private static final int LEFT = 330;
    private static final int ROW = 26;

    private Charts() {}

    static void write(Path file, Flows flows, Flows.Baseline baseline) {
        long from = baseline.at();
        long to = System.currentTimeMillis();
        double scale = (double) WIDTH / Math.max(1, to - from);
        List<Flows.Flow> all = flows.all();
        var svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">%n",
                LEFT + WIDTH + 20,
                (all.size() + 2) * ROW));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < all.size(); i++) {
            row(svg, flows.samples().of(all.get(i).id()), all.get(i).title(), (i + 1) * ROW, from, to, scale);
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\">0 s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f s</text>%n</svg>%n",
                LEFT,
                (all.size() + 1) * ROW + 10,
                LEFT + WIDTH,
                (all.size() + 1) * ROW + 10,
                (to - from) / 1000.0));
        try {
            Files.writeString(file, svg);
        } catch (IOException e) {
            throw new LabException("cannot write the chart", e);
        }
    }

    private static void row(
            StringBuilder svg, List<Samples.Sample> samples, String title, int y, long from, long to, double scale) {
        String escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        svg.append(String.format("<text x=\"10\" y=\"%d\">%s</text>%n", y + 4, escaped));
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"14\" fill=\"#d9534f\"/>%n",
                LEFT,
                y - 8,
                WIDTH));
        long start = -1;
        long last = -1;
        for (Samples.Sample s : samples) {
            if (!s.ok() || s.answered() < from || s.answered() > to) {
                continue;
            }
            if (start < 0 || s.answered() - last > 1000) {
                bar(svg, start, last, y, from, scale);
                start = s.answered();
            }
            last = s.answered();
        }
        bar(svg, start, last, y, from, scale);
    }

    private static void bar(StringBuilder svg, long start, long last, int y, long from, double scale) {
        if (start >= 0) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\" fill=\"#3c9a4e\"/>%n",
                    LEFT + (start - from) * scale,
                    y - 8,
                    Math.max(1, (last - start) * scale)));
        }
    }
}
