package org.stretchdeploy.shell.internal;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.karaf.shell.api.console.CommandLine;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.StretchException;

/** The vApps that a half-typed command line is about. */
final class NamedVApps {
    private NamedVApps() {}

    /** Arguments typed so far, without the command's name and options with their values. */
    static List<String> arguments(CommandLine line) {
        var words = Arrays.asList(line.getArguments());
        var plain = new java.util.ArrayList<String>();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith("-")) {
                i += takesValue(word) ? 1 : 0;
            } else {
                plain.add(word);
            }
        }
        return plain;
    }

    private static boolean takesValue(String option) {
        return !List.of("--json", "--follow", "-f", "--move", "--return").contains(option);
    }

    /** Returns the vApps of the cloud in the first argument; none while the cloud is unknown or does not answer. */
    static List<Clouds.VAppSummary> of(CommandLine line, Clouds clouds) {
        var plain = arguments(line);
        if (plain.isEmpty()) {
            return List.of();
        }
        return orNone(() -> clouds.vApps(new CloudName(plain.get(0))));
    }

    /** What can be completed; nothing while whoever knows it does not answer. */
    static <T> List<T> orNone(Supplier<List<T>> candidates) {
        try {
            return candidates.get();
        } catch (StretchException e) {
            return List.of();
        }
    }
}
