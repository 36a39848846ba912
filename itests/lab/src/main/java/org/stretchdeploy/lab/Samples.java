package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the prober has written, read as it grows. */
final class Samples {
    private final Path file;

    Samples(Path file) {
        this.file = file;
    }

    /**
     * One question to a guest.
     *
     * @param asked    when it was asked, milliseconds of the epoch
     * @param answered when the answer was there
     * @param text     what the guest said
     */
    record Sample(String flow, long asked, long answered, boolean ok, String text) {
        Optional<String> field(String key) {
            Matcher m = Pattern.compile("\"" + key + "\"\\s*:\\s*(\"([^\"]*)\"|[0-9.]+)")
                    .matcher(text);
            if (!m.find()) {
                return Optional.empty();
            }
            return Optional.of(m.group(2) != null ? m.group(2) : m.group(1));
        }

        long number(String key) {
            return field(key).map(t -> (long) Double.parseDouble(t)).orElse(-1L);
        }
    }

    List<Sample> of(String flow) {
        List<Sample> samples = new ArrayList<>();
        for (String line : lines()) {
            String[] words = line.split("\t", 5);
            if (words.length == 5 && words[0].equals(flow)) {
                samples.add(new Sample(
                        words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), words[3].equals("ok"), words[4]));
            }
        }
        return samples;
    }

    private List<String> lines() {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            String all = Files.readString(file);
            int end = all.lastIndexOf('\n');
            return end < 0 ? List.of() : all.substring(0, end).lines().toList();
        } catch (IOException e) {
            throw new LabException("cannot read the prober's samples", e);
        }
    }

    Optional<Sample> last(String flow) {
        List<Sample> samples = of(flow);
        return samples.isEmpty() ? Optional.empty() : Optional.of(samples.get(samples.size() - 1));
    }

    /** The newest that satisfies the condition: one question that a busy machine answered late says nothing. */
    Optional<Sample> last(String flow, Predicate<Sample> condition) {
        Sample found = null;
        for (Sample sample : of(flow)) {
            found = condition.test(sample) ? sample : found;
        }
        return Optional.ofNullable(found);
    }

    /** Longest time between two good answers in a span of time, ends included. */
    long longestGap(String flow, long from, long to, Predicate<Sample> good) {
        long last = from;
        long gap = 0;
        for (Sample sample : of(flow)) {
            if (good.test(sample) && sample.answered() >= from && sample.answered() <= to) {
                gap = Math.max(gap, sample.answered() - last);
                last = sample.answered();
            }
        }
        return Math.max(gap, to - last);
    }
}
