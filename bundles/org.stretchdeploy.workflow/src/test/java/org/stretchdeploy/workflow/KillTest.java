package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.store.DatabaseSettings;

/** Kills a real process with SIGKILL at random moments of an operation on an H2 file, and starts it again. */
class KillTest {
    private static final int ROUNDS = 3;

    @TempDir
    private Path folder;

    @Test
    void theJournalSurvivesKillsAndNothingAcknowledgedIsLost() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            killOneChild(random.nextInt(350));
            checkAcknowledged();
        }
        finish();
    }

    private void killOneChild(int afterMillis) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString());
        Process child = new ProcessBuilder(command)
                .redirectError(new File(folder.toFile(), "child.err"))
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("started");
            child.waitFor(afterMillis, TimeUnit.MILLISECONDS);
        } finally {
            child.destroyForcibly();
            child.waitFor();
        }
    }

    /** Every operation whose id the child wrote after submit returned must be in the journal. */
    private void checkAcknowledged() throws Exception {
        try (WorkflowEngine engine =
                WorkflowEngine.on(settings(folder)).node("reader").start()) {
            for (String id : acknowledged()) {
                assertThat(engine.find(new OperationId(id))).as(id).isPresent();
            }
        }
    }

    private void finish() throws Exception {
        Workflow<String> workflow = Child.workflow(folder);
        List<String> ids = acknowledged();
        assertThat(ids).isNotEmpty();
        try (WorkflowEngine engine =
                WorkflowEngine.on(settings(folder)).node("n1").start()) {
            engine.register(workflow);
            for (String id : ids) {
                OperationState end = engine.whenEnded(new OperationId(id)).get(60, TimeUnit.SECONDS);
                assertThat(end.phase()).isIn(Phase.SUCCEEDED, Phase.COMPENSATED);
                assertThat(Files.exists(folder.resolve("made-" + id)))
                        .as("%s is %s", id, end.phase())
                        .isEqualTo(end.phase() == Phase.SUCCEEDED);
            }
        }
    }

    private List<String> acknowledged() throws Exception {
        Path file = folder.resolve("acknowledged");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    static DatabaseSettings settings(Path folder) {
        return new DatabaseSettings("jdbc:h2:file:" + folder.resolve("journal"), "stretch", "secret");
    }

    /** The process that is killed: submits one operation after the other. */
    static final class Child {
        static Workflow<String> workflow(Path folder) {
            return Workflow.define("files", Workflow.version(1))
                    .input(String.class)
                    .step("1", "make", "Make a file", scope -> {
                        Files.writeString(folder.resolve("made-" + scope.operationId()), scope.tag());
                        return StepResult.done();
                    })
                    .undo(scope -> {
                        Files.deleteIfExists(folder.resolve("made-" + scope.operationId()));
                        return StepResult.done();
                    })
                    .await(
                            "2",
                            "look",
                            "Look twice",
                            scope -> scope.now().isAfter(scope.since().plusMillis(20))
                                    ? StepResult.done()
                                    : StepResult.again(Duration.ofMillis(10)),
                            Duration.ofMinutes(1))
                    .pivot("3", "keep", "Keep it", scope -> StepResult.done())
                    .build();
        }

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            WorkflowEngine engine =
                    WorkflowEngine.on(settings(folder)).node("n1").start();
            Workflow<String> workflow = workflow(folder);
            engine.register(workflow);
            System.out.println("started");
            List<OperationId> submitted = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                OperationId id = engine.submit(workflow, "x", "key-" + System.nanoTime());
                Files.writeString(
                        folder.resolve("acknowledged"),
                        id + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                submitted.add(id);
                engine.whenEnded(id).get();
            }
        }
    }
}
