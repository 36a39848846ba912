package org.stretchdeploy.stretch.internal.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.stretch.internal.StretchWorld.Variant;
import org.stretchdeploy.stretch.internal.cloud.CloudFailures;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.run.Parts;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.Workflow;

/** The simulation catches engines, clouds and tables that are broken on purpose: a test that never fails proves nothing. */
final class BrokenVariantsTest {
    private static final long MOST_SEEDS = 600;

    private static List<String> caught(Variant variant, boolean tagLookUp, String word) {
        List<String> found = new ArrayList<>();
        var stage = new Scenario.Stage(variant, tagLookUp);
        var appliance = Simulation.appliance();
        for (long seed = 1; seed <= MOST_SEEDS && found.isEmpty(); seed++) {
            new Scenario(seed, appliance, stage)
                    .play().violations().stream().filter(v -> v.contains(word)).forEach(found::add);
        }
        return found;
    }

    /** The same table with other rows. */
    private static Function<Parts, Workflow<DeployPlan>> deploy(
            Function<List<Row<DeployPlan>>, List<Row<DeployPlan>>> change) {
        return parts -> {
            Workflow<DeployPlan> sound = DeployTable.with(parts);
            return Workflow.define(sound.name(), Workflow.version(sound.version()))
                    .input(DeployPlan.class)
                    .failures(CloudFailures::asStepFailure)
                    .rows(input -> change.apply(sound.rows(input)))
                    .build();
        };
    }

    @Test
    void anUndoThatIsOwedOnlyAfterTheAct() {
        assertThat(caught(Variant.SOUND.withJournal(LateIntentJournal::new), true, "orphan"))
                .isNotEmpty();
    }

    @Test
    void aCloudThatIsNeverAskedForTags() {
        assertThat(caught(Variant.SOUND, false, "")).isNotEmpty();
    }

    @Test
    void noFence() {
        Variant open = Variant.SOUND.withDeploy(deploy(rows -> rows.stream()
                .filter(r -> !r.id().startsWith("3.4.1") && !r.id().startsWith("3.4.2"))
                .toList()));
        assertThat(caught(open, true, "two live copies")).isNotEmpty();
    }

    @Test
    void aStartBeforeTheFence() {
        Variant early = Variant.SOUND.withDeploy(deploy(rows -> {
            List<Row<DeployPlan>> changed =
                    new ArrayList<>(rows.stream().filter(r -> !fence(r)).toList());
            int pivot = changed.indexOf(
                    changed.stream().filter(Row::pivot).findFirst().orElseThrow());
            changed.addAll(
                    pivot, rows.stream().filter(BrokenVariantsTest::fence).toList());
            return changed;
        }));
        assertThat(caught(early, true, "two live copies")).isNotEmpty();
    }

    private static boolean fence(Row<DeployPlan> row) {
        return row.id().equals("3.4.1") || row.id().equals("3.4.2");
    }

    @Test
    void anUndoThatIsForgotten() {
        Variant forgetful = Variant.SOUND.withDeploy(deploy(rows -> rows.stream()
                .map(r -> r.id().equals("1.4.4") || r.id().equals("1.3.2")
                        ? new Row<>(
                                r.id(),
                                r.name(),
                                r.title(),
                                r.kind(),
                                r.action(),
                                java.util.Optional.empty(),
                                r.condition(),
                                r.retry(),
                                r.undoRetry(),
                                r.deadline(),
                                r.heartbeat(),
                                r.pivot())
                        : r)
                .toList()));
        assertThat(caught(forgetful, true, "orphan")).isNotEmpty();
    }
}
