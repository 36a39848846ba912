package org.stretchdeploy.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Counts what each copy of a machine sends: every frame that enters a segment of either cloud from a guest's own tap. Two
 * copies of a machine never send at the same time; a machine that moves sends from one tap, is silent for longer than a
 * guest takes to start, and then sends from the other.
 */
final class SegmentWitness implements AutoCloseable {
    /** A guest cannot be stopped here, started there, stopped there and started here again in this time. */
    private static final double ONE_AFTER_THE_OTHER_SECONDS = 2;

    /** Of {@code tcpdump -tt -e -i any}: time, interface, direction, its number, source address. */
    private static final Pattern FRAME =
            Pattern.compile("^(\\d+\\.\\d+) (t[0-9a-f]+)\\s+\\w+\\s+ifindex \\d+ ([0-9a-f:]{17}) .*");

    /** What a running guest's emulator is called with. */
    private static final Pattern TAP = Pattern.compile("ifname=(t[0-9a-f]+)");

    private final Lab lab;
    private final List<CloudSite> sites = CloudSite.ALL;
    /** Taps that belonged to a guest's emulator at some time; the appliances' ends of the segment are called alike. */
    private final Set<String> taps = ConcurrentHashMap.newKeySet();

    SegmentWitness(Lab lab) {
        this.lab = lab;
        sites.forEach(this::listen);
    }

    private static String name(CloudSite site) {
        return "witness-" + site.name();
    }

    private void listen(CloudSite site) {
        Spawned.start(
                lab.folder(),
                name(site),
                lab.inside(
                        site.prefix() + "-fab",
                        List.of(
                                "tcpdump",
                                "-Z",
                                "root",
                                "-l",
                                "-tt",
                                "-e",
                                "-n",
                                "-q",
                                "-s",
                                "64",
                                "-Q",
                                "in",
                                "-i",
                                "any",
                                "arp or ip")));
    }

    /** Takes note of which taps are guests', from the command lines of their emulators. */
    void guests(List<String> commandLines) {
        commandLines.forEach(line -> TAP.matcher(line).results().forEach(tap -> taps.add(tap.group(1))));
    }

    /** One frame of a guest, seen where it enters the segment. */
    record Frame(double second, String tap) {}

    /** What both copies sent, in the order of time, by the machine's name. */
    private Map<String, List<Frame>> frames() {
        Map<String, List<Frame>> all = new TreeMap<>();
        for (CloudSite site : sites) {
            Path log = Spawned.log(lab.folder(), name(site));
            try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
                lines.forEach(line -> frame(line).ifPresent(f -> all.computeIfAbsent(f.guest(), k -> new ArrayList<>())
                        .add(f.frame())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        all.values().forEach(frames -> frames.sort(java.util.Comparator.comparingDouble(Frame::second)));
        return all;
    }

    private record Sent(String guest, Frame frame) {}

    private Optional<Sent> frame(String line) {
        Matcher matcher = FRAME.matcher(line);
        if (!matcher.matches() || !taps.contains(matcher.group(2))) {
            return Optional.empty();
        }
        return Shop.GUESTS.stream()
                .filter(g -> g.mac().equals(matcher.group(3)))
                .findFirst()
                .map(g -> new Sent(g.name(), new Frame(Double.parseDouble(matcher.group(1)), matcher.group(2))));
    }

    /** Sentences about frames of both copies, and one about each machine of which it saw nothing at all. */
    List<String> violations() {
        Map<String, List<Frame>> all = frames();
        List<String> found = new ArrayList<>();
        for (Shop.Guest guest : Shop.GUESTS) {
            List<Frame> frames = all.getOrDefault(guest.name(), List.of());
            if (frames.isEmpty()) {
                found.add("the segment's witness saw no frame of " + guest.name());
            }
            long both = both(frames);
            if (both > 0) {
                found.add(both + " frames of one copy of " + guest.name() + " between frames of the other");
            }
        }
        return found;
    }

    /** Frames that come from another tap than the ones before and after them, within the time that a move takes. */
    static long both(List<Frame> frames) {
        long both = 0;
        double left = Double.NEGATIVE_INFINITY;
        String before = "";
        for (int i = 1; i < frames.size(); i++) {
            Frame last = frames.get(i - 1);
            Frame now = frames.get(i);
            if (!now.tap().equals(last.tap())) {
                if (now.tap().equals(before) && now.second() - left < ONE_AFTER_THE_OTHER_SECONDS) {
                    both++;
                }
                before = last.tap();
                left = last.second();
            }
        }
        return both;
    }

    /** How many frames were seen of each tap of each machine: what the line about a run can say. */
    String counted() {
        StringBuilder text = new StringBuilder();
        frames().forEach((guest, frames) -> {
            Map<String, Long> byTap = new TreeMap<>();
            frames.forEach(f -> byTap.merge(f.tap(), 1L, Long::sum));
            text.append(String.format(Locale.ROOT, "%s %d frames from %d taps; ", guest, frames.size(), byTap.size()));
        });
        return text.toString();
    }

    @Override
    public void close() {
        sites.forEach(site -> Spawned.stop(lab.folder(), name(site)));
    }
}
