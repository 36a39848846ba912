package org.stretchdeploy.tunnel.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
        String[] noJar = {"java", "-cp", jar, "Main"};
        assertThat(QuickStart.added(noJar)).isEqualTo(noJar);
    }
}
