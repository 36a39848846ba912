package org.stretchdeploy.itests.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The source tree that these tests judge. */
final class Checkout {

    static final String PREFIX = "org.stretchdeploy.";

    private static final Set<String> GENERATED =
            Set.of("target", ".git", "node_modules", ".stretch", ".idea", ".settings", ".vscode");

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private Checkout() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("not inside the source tree");
            }
        }
        return folder;
    }

    static Path bundle(String name) {
        return root().resolve("bundles").resolve(PREFIX + name);
    }

    /** The last parts of the bundles' names, as the reactor lists them. */
    static List<String> bundles() {
        return modules(read(root().resolve("bundles/pom.xml"))).stream()
                .map(module -> module.substring(PREFIX.length()))
                .toList();
    }

    static List<String> modules(String pom) {
        return MODULE.matcher(pom).results().map(found -> found.group(1)).toList();
    }

    /** Files under version control relative to the root; all files that are not generated where there is no git. */
    static List<Path> files() {
        List<Path> tracked = tracked();
        return tracked.isEmpty() ? walked() : tracked;
    }

    private static List<Path> tracked() {
        try {
            Process git = new ProcessBuilder("git", "-c", "safe.directory=*", "ls-files", "-z")
                    .directory(root().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(names.split("\0", -1))
                    .filter(name -> !name.isEmpty())
                    .map(Path::of)
                    .filter(file -> Files.isRegularFile(root().resolve(file)))
                    .toList();
        } catch (IOException noGit) {
            return List.of();
        }
    }

    private static List<Path> walked() {
        List<Path> files = new ArrayList<>();
        walk(root(), files);
        return files;
    }

    private static void walk(Path folder, List<Path> into) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                if (Files.isDirectory(entry)) {
                    if (!GENERATED.contains(entry.getFileName().toString())) {
                        walk(entry, into);
                    }
                } else {
                    into.add(root().relativize(entry));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> files(String suffix) {
        return files().stream().filter(file -> file.toString().endsWith(suffix)).toList();
    }

    /** Text of a file; characters that are not UTF-8 become replacement characters. */
    static String read(Path file) {
        try {
            return new String(Files.readAllBytes(root().resolve(file)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
