package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.CloudException;

/** docs/spi.md says what the kit examines, and its code compiles. */
class SpiDocumentTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TYPE =
            Pattern.compile("^(?:public |abstract |final )*(?:class|interface|record) (\\w+)", Pattern.MULTILINE);

    @TempDir
    Path directory;

    private static String document() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/spi.md"))) {
            folder = folder.getParent();
        }
        return Files.readString(folder.resolve("docs/spi.md"));
    }

    @Test
    void theDocumentHasTheRulesOfTheKit() throws IOException {
        List<String> written = Pattern.compile("^\\| (\\d+\\.\\d+) \\| \\S.*\\|$", Pattern.MULTILINE)
                .matcher(document())
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(written)
                .containsExactlyElementsOf(ConformanceKit.rules().stream()
                        .map(ConformanceKit.Rule::text)
                        .toList());
    }

    @Test
    void everyCategoryAndCapabilityIsExplained() throws IOException {
        String document = document();
        assertThat(Arrays.stream(Capability.values()))
                .allSatisfy(c -> assertThat(document).contains("| `" + c + "` |"));
        assertThat(Arrays.stream(CloudException.Category.values()))
                .allSatisfy(c -> assertThat(document).contains("| `" + c + "` |"));
    }

    @Test
    void theWalkThroughCompiles() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new DiagnosticCollector<JavaFileObject>();
        List<Path> sources =
                BLOCK.matcher(document()).results().map(this::source).toList();
        assertThat(sources).hasSizeGreaterThanOrEqualTo(6);
        try (var files = compiler.getStandardFileManager(problems, null, null)) {
            List<String> options = List.of(
                    "-d",
                    directory.toString(),
                    "--release",
                    "17",
                    "-proc:none",
                    "-classpath",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
            compiler.getTask(null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
        }
        assertThat(problems.getDiagnostics())
                .filteredOn(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .isEmpty();
        assertThat(directory.resolve("com/example/toy/ToyVendor.class")).exists();
    }

    private Path source(MatchResult block) {
        var type = TYPE.matcher(block.group(1));
        assertThat(type.find()).as("a type in " + block.group(1)).isTrue();
        try {
            return Files.writeString(directory.resolve(type.group(1) + ".java"), block.group(1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
