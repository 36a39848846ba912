package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkflowTableTest {
    private static final StepAction<String> NOTHING = scope -> StepResult.done();

    private static WorkflowTable<String> table() {
        return Workflow.define("w", Workflow.version(1)).input(String.class);
    }

    @Test
    void aDuplicateIdIsRefusedWhenTheTableIsBuilt() {
        assertThatThrownBy(() -> table().step("1", "a", "A", NOTHING)
                        .step("1", "b", "B", NOTHING)
                        .build())
                .hasMessageContaining("row id 1 is used twice");
    }

    @Test
    void aDuplicateIdFromTheInputIsRefusedWhenTheRowsAreWorkedOut() {
        Workflow<String> workflow = table().forEach(
                        input -> List.of(1, 1), (each, rows) -> rows.step("2." + each, "b", "B", NOTHING))
                .build();
        assertThatThrownBy(() -> workflow.rows("x")).hasMessageContaining("2.1 is used twice");
    }

    @Test
    void whatCouldNeverBeReachedIsRefused() {
        assertThatThrownBy(() -> table().pivot("1", "a", "A", NOTHING)
                        .step("2", "b", "B", NOTHING)
                        .undo(NOTHING)
                        .build())
                .hasMessageContaining("never be reached");
        assertThatThrownBy(() -> table().pivot("1", "a", "A", NOTHING)
                        .pivot("2", "b", "B", NOTHING)
                        .build())
                .hasMessageContaining("second pivot");
        assertThatThrownBy(() -> table().step("1", "a", "A", NOTHING)
                        .retryForever()
                        .pivot("2", "b", "B", NOTHING)
                        .build())
                .hasMessageContaining("never be reached");
        assertThatThrownBy(() -> table().build()).hasMessageContaining("no rows");
        assertThatThrownBy(() -> table().undo(NOTHING)).hasMessageContaining("no row before");
    }

    @Test
    void oddIdsAndNamesAreRefused() {
        assertThatThrownBy(() -> table().step("1/2", "a", "A", NOTHING)).hasMessageContaining("not a row id");
        assertThatThrownBy(() -> table().step("1", "A b", "A", NOTHING)).hasMessageContaining("name");
        assertThatThrownBy(() -> Workflow.define("Bad Name", Workflow.version(1)))
                .hasMessageContaining("Bad Name");
    }

    @Test
    void theDiagramShowsRowsPivotConditionsAndTheWayBack() {
        Workflow<String> workflow = table().step("1.1", "make", "Make", NOTHING)
                .undo(NOTHING)
                .await("1.2", "made", "Made", NOTHING, Duration.ofMinutes(1))
                .step("1.3", "maybe", "Maybe", NOTHING)
                .undo(NOTHING)
                .when("wanted", scope -> true)
                .pivot("2.1", "go", "Go", NOTHING)
                .build();
        assertThat(WorkflowDiagram.mermaid(workflow, "x")).isEqualTo("""
            flowchart TD
                %% w version 1
                begin(["w"])
                r0["1.1 make"]
                begin --> r0
                u0["undo 1.1 make"]
                r1[/"1.2 made"/]
                r0 --> r1
                r2["1.3 maybe"]
                r1 --> r2
                r2 -.- r2c>"only when wanted"]
                u2["undo 1.3 maybe"]
                r3{{"2.1 go"}}
                r2 --> r3
                r3 --> SUCCEEDED([SUCCEEDED])
                u2 --> u0
                u0 --> COMPENSATED([COMPENSATED or CANCELLED])
                u0 -.->|"an undo fails for good"| NEEDS_OPERATOR([NEEDS_OPERATOR])
                r0 -.->|"failure, cancel, crash"| u0
                r1 -.->|"failure, cancel, crash"| u0
                r2 -.->|"failure, cancel, crash"| u2
                r3 -.->|"fails for good"| NEEDS_OPERATOR
            """);
    }
}
