package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Inventory.Tagged;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VApps.VAppSpec;

/** Chapter 8: long work. */
public abstract class TaskConformance extends ConformanceTest {
    private CloudTask create(String word) {
        CloudTask task =
                call(() -> cloud.vApps().create(subject.vdc(), new VAppSpec(name(word), "", List.of()), tag(word)));
        later(() -> cloud.inventory().tagged(operation).stream()
                .filter(tagged -> tagged.kind().equals("VApp"))
                .map(Tagged::id)
                .forEach(this::deleteVApp));
        return task;
    }

    @Test
    void rule_8_1_longWorkReturnsATaskAtOnce() {
        ObjectId template = template().id();
        later(() -> cloud.inventory().tagged(operation).forEach(tagged -> deleteVApp(tagged.id())));
        long start = System.nanoTime();
        CloudTask task = cloud.vApps().instantiate(subject.vdc(), name("soon"), template, tag("soon"));
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertThat(taken).as("time of the call").isLessThan(subject.callBudget());
        assertThat(ended(task).state()).isEqualTo(TaskStatus.State.SUCCEEDED);
    }

    @Test
    void rule_8_2_anUnknownTaskIsNotFound() {
        refused(Set.of(Category.NOT_FOUND), () -> cloud.status(subject.absentTask()));
    }

    @Test
    void rule_8_3_workThatWasDoneAtOnceHasSucceeded() {
        var owner = new ObjectId("anything");
        TaskStatus status = cloud.status(CloudTask.done(owner));
        assertThat(status.state()).isEqualTo(TaskStatus.State.SUCCEEDED);
        assertThat(status.owner()).contains(owner);
    }

    @Test
    void rule_8_4_anEndStaysTheEnd() {
        CloudTask task = create("ended");
        TaskStatus.State first = ended(task).state();
        assertThat(cloud.status(task).state()).isEqualTo(first);
        assertThat(first).isEqualTo(TaskStatus.State.SUCCEEDED);
    }

    @Test
    void rule_8_5_theOwnerIsWhatWasMade() {
        CloudTask task = create("owned");
        TaskStatus status = ended(task);
        ObjectId owner = status.owner().or(task::owner).orElseThrow(() -> new AssertionError("no owner"));
        assertThat(cloud.inventory().vApp(owner).name()).isEqualTo(name("owned"));
    }

    @Test
    void rule_8_6_cancellingWhatHasEndedIsDone() {
        CloudTask task = create("late");
        ended(task);
        assertThatCode(() -> cloud.cancel(task)).doesNotThrowAnyException();
        assertThat(cloud.status(task).state()).isEqualTo(TaskStatus.State.SUCCEEDED);
    }

    @Test
    void rule_8_7_aCancelledCreationCanBeTakenAway() {
        CloudTask task = create("cancelled");
        cloud.cancel(task);
        TaskStatus status = ended(task);
        assertThat(status.state())
                .isIn(TaskStatus.State.SUCCEEDED, TaskStatus.State.CANCELLED, TaskStatus.State.FAILED);
        cloud.inventory().tagged(operation).forEach(tagged -> deleteVApp(tagged.id()));
        assertThat(cloud.inventory().tagged(operation)).isEmpty();
    }

    @Test
    void rule_8_8_aHandleSurvivesAsItsTexts() {
        CloudTask task = create("journalled");
        var fromJournal = new CloudTask(task.id().map(String::new), task.owner().map(id -> new ObjectId(id.value())));
        assertThat(ended(fromJournal).state()).isEqualTo(TaskStatus.State.SUCCEEDED);
    }

    @Test
    void rule_8_9_cancellingWorkThatWasDoneAtOnceIsDone() {
        assertThatCode(() -> cloud.cancel(new CloudTask(Optional.empty(), Optional.empty())))
                .doesNotThrowAnyException();
    }
}
