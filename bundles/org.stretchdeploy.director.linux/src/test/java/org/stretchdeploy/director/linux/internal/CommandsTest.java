package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.host.HostException;

class CommandsTest {
    private final Commands commands = new Commands();

    @Test
    void nothingIsReadByAShell() {
        assertThat(commands.run(List.of("echo", "$HOME; ls `pwd` *"))).isEqualTo("$HOME; ls `pwd` *\n");
    }

    @Test
    void inputIsPassedOn() {
        assertThat(commands.runWithInput("one\ntwo\n", List.of("cat"))).isEqualTo("one\ntwo\n");
    }

    @Test
    void failureTellsWhatTheProgramSaid() {
        assertThatThrownBy(() -> commands.run(List.of("ls", "/not/there")))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("ls /not/there failed")
                .hasMessageContaining("No such file");
        assertThatThrownBy(() -> commands.run(List.of("not-a-program")))
                .hasMessageContaining("Cannot run not-a-program");
    }

    @Test
    void aProgramThatTakesTooLongIsEnded() {
        assertThatThrownBy(() -> commands.run(Duration.ofMillis(200), List.of("sleep", "60")))
                .hasMessageContaining("did not finish");
    }

    @Test
    void outputIsBounded() {
        assertThat(commands.run(List.of("head", "-c", "3000000", "/dev/zero"))).hasSize(1 << 20);
    }

    @Test
    void aDetachedProgramIsTheOneWhoseIdIsReturned(@TempDir Path folder) {
        long pid = commands.detach(List.of("sleep", "60"), folder, folder.resolve("log"));
        ProcessMark mark = ProcessMark.of(pid).orElseThrow();
        try {
            assertThat(ProcessMark.await(Duration.ofSeconds(5), () -> ProcessMark.commandLine(pid)
                            .startsWith("sleep")))
                    .isTrue();
            assertThat(mark.alive()).isTrue();
            assertThat(new ProcessMark(pid, mark.startTicks() + 1).alive()).isFalse();
        } finally {
            mark.kill();
        }
        assertThat(mark.gone(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void logsAreCutToTheirEnd(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("serial.log"), "x".repeat(5000) + "end");
        LogFiles.bound(folder, 4000);
        assertThat(Files.readString(folder.resolve("serial.log"))).hasSize(1000).endsWith("end");
        LogFiles.bound(folder, 4000);
        assertThat(Files.size(folder.resolve("serial.log"))).isEqualTo(1000);
    }

    @Test
    void oneHostPerStateFolder(@TempDir Path folder) throws IOException {
        StateFolder state = new StateFolder(folder);
        try (var lock = state.lock()) {
            assertThat(lock.isOpen()).isTrue();
            assertThatThrownBy(new StateFolder(folder)::lock).hasMessageContaining("Another director");
        }
        state.lock().close();
    }
}
