package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.workflow.internal.Json;
import org.stretchdeploy.workflow.internal.OperationFold;

/**
 * Journals as a release wrote them. They are never edited: a release that adds an event or a field adds a file. Each
 * line is sequence number, time and event.
 */
class GoldenJournalTest {

    static List<JournalEntry> load(String name) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        for (String line : lines(name)) {
            String[] parts = line.split(" ", 3);
            entries.add(new JournalEntry(Long.parseLong(parts[0]), Instant.parse(parts[1]), Json.event(parts[2])));
        }
        return entries;
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = GoldenJournalTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void everyEventOfVersionOneHasAGoldenForm() throws IOException {
        Set<Class<?>> seen = new HashSet<>();
        for (String name : List.of("v1-needs-operator.journal", "v1-forward.journal")) {
            load(name).forEach(entry -> seen.add(entry.event().getClass()));
        }
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(JournalEvent.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1-needs-operator.journal", "v1-forward.journal", "v2-two-nodes.journal"})
    void theSameFormIsWrittenToday(String name) throws IOException {
        for (String line : lines(name)) {
            JsonNode before = Json.parse(line.split(" ", 3)[2]);
            assertThat(Json.parse(Json.write(Json.event(before.toString())))).isEqualTo(before);
        }
    }

    @Test
    void theWayBackFoldsToTheStateItHad() throws IOException {
        OperationState state = OperationFold.of(new OperationId("gold-1"), load("v1-needs-operator.journal"))
                .state(Optional.empty());
        assertThat(state.phase()).isEqualTo(Phase.NEEDS_OPERATOR);
        assertThat(state.abandoned()).isTrue();
        assertThat(state.cancelRequested()).isTrue();
        assertThat(state.step("1.1").orElseThrow().status()).isEqualTo(StepStatus.UNDO_FAILED);
        assertThat(state.step("1.1").orElseThrow().notes()).containsKey("href");
        assertThat(state.step("1.1").orElseThrow().node())
                .as("nobody wrote it down then")
                .isEmpty();
        assertThat(state.step("1.3").orElseThrow().status()).isEqualTo(StepStatus.UNDONE);
        assertThat(state.remaining())
                .extracting(JournalEvent.RemainingStep::stepId)
                .containsExactly("1.1");
        assertThat(state.lockKeys()).containsExactly("vapp:shop");
    }

    @Test
    void whoTookAnOperationOverIsInItsJournal() throws IOException {
        OperationState state = OperationFold.of(new OperationId("gold-3"), load("v2-two-nodes.journal"))
                .state(Optional.empty());
        assertThat(state.phase()).isEqualTo(Phase.COMPENSATED);
        assertThat(state.step("1.3").orElseThrow().node()).contains("n2");
        OperationState before = OperationFold.of(
                        new OperationId("gold-3"), load("v2-two-nodes.journal").subList(0, 8))
                .state(Optional.empty());
        assertThat(before.step("1.3").orElseThrow().node()).contains("n1");
        assertThat(before.step("3.4").orElseThrow().node()).isEmpty();
    }

    @Test
    void theWayForwardFoldsToTheStateItHad() throws IOException {
        OperationState state = OperationFold.of(new OperationId("gold-2"), load("v1-forward.journal"))
                .state(Optional.empty());
        assertThat(state.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(state.pivotPassed()).isTrue();
        assertThat(state.step("1.2").orElseThrow().status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(state.output("id").orElseThrow().asText()).isEqualTo("vm-7");
        assertThat(state.stalledSince()).isEmpty();
    }
}
