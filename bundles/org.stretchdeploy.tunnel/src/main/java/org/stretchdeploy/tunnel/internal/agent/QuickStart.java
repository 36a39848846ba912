package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Options of Java that shorten an agent's start, for the command line with which it starts itself again. See ADR 0024.
 * What the command line says already is left alone.
 */
final class QuickStart {
    private static final String ARCHIVE = "-XX:SharedArchiveFile=";
    private static final String OPTIMIZER = "-XX:Tier4";
    private static final String OPTIONS = "quick-start.options";

    private QuickStart() {}

    /** A command line {@code java options -jar X.jar ...} with more options; any other as it is. */
    static String[] added(String[] command) {
        int jar = Arrays.asList(command).indexOf("-jar") + 1;
        if (jar <= 1 || jar >= command.length || !command[jar].endsWith(".jar")) {
            return command;
        }
        List<String> options = Arrays.asList(command).subList(1, jar);
        List<String> longer = new ArrayList<>(Arrays.asList(command));
        if (options.stream().noneMatch(option -> option.startsWith(OPTIMIZER))) {
            longer.addAll(1, optimizer());
        }
        // Whoever can write beside the jar could as well replace the jar. Java passes over an archive that another Java
        // made, or one of another jar.
        String archive = command[jar].substring(0, command[jar].length() - ".jar".length()) + ".jsa";
        if (options.stream().noneMatch(option -> option.startsWith(ARCHIVE)) && Files.isReadable(Path.of(archive))) {
            longer.addAll(1, List.of(ARCHIVE + archive, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        }
        return longer.toArray(new String[0]);
    }

    /** From the file that whoever starts an agent with all its options gives to Java itself. */
    static List<String> optimizer() {
        try (InputStream file = QuickStart.class.getResourceAsStream(OPTIONS)) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
