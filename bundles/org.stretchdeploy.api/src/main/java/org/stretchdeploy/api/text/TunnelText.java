package org.stretchdeploy.api.text;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.stretchdeploy.api.Tunnel;

/** A tunnel as text: as a line, and as a page. Pure. */
public final class TunnelText {
    private TunnelText() {}

    /** One line: who, state, and the source end's figures of this moment. */
    public static String line(Tunnel tunnel, Ink ink) {
        Tunnel.End end = tunnel.ends().stream()
                .filter(Tunnel.End::forwards)
                .findFirst()
                .orElse(tunnel.ends().get(0));
        return Printable.of(tunnel.id()) + "  " + Printable.of(tunnel.vApp()) + "  " + tunnel.source() + " -> "
                + tunnel.target() + "  " + state(tunnel.state(), ink) + "  out " + rate(bits(end, true)) + "  in "
                + rate(bits(end, false)) + "  rtt " + rtt(end) + "  loss " + loss(end) + "  drops "
                + perSecond(drops(end)) + (alarms(tunnel) == 0 ? "" : "  " + ink.red(alarms(tunnel) + " alarms"));
    }

    /** Everything about a tunnel. */
    public static String page(Tunnel tunnel, Instant now, Ink ink) {
        var text = new StringBuilder();
        text.append(ink.bold(Printable.of(tunnel.id())))
                .append("  ")
                .append(Printable.of(tunnel.vApp()))
                .append("  ")
                .append(tunnel.source())
                .append(" -> ")
                .append(tunnel.target())
                .append("  ")
                .append(state(tunnel.state(), ink))
                .append('\n');
        tunnel.ends().forEach(end -> end(text, end, now, ink));
        return text.toString();
    }

    private static void end(StringBuilder text, Tunnel.End end, Instant now, Ink ink) {
        text.append("  ")
                .append(ink.bold(String.format("%-8s", end.name())))
                .append(end.cloud())
                .append("  ")
                .append(state(end.state(), ink))
                .append(end.reason().isEmpty() ? "" : "  " + ink.yellow(Printable.of(end.reason())))
                .append('\n');
        row(
                text,
                "agent",
                end.agent() + " " + end.software()
                        + end.age()
                                .map(age -> ", reported " + Quantities.duration(age) + " ago")
                                .orElse("")
                        + end.startedAt()
                                .map(at -> ", runs for " + Quantities.duration(Duration.between(at, now)))
                                .orElse(""));
        if (end.reportedAt().isEmpty()) {
            return;
        }
        row(text, "peer", end.peer());
        end.pair().ifPresent(pair -> row(text, "pair", pair(pair)));
        row(
                text,
                "transport",
                end.transport() + " (" + end.transportReason() + "), " + end.connections() + " connections, "
                        + end.reconnects() + " established again");
        row(text, "crypto", end.crypto());
        row(text, "path", "rtt " + rtt(end) + ", loss " + loss(end));
        row(text, "identity", certificate(end, now));
        row(
                text,
                "memory",
                end.residentBytes() == 0
                        ? "unknown"
                        : Quantities.bytes(end.residentBytes()) + ", Java heap " + Quantities.bytes(end.heapBytes()));
        end.problems().forEach(problem -> text.append("    ")
                .append(ink.red("problem  " + Printable.of(problem)))
                .append('\n'));
        end.networks().forEach(network -> network(text, network, ink));
    }

    private static String pair(Tunnel.Pair pair) {
        String other = pair.peerActive() == 0
                ? "nobody forwards at the other end"
                : "agent " + pair.peerActive() + " forwards at the other end";
        return pair.role() + (pair.member() == 0 ? "" : ", agent " + pair.member() + " of its end")
                + (pair.standbyReady() ? ", standby ready" : ", NO STANDBY") + ", took over " + pair.takeovers()
                + " times, " + other + ", lease " + pair.leaseMillis() + " ms";
    }

    private static void network(StringBuilder text, Tunnel.StretchedNetwork network, Ink ink) {
        row(
                text,
                "network",
                network.id() + " " + network.forwarding()
                        + (network.reason().isEmpty() ? "" : " (" + network.reason() + ")") + ", MTU "
                        + (network.mtu() == 0 ? "not proven" : network.mtu() + " proven") + ", machines "
                        + network.localMachines() + " here and " + network.remoteMachines() + " there"
                        + (network.loop() ? ", LOOP" : ""));
        row(text, "  out", traffic(network.outbound()));
        row(text, "  in", traffic(network.inbound()));
        if (!network.findings().isEmpty()) {
            row(text, "  found", counts(network.findings()));
        }
        network.alarms().forEach(alarm -> text.append("    ")
                .append(ink.red("ALARM      " + Printable.of(alarm)))
                .append('\n'));
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append(String.format("    %-10s ", name))
                .append(Printable.of(value))
                .append('\n');
    }

    private static String traffic(Tunnel.Traffic traffic) {
        return rate(traffic.bytesPerSecond().map(bytes -> bytes * 8)) + ", " + perSecond(traffic.framesPerSecond())
                + " frames; in all " + Quantities.bytes(traffic.bytes()) + ", " + traffic.frames() + " frames, "
                + traffic.groupFrames() + " of them to groups"
                + (traffic.drops().isEmpty() ? "" : "; dropped " + counts(traffic.drops()));
    }

    private static String counts(Map<String, Long> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static String certificate(Tunnel.End end, Instant now) {
        List<String> parts = new ArrayList<>();
        end.certificateFrom()
                .ifPresent(from ->
                        parts.add("certificate is " + Quantities.duration(Duration.between(from, now)) + " old"));
        end.certificateUntil()
                .ifPresent(until -> parts.add(
                        until.isAfter(now)
                                ? "ends in " + Quantities.duration(Duration.between(now, until))
                                : "ENDED " + Quantities.duration(Duration.between(until, now)) + " ago"));
        return parts.isEmpty() ? "no certificate yet" : String.join(", ", parts);
    }

    /** The state in its colour. */
    static String state(String state, Ink ink) {
        return switch (state) {
            case Tunnel.UP -> ink.green(state);
            case Tunnel.CONNECTING -> ink.yellow(state);
            default -> ink.red(state);
        };
    }

    static String rtt(Tunnel.End end) {
        return end.rttMicros() == 0 ? "unknown" : String.format(Locale.ROOT, "%.2f ms", end.rttMicros() / 1000.0);
    }

    static String loss(Tunnel.End end) {
        return end.loss()
                .map(loss -> String.format(Locale.ROOT, "%.2f %%", loss * 100))
                .orElse("unknown");
    }

    /** Bits per second of all networks of an end; empty while no speed is known. */
    static Optional<Double> bits(Tunnel.End end, boolean outbound) {
        return end.networks().stream()
                .map(network -> outbound ? network.outbound() : network.inbound())
                .flatMap(traffic -> traffic.bytesPerSecond().stream())
                .reduce(Double::sum)
                .map(bytes -> bytes * 8);
    }

    /** Dropped frames per second, both directions, all networks. */
    static Optional<Double> drops(Tunnel.End end) {
        return end.networks().stream()
                .flatMap(network -> java.util.stream.Stream.of(network.outbound(), network.inbound()))
                .flatMap(traffic -> traffic.dropsPerSecond().stream())
                .reduce(Double::sum);
    }

    private static int alarms(Tunnel tunnel) {
        return tunnel.ends().stream()
                .flatMap(end -> end.networks().stream())
                .mapToInt(network -> network.alarms().size())
                .sum();
    }

    /** Decimal units, as networks are measured: {@code 1.2 Gbit/s}. */
    static String rate(Optional<Double> bits) {
        if (bits.isEmpty()) {
            return "unknown";
        }
        double value = bits.get();
        String[] units = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }

    static String perSecond(Optional<Double> rate) {
        return rate.map(value -> String.format(Locale.ROOT, value >= 10 ? "%.0f/s" : "%.1f/s", value))
                .orElse("unknown");
    }
}
