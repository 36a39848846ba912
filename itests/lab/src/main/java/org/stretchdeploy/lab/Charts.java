package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The continuity chart: a bar for each flow, green while the right guest answered, red while it did not. */
final class Charts {
    private static final int WIDTH = 800;
    private static final int LEFT = 330;
    private static final int RIGHT = 110;
    private static final int TOP = 84;
    private static final int ROW = 26;
    private static final int BAR = 14;

    /** Answers come ten times a second, on a busy machine later; a pause that is longer than this is shown as one. */
    private static final long PAUSE_MILLIS = 3000;

    private static final String GREEN = "#3c9a4e";
    private static final String RED = "#d9534f";

    private final StringBuilder svg = new StringBuilder();
    private final long from;
    private final long to;
    private final double scale;

    private Charts(long from, long to) {
        this.from = from;
        this.to = to;
        this.scale = (double) WIDTH / Math.max(1, to - from);
    }

    /** @param title what was done meanwhile */
    static void write(Path file, String title, Flows flows, Flows.Baseline baseline) {
        var chart = new Charts(baseline.at(), System.currentTimeMillis());
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, chart.draw(title, flows));
        } catch (IOException e) {
            throw new LabException("cannot write the chart", e);
        }
    }

    private String draw(String title, Flows flows) {
        List<Flows.Flow> all = flows.all();
        int bottom = TOP + all.size() * ROW;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">",
                LEFT + WIDTH + RIGHT, bottom + 34);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        add("<text x=\"10\" y=\"24\" font-size=\"17\" font-weight=\"bold\">%s</text>", escaped(title));
        legend(GREEN, 10, "the right guest answers");
        legend(RED, 200, "no answer, or another's");
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">longest gap</text>", LEFT + WIDTH + RIGHT - 10, TOP - 14);
        for (int i = 0; i < all.size(); i++) {
            row(flows, all.get(i), TOP + i * ROW);
        }
        axis(bottom);
        return svg.append("</svg>\n").toString();
    }

    private void legend(String colour, int x, String text) {
        add("<rect x=\"%d\" y=\"42\" width=\"%d\" height=\"%d\" fill=\"%s\"/>", x, BAR, BAR, colour);
        add("<text x=\"%d\" y=\"54\">%s</text>", x + BAR + 6, text);
    }

    private void row(Flows flows, Flows.Flow flow, int y) {
        add("<text x=\"10\" y=\"%d\">%s</text>", y + 12, escaped(flow.title()));
        bar(RED, from, to, y);
        long last = from;
        boolean answers = true;
        for (Samples.Sample s : flows.samples().of(flow.id())) {
            if (s.answered() < from || s.answered() > to) {
                continue;
            }
            boolean good = Flows.good(flow, s);
            if (answers && good && s.answered() - last < PAUSE_MILLIS) {
                bar(GREEN, last, s.answered(), y);
            }
            answers = good;
            last = s.answered();
        }
        if (answers && to - last < PAUSE_MILLIS) {
            bar(GREEN, last, to, y);
        }
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.1f s</text>",
                LEFT + WIDTH + RIGHT - 10,
                y + 12,
                flows.samples().longestGap(flow.id(), from, to, s -> Flows.good(flow, s)) / 1000.0);
    }

    private void bar(String colour, long first, long last, int y) {
        add(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LEFT + (first - from) * scale, y, (last - first) * scale, BAR, colour);
    }

    private void axis(int y) {
        long step = to - from > 60_000 ? 10_000 : 5_000;
        for (long t = 0; t <= to - from; t += step) {
            double x = LEFT + t * scale;
            add("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#bbb\"/>", x, TOP - 6, x, y);
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d s</text>", x, y + 18, t / 1000);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
