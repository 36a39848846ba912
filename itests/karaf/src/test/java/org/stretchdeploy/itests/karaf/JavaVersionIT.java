package org.stretchdeploy.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the start script does before Karaf runs. */
class JavaVersionIT {
    private static Path java(Path folder, String version) throws Exception {
        Path java = Files.createDirectories(folder.resolve(version + "/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2026-01-01' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return java;
    }

    private static String choose(Path setenv, Path home) throws Exception {
        // Only what is chosen; machines that run this test have a fitting Java elsewhere too.
        String script = "DIRNAME=" + setenv.getParent() + "; KARAF_SCRIPT=client; . " + setenv + "; echo chosen $JAVA";
        var builder = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true);
        builder.environment().put("STRETCH_JAVA_HOME", home.toString());
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed;
    }

    @Test
    void aJavaThatCannotRunKarafIsPassedOver(@TempDir Path folder) throws Exception {
        RunningKaraf.must(List.of(
                "tar",
                "xzf",
                System.getProperty("archives") + "/distribution.tar.gz",
                "-C",
                folder.toString(),
                "--strip-components=1",
                "--wildcards",
                "*/bin/setenv"));
        Path setenv = folder.resolve("bin/setenv");
        Path seventeen = java(folder, "17.0.9");
        assertThat(choose(setenv, seventeen.getParent().getParent())).contains("chosen " + seventeen);
        Path twentyFive = java(folder, "25");
        assertThat(choose(setenv, twentyFive.getParent().getParent())).doesNotContain("chosen " + twentyFive);
    }
}
