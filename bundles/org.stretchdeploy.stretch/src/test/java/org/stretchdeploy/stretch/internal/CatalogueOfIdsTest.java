package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What programs and people are told by id is documented and tried; a new id without either fails here. */
final class CatalogueOfIdsTest {
    private static final Path MAIN = Path.of("src/main/java/org/stretchdeploy/stretch/internal");
    private static final Path TESTS = Path.of("src/test/java/org/stretchdeploy/stretch/internal");
    private static final Path DOCS = Path.of("../../docs");
    private static final Pattern WORD = Pattern.compile("\"([a-z]+(?:-[a-z]+)+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^### `([a-z0-9-]+)`$");
    private static final Pattern CODE = Pattern.compile(
            "(?:StretchException\\s*\\.\\s*(?:user|notFound|conflict|external)|new StretchException|new CloudException"
                    + "|StepResult\\s*\\.\\s*(?:failed|retry)|new WorkflowException)\\(\\s*"
                    + "(?:StretchException\\.Kind\\.[A-Z_]+,\\s*)?\"([a-z]+(?:-[a-z]+)*)\"");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(m -> m.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    static Set<String> findings() {
        Set<String> ids = all(WORD, read(MAIN.resolve("plan/Prechecks.java")));
        ids.addAll(all(WORD, read(MAIN.resolve("plan/ReturnPlanner.java"))));
        ids.addAll(all(WORD, read(MAIN.resolve("plan/NetworkPrechecks.java"))));
        ids.addAll(all(WORD, read(MAIN.resolve("plan/TunnelPrechecks.java"))));
        ids.addAll(all(WORD, read(MAIN.resolve("plan/GateFindings.java"))));
        ids.addAll(all(WORD, read(MAIN.resolve("plan/HomeFindings.java"))));
        ids.remove("not-stretched");
        ids.removeIf(id -> id.startsWith("stretch-edge"));
        ids.add("consent-needed");
        ids.add("no-vdc");
        return ids;
    }

    static Set<String> codes() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(MAIN)) {
            files.filter(f -> f.toString().endsWith(".java")).forEach(f -> codes.addAll(all(CODE, read(f))));
        }
        return codes;
    }

    @Test
    void everyFindingHasAParagraph() {
        assertThat(all(HEADING, read(DOCS.resolve("prechecks.md")))).isEqualTo(findings());
    }

    @Test
    void everyFindingIsProvoked() {
        String tests = read(TESTS.resolve("PrecheckTest.java"))
                + read(TESTS.resolve("ReturnPrecheckTest.java"))
                + read(TESTS.resolve("TiersTest.java"))
                + read(TESTS.resolve("TunnelPrecheckTest.java"))
                + read(TESTS.resolve("ServiceGateTest.java"))
                + read(TESTS.resolve("cloud/CloudLookTest.java"));
        assertThat(findings()).allSatisfy(id -> assertThat(tests).contains("\"" + id + "\""));
    }

    @Test
    void everyCodeIsDocumented() throws IOException {
        assertThat(codes()).hasSizeGreaterThan(20);
        assertThat(all(HEADING, read(DOCS.resolve("errors.md")))).containsAll(codes());
    }
}
