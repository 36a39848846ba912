package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;

/** Every row of both tables and every undo is taken here, and the document says what the tables say. */
final class TablesTest {
    private static final int MOST_TURNS = 400;

    @TempDir
    Path folder;

    @Test
    void theDocumentIsMadeFromTheTables() throws IOException {
        assertThat(Files.readString(TablesDocument.FILE))
                .as("run TablesDocument.main to write it anew")
                .isEqualTo(TablesDocument.text(folder));
        assertThat(Files.readString(TablesDocument.FILE)).doesNotContain("| ? |");
    }

    @Test
    void everyRowIsTakenAndEveryUndoToo() {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = world.deploy("web");
        Operation returned = world.bringBack("web");
        assertThat(taken(world, deployed.id())).isEqualTo(rows(world, deployed.id(), false));
        assertThat(taken(world, returned.id())).isEqualTo(rows(world, returned.id(), false));

        StretchWorld back = new StretchWorld(folder);
        OperationId cancelled = cancelledAtTheLastMoment(
                back, () -> back.service.deploy(StretchWorld.web(), java.util.Optional.empty()), "start-target-vm");
        assertThat(undone(back, cancelled)).isEqualTo(rows(back, cancelled, true));
        back.deploy("web");
        OperationId stays = cancelledAtTheLastMoment(
                back,
                () -> back.service.bringBack(
                        new org.stretchdeploy.api.ReturnRequest(
                                new org.stretchdeploy.api.CloudName("private"),
                                "shop",
                                java.util.List.of(),
                                java.util.List.of("*")),
                        java.util.Optional.empty()),
                "start-source-vm");
        assertThat(undone(back, stays)).isEqualTo(rows(back, stays, true));
    }

    private static OperationId cancelledAtTheLastMoment(
            StretchWorld world, java.util.function.Supplier<OperationId> submit, String lastRow) {
        OperationId id = submit.get();
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            boolean begun = world.service.operation(id).steps().stream()
                    .anyMatch(s -> s.name().equals(lastRow) && s.state() == Operation.StepState.RUNNING);
            if (begun) {
                world.service.cancel(id);
                break;
            }
            world.node.dispatcher().runNext();
        }
        assertThat(world.run(id).state()).isEqualTo(Operation.State.CANCELLED);
        return id;
    }

    private static Set<String> rows(StretchWorld world, OperationId id, boolean withUndo) {
        Set<String> rows = new TreeSet<>();
        var submitted =
                (JournalEvent.OperationSubmitted) journal(world, id).get(0).event();
        submitted.rows().stream().filter(r -> !withUndo || r.undo()).forEach(r -> rows.add(r.id()));
        return rows;
    }

    private static java.util.List<JournalEntry> journal(StretchWorld world, OperationId id) {
        return world.store.read(new org.stretchdeploy.workflow.OperationId(id.value()), 0);
    }

    private static Set<String> taken(StretchWorld world, OperationId id) {
        Set<String> rows = new TreeSet<>();
        journal(world, id).forEach(e -> {
            if (e.event() instanceof JournalEvent.StepDone done) {
                rows.add(done.stepId());
            }
        });
        return rows;
    }

    private static Set<String> undone(StretchWorld world, OperationId id) {
        Set<String> rows = new TreeSet<>();
        journal(world, id).forEach(e -> {
            if (e.event() instanceof JournalEvent.StepUndone done) {
                rows.add(done.stepId());
            }
        });
        return rows;
    }
}
