package org.stretchdeploy.api.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.stretchdeploy.api.Tunnel;

/**
 * Tunnels that are looked at again and again: remembers the last {@link #KEPT} looks and draws them as charts. Not
 * thread safe.
 */
public final class TunnelWatch {
    /** Looks that are remembered: a minute when it is looked every second. */
    public static final int KEPT = 60;

    private static final String HOME = "\u001b[H";
    private static final String ERASE_LINE = "\u001b[K";
    private static final String ERASE_BELOW = "\u001b[J";
    private static final int LABEL = 24;

    private final Map<String, List<Look>> history = new LinkedHashMap<>();
    private final Ink ink;
    private final boolean unicode;

    private record Look(double outbound, double inbound, double rtt, double drops) {}

    /** @param unicode whether the terminal shows block elements */
    public TunnelWatch(Ink ink, boolean unicode) {
        this.ink = ink;
        this.unicode = unicode;
    }

    /** Remembers how the tunnels are now; those that are no more are forgotten. */
    public void look(List<Tunnel> tunnels) {
        history.keySet()
                .retainAll(tunnels.stream()
                        .flatMap(tunnel -> tunnel.ends().stream().map(end -> key(tunnel, end)))
                        .toList());
        tunnels.forEach(tunnel -> tunnel.ends().forEach(end -> {
            List<Look> looks = history.computeIfAbsent(key(tunnel, end), key -> new ArrayList<>());
            looks.add(new Look(
                    number(TunnelText.bits(end, true)),
                    number(TunnelText.bits(end, false)),
                    end.rttMicros() == 0 || end.silent() ? Double.NaN : end.rttMicros(),
                    number(TunnelText.drops(end))));
            if (looks.size() > KEPT) {
                looks.remove(0);
            }
        }));
    }

    private static double number(Optional<Double> value) {
        return value.orElse(Double.NaN);
    }

    private static String key(Tunnel tunnel, Tunnel.End end) {
        return tunnel.id() + "/" + end.name();
    }

    /** A line for each tunnel, for output that is no terminal. */
    public String lines(List<Tunnel> tunnels, Instant now) {
        var text = new StringBuilder();
        tunnels.forEach(tunnel -> text.append(now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS))
                .append("  ")
                .append(TunnelText.line(tunnel, ink))
                .append('\n'));
        return tunnels.isEmpty()
                ? now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + "  nothing is stretched\n"
                : text.toString();
    }

    /**
     * The whole screen, drawn over the one before.
     *
     * @param columns width of the terminal
     * @param rows    its height; what does not fit is left out
     */
    public String screen(List<Tunnel> tunnels, Instant now, int columns, int rows) {
        var text = new StringBuilder(tunnels.isEmpty() ? "Nothing is stretched.\n" : "");
        // The charts first: a small terminal shows what moves, a large one the rest, too.
        for (Tunnel tunnel : tunnels) {
            text.append(TunnelText.line(tunnel, ink)).append('\n');
            tunnel.ends().forEach(end -> charts(text, tunnel, end, columns));
        }
        tunnels.forEach(tunnel -> text.append('\n').append(TunnelText.page(tunnel, now, ink)));
        List<String> lines = text.toString().lines().toList();
        int fitting = Math.max(1, rows - 1);
        var screen = new StringBuilder(HOME);
        lines.stream().limit(fitting).forEach(line -> screen.append(cut(line, columns))
                .append(ERASE_LINE)
                .append("\r\n"));
        return screen.append(ERASE_BELOW).toString();
    }

    private void charts(StringBuilder text, Tunnel tunnel, Tunnel.End end, int columns) {
        List<Look> looks = history.getOrDefault(key(tunnel, end), List.of());
        int width = Math.max(8, Math.min(KEPT, columns - LABEL - 14));
        chart(text, end.name() + " out", looks, Look::outbound, width, TunnelText.rate(TunnelText.bits(end, true)));
        chart(text, end.name() + " in", looks, Look::inbound, width, TunnelText.rate(TunnelText.bits(end, false)));
        chart(text, end.name() + " rtt", looks, Look::rtt, width, end.silent() ? "unknown" : TunnelText.rtt(end));
        chart(text, end.name() + " drops", looks, Look::drops, width, TunnelText.perSecond(TunnelText.drops(end)));
    }

    private void chart(
            StringBuilder text, String name, List<Look> looks, ToDoubleFunction<Look> value, int width, String now) {
        List<Double> values = looks.stream().map(value::applyAsDouble).toList();
        text.append(String.format("  %-14s ", name))
                .append(ink.green(Sparkline.of(values, width, unicode)))
                .append("  ")
                .append(now)
                .append('\n');
    }

    /** Cuts to the width without counting colours, which end where the line ends. */
    static String cut(String line, int columns) {
        var kept = new StringBuilder();
        int shown = 0;
        int i = 0;
        boolean coloured = false;
        while (i < line.length()) {
            if (line.charAt(i) == '\u001b') {
                int end = line.indexOf('m', i) + 1;
                kept.append(line, i, end);
                coloured = true;
                i = end;
            } else {
                if (shown < columns) {
                    kept.append(line.charAt(i));
                    shown++;
                }
                i++;
            }
        }
        return coloured ? kept.append("\u001b[0m").toString() : kept.toString();
    }
}
