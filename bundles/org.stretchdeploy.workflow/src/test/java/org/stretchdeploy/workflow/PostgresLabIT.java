package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.workflow.internal.sql.SqlJournal;

/** The journal contract on a real PostgreSQL, and several nodes on one database. */
class PostgresLabIT extends JournalContract {
    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    static DatabaseSettings settings(int port) {
        return new DatabaseSettings("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres");
    }

    private static DatabaseSettings settings() {
        return settings(postgres.getPort());
    }

    @Override
    Journal open() {
        Database database = Database.open(settings());
        Journal journal = new SqlJournal(database, true);
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("truncate workflow_lock, workflow_event, workflow_operation, workflow_turn");
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
        return journal;
    }

    @Test
    void twoNodesShareTheWorkAndNeverRunTheSameStepTogether() throws Exception {
        AtomicInteger overlaps = new AtomicInteger();
        Set<OperationId> inside = ConcurrentHashMap.newKeySet();
        Set<String> nodes = ConcurrentHashMap.newKeySet();
        List<WorkflowEngine> engines = new ArrayList<>();
        for (String node : List.of("n1", "n2")) {
            WorkflowEngine engine =
                    WorkflowEngine.on(settings()).node(node).threads(3).start();
            engine.register(exclusive(node, inside, overlaps, nodes));
            engines.add(engine);
        }
        List<OperationId> ids = new ArrayList<>();
        // More than one node may hold (16 for each of its three threads), so the other one gets its share.
        for (int i = 0; i < 60; i++) {
            ids.add(engines.get(0)
                    .submit(Submission.of(
                            "exclusive", com.fasterxml.jackson.databind.node.TextNode.valueOf("x"), "key-" + i)));
        }
        for (OperationId id : ids) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> engines.get(1).find(id).orElseThrow().phase() == Phase.SUCCEEDED);
        }
        engines.forEach(WorkflowEngine::close);
        assertThat(overlaps).hasValue(0);
        assertThat(nodes).containsExactlyInAnyOrder("n1", "n2");
    }

    private static Workflow<String> exclusive(
            String node, Set<OperationId> inside, AtomicInteger overlaps, Set<String> nodes) {
        WorkflowTable<String> table =
                Workflow.define("exclusive", Workflow.version(1)).input(String.class);
        for (int i = 1; i <= 5; i++) {
            table.await(
                    String.valueOf(i),
                    "row-" + i,
                    "Row",
                    scope -> {
                        if (!inside.add(scope.operationId())) {
                            overlaps.incrementAndGet();
                        }
                        nodes.add(node);
                        boolean second = scope.now().isAfter(scope.since().plusMillis(50));
                        inside.remove(scope.operationId());
                        return second ? StepResult.done() : StepResult.again(Duration.ofMillis(60));
                    },
                    Duration.ofMinutes(1));
        }
        return table.build();
    }

    @Test
    void aKilledNodesOperationIsTakenOverWithinFifteenSeconds() throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                String.valueOf(postgres.getPort()),
                folder.toString());
        Process child = new ProcessBuilder(command)
                .redirectError(new File(folder.toFile(), "child.err"))
                .start();
        OperationId id = inside(child);
        try (WorkflowEngine survivor =
                WorkflowEngine.on(settings()).node("survivor").start()) {
            survivor.register(Child.workflow(folder, () -> {}));
            child.destroyForcibly();
            child.waitFor();
            Instant killed = Instant.now();
            OperationState end = survivor.whenEnded(id).get(40, TimeUnit.SECONDS);
            assertThat(Duration.between(killed, Instant.now())).isLessThan(Duration.ofSeconds(15));
            assertThat(end.phase()).isEqualTo(Phase.COMPENSATED);
            assertThat(end.code()).contains("interrupted");
            assertThat(folder.resolve("made")).doesNotExist();
        } finally {
            child.destroyForcibly();
        }
    }

    /** The operation that the child is in the middle of. */
    private static OperationId inside(Process child) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>(List.of(lines.readLine(), lines.readLine()));
        assertThat(said.remove("inside")).isTrue();
        return new OperationId(said.get(0));
    }

    /** The node that is killed in the middle of a step. */
    static final class Child {
        static Workflow<String> workflow(Path folder, Runnable inside) {
            return Workflow.define("hang", Workflow.version(1))
                    .input(String.class)
                    .step("1", "make", "Make a file and hang", scope -> {
                        Files.writeString(folder.resolve("made"), scope.tag());
                        inside.run();
                        return StepResult.done();
                    })
                    .undo(scope -> {
                        Files.deleteIfExists(folder.resolve("made"));
                        return StepResult.done();
                    })
                    .build();
        }

        public static void main(String[] arguments) throws Exception {
            WorkflowEngine engine = WorkflowEngine.on(settings(Integer.parseInt(arguments[0])))
                    .node("victim")
                    .start();
            Workflow<String> workflow = workflow(Path.of(arguments[1]), () -> {
                System.out.println("inside");
                java.util.concurrent.locks.LockSupport.park();
            });
            engine.register(workflow);
            System.out.println(engine.submit(workflow, "x", "key"));
            java.util.concurrent.locks.LockSupport.park();
        }
    }
}
