package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.store.DatabaseSettings;

/** Stopping in good order, and code that goes away while it runs. */
class CloseTest {
    @TempDir
    private Path folder;

    /** Long enough for a machine that does much else. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    @Test
    void takingAWorkflowAwayWaitsForItsActionAndStopsBeforeTheNextStep() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Workflow<String> workflow = Workflow.define("w", Workflow.version(1))
                .input(String.class)
                .step("1", "first", "First", scope -> {
                    calls.incrementAndGet();
                    inside.countDown();
                    leave.await();
                    return StepResult.done();
                })
                .step("2", "second", "Second", scope -> {
                    calls.incrementAndGet();
                    return StepResult.done();
                })
                .build();
        DatabaseSettings settings = new DatabaseSettings("jdbc:h2:file:" + folder.resolve("j"), "stretch", "secret");
        OperationId id;
        try (WorkflowEngine engine = WorkflowEngine.on(settings).start()) {
            WorkflowEngine.Registration registration = engine.register(workflow);
            id = engine.submit(workflow, "x", "key");
            assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
            Thread taker = new Thread(registration::close);
            taker.start();
            // it waits for the action, with the time limit of the registry
            await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);
            leave.countDown();
            taker.join(60_000);
            assertThat(taker.isAlive()).isFalse();
            assertThat(calls).hasValue(1);
            engine.register(workflow);
            assertThat(engine.whenEnded(id).get(60, TimeUnit.SECONDS).phase()).isEqualTo(Phase.SUCCEEDED);
        }
        // told to end, a thread still needs a core to do so
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("stretch-workflow-")));
    }

    @Test
    void anActionThatIsInterruptedByTheStopHarmsNoJournal() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Workflow<String> workflow = Workflow.define("w", Workflow.version(1))
                .input(String.class)
                .step("1", "stubborn", "Stubborn", scope -> {
                    inside.countDown();
                    if (scope.attempt() == 1) {
                        new CountDownLatch(1).await();
                    }
                    return StepResult.done();
                })
                .build();
        DatabaseSettings settings = new DatabaseSettings("jdbc:h2:file:" + folder.resolve("j"), "stretch", "secret");
        WorkflowEngine first =
                WorkflowEngine.on(settings).stopGrace(Duration.ofMillis(200)).start();
        first.register(workflow);
        OperationId id = first.submit(workflow, "x", "key");
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
        first.close();
        try (WorkflowEngine second = WorkflowEngine.on(settings).start()) {
            assertThat(second.find(id).orElseThrow().step("1").orElseThrow().status())
                    .isEqualTo(StepStatus.RETRYING);
            second.register(workflow);
            assertThat(second.whenEnded(id).get(60, TimeUnit.SECONDS).phase()).isEqualTo(Phase.SUCCEEDED);
        }
    }
}
