package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.workflow.internal.sql.SqlJournal;

class H2JournalTest extends JournalContract {
    @TempDir
    private Path folder;

    private DatabaseSettings settings() {
        return new DatabaseSettings("jdbc:h2:file:" + folder.resolve("journal"), "stretch", "secret");
    }

    @Override
    Journal open() {
        return new SqlJournal(Database.open(settings()), true);
    }

    @Test
    void anOperationGoesOnInAnotherEngineOnTheSameFile() throws Exception {
        stop();
        ToyCloud cloud = new ToyCloud();
        cloud.pollsUntilUp = Integer.MAX_VALUE;
        Workflow<ToyCloud.Plan> toy = cloud.workflow();
        WorkflowEngine first = WorkflowEngine.on(settings()).start();
        first.register(toy);
        OperationId id = first.submit(toy, new ToyCloud.Plan(List.of("web"), true), "key", "vapp:shop");
        org.awaitility.Awaitility.await()
                .until(() -> first.find(id).orElseThrow().currentStep().equals(java.util.Optional.of("1.2")));
        first.close();

        cloud.pollsUntilUp = 0;
        WorkflowEngine second = WorkflowEngine.on(settings()).start();
        second.register(toy);
        assertThat(second.whenEnded(id).get(10, TimeUnit.SECONDS).phase())
                .as("stopped in good order, so it goes on forward")
                .isEqualTo(Phase.SUCCEEDED);
        second.close();
        start();
    }
}
