package org.stretchdeploy.tunnel.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    @TempDir
    Path folder;

    @Test
    void twoEnginesOpenTheirNetwork() throws Exception {
        assertThat(Rehearsal.succeeds()).isTrue();
    }

    @Test
    void javaTakesTheOptions() throws Exception {
        List<String> command = new ArrayList<>(QuickStart.optimizer());
        assertThat(command).hasSizeGreaterThan(5).allMatch(option -> option.startsWith("-XX:"));
        command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-version");
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(said).isZero();
        assertThat(said).doesNotContainIgnoringCase("warning").doesNotContain("CompileCommand");
    }

    @Test
    void archiveBesideTheJarIsUsedUnlessAnotherIsNamed() throws Exception {
        String jar = folder.resolve("agent.jar").toString();
        String[] command = {"java", "-Xmx48m", "-XX:Tier4LoadFeedback=3", "-jar", jar, "--state", "here"};
        assertThat(QuickStart.added(command)).isEqualTo(command);
        Path archive = Files.createFile(folder.resolve("agent.jsa"));
        assertThat(QuickStart.added(command))
                .startsWith("java", "-XX:SharedArchiveFile=" + archive)
                .endsWith("-Xmx48m", "-XX:Tier4LoadFeedback=3", "-jar", jar, "--state", "here");
        String[] named = {"java", "-XX:SharedArchiveFile=other.jsa", "-jar", jar};
        assertThat(QuickStart.added(named))
                .contains("-XX:Tier4InvocationThreshold=25000")
                .doesNotContain("-XX:SharedArchiveFile=" + archive)
                .endsWith("-XX:SharedArchiveFile=other.jsa", "-jar", jar);
        assertThat(QuickStart.added(named)).containsAll(QuickStart.optimizer());
        String[] noJar = {"java", "-cp", jar, "Main"};
        assertThat(QuickStart.added(noJar)).isEqualTo(noJar);
    }
}
