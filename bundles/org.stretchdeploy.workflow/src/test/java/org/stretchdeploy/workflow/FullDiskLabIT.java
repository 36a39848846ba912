package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.store.DatabaseSettings;

/**
 * A full disk under the embedded journal: a clear refusal, and everything goes on when there is room again. Needs root.
 */
class FullDiskLabIT {
    @TempDir
    private Path parent;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(parent.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
            byte[] block = new byte[4096];
            while (true) {
                filler.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("space");
        }
    }

    @Test
    void aFullDiskRefusesNewWorkAndDelaysTheOld() throws Exception {
        AtomicBoolean go = new AtomicBoolean();
        Workflow<String> workflow = Workflow.define("talk", Workflow.version(1))
                .input(String.class)
                .await(
                        "1",
                        "wait",
                        "Wait",
                        scope -> go.get() ? StepResult.done() : StepResult.again(Duration.ofMillis(50)),
                        Duration.ofMinutes(5))
                .step("2", "talk", "Write much", scope -> {
                    scope.note("text", "x".repeat(200_000));
                    return StepResult.done();
                })
                .build();
        DatabaseSettings settings =
                new DatabaseSettings("jdbc:h2:file:" + disk.resolve("journal"), "stretch", "secret");
        try (WorkflowEngine engine = WorkflowEngine.on(settings).start()) {
            engine.register(workflow);
            OperationId id = engine.submit(workflow, "x", "key");
            fill();
            assertThatThrownBy(() -> engine.submit(workflow, "y", "key-2"))
                    .isInstanceOfSatisfying(WorkflowException.class, e -> assertThat(e.code())
                            .isEqualTo(WorkflowException.Code.JOURNAL_UNAVAILABLE))
                    .hasMessageContaining("MiB left");
            go.set(true);
            org.awaitility.Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
            assertThatThrownBy(() -> engine.signal(
                            id,
                            "big",
                            com.fasterxml.jackson.databind.node.TextNode.valueOf("x".repeat(1_000_000)),
                            "me"))
                    .isInstanceOf(WorkflowException.class);
            Files.delete(disk.resolve("filler"));
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(120))
                    .ignoreException(WorkflowException.class)
                    .until(() -> engine.find(id).orElseThrow().phase() == Phase.SUCCEEDED);
            assertThat(engine.submit(workflow, "y", "key-2")).isNotEqualTo(id);
        }
    }
}
