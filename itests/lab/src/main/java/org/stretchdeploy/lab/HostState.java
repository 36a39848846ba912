package org.stretchdeploy.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What there is on the host, past the directors and their API: network namespaces with their devices and packet filters,
 * processes, files. As sorted lines, to compare before and after a stretch. Counters, process ids and sizes are left out, and
 * so are logs. A machine that went and came back has new ids, so of ids only the number counts.
 */
final class HostState {
    private static final Pattern DEVICE = Pattern.compile("^\\d+: ([^:@]+).*");
    private static final Pattern MASTER = Pattern.compile(" master (\\S+)");
    private static final Pattern RULE_NOISE = Pattern.compile("counter packets \\d+ bytes \\d+|# handle \\d+");
    private static final Pattern ELEMENT_LIFE = Pattern.compile(" (?:timeout|expires) \\S+");
    /** Ids of the director, and what its host makes of them for the names of devices. */
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<= device t)[0-9a-f]{10}");

    /** Unpacked at the first deploy and kept for the next. */
    private static final String KEPT_PACKAGE = "stretch/pki/package/";

    private static final Pattern LOG = Pattern.compile(".*\\.(?:log|out|err|tmp|trace\\.db)(?:\\.\\d+)?|.*/logs?/.*");

    private HostState() {}

    static List<String> of(Lab lab) {
        List<String> lines = new ArrayList<>();
        for (String namespace : lab.namespaces()) {
            lines.add("namespace " + namespace);
            devices(lines, lab, namespace);
            rules(lines, lab, namespace);
        }
        processes(lines, lab.folder());
        for (CloudSite site : CloudSite.ALL) {
            files(lines, lab.folder().cloud(site.name()));
        }
        files(lines, lab.folder().controller().resolve("data/stretch"));
        return lines.stream()
                .map(line -> ID.matcher(line).replaceAll("*"))
                .sorted()
                .toList();
    }

    private static void devices(List<String> lines, Lab lab, String namespace) {
        inside(lab, namespace, "ip", "-o", "link", "show").lines().forEach(line -> {
            var device = DEVICE.matcher(line);
            if (device.matches()) {
                var master = MASTER.matcher(line);
                lines.add(namespace + " device " + device.group(1) + (master.find() ? " in " + master.group(1) : ""));
            }
        });
    }

    private static void rules(List<String> lines, Lab lab, String namespace) {
        String family = "";
        for (String line :
                inside(lab, namespace, "nft", "list", "ruleset").lines().toList()) {
            String text = ELEMENT_LIFE
                    .matcher(RULE_NOISE.matcher(line).replaceAll(""))
                    .replaceAll("")
                    .strip();
            family = text.startsWith("table ") ? text : family;
            if (!text.isEmpty() && !text.equals("}")) {
                lines.add(namespace + " nft " + family + " | " + text);
            }
        }
    }

    private static String inside(Lab lab, String namespace, String... command) {
        return Exec.must(lab.inside(namespace, List.of(command)));
    }

    /** Those that have to do with a cloud: by program, and the cloud's folder that they name. */
    private static void processes(List<String> lines, LabFolder folder) {
        ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .forEach(command -> {
                    for (CloudSite site : CloudSite.ALL) {
                        if (command.contains(folder.cloud(site.name()) + "/")) {
                            lines.add("process of " + site.name() + ": " + program(command));
                        }
                    }
                });
    }

    private static String program(String command) {
        String first = command.split(" ", 2)[0];
        return first.substring(first.lastIndexOf('/') + 1);
    }

    private static void files(List<String> lines, Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .map(folder.getParent()::relativize)
                    .map(Path::toString)
                    .filter(name -> !LOG.matcher(name).matches() && !name.startsWith(KEPT_PACKAGE))
                    .forEach(name -> lines.add("file " + name));
        } catch (IOException | UncheckedIOException e) {
            // a file went while we looked: this is not how it stays
            lines.add("file ? " + e.getMessage());
        }
    }
}
