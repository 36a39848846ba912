package org.stretchdeploy.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchRequest;

/** Following an operation, over the wire. */
class EventsOverTlsTest {
    private RunningRest rest;
    private OperationId id;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        rest = new RunningRest(folder);
        var request = StretchRequest.of(new CloudName("private"), "shop", List.of(), new CloudName("public"));
        id = rest.stretchDeploy.deploy(request, Optional.empty());
    }

    @AfterEach
    void stop() throws Exception {
        rest.close();
    }

    private String path() {
        return "/v1/operations/" + id + "/events";
    }

    @Test
    void eventsArriveAsTheyHappenAndTheStreamEndsWithTheOperation() throws Exception {
        var lines = new CopyOnWriteArrayList<String>();
        var response = rest.client()
                .send(
                        rest.as("viewer", path())
                                .header("Accept", "text/event-stream")
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(t -> assertThat(t).startsWith("text/event-stream"));
        var reader = Executors.newSingleThreadExecutor();
        var done = reader.submit(() -> response.body().forEach(lines::add));
        await().until(() -> lines.contains("id: 1"));
        await().until(() -> lines.contains(": still here"));
        rest.stretchDeploy.happen(id, "step-started", "line one\nline two");
        await().until(() -> lines.contains("event: step-started"));
        rest.stretchDeploy.end(id, Operation.State.SUCCEEDED);
        await().until(done::isDone);
        reader.shutdown();
        assertThat(lines.stream().filter(line -> line.startsWith("id: "))).containsExactly("id: 1", "id: 2", "id: 3");
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("data: "))
                        .skip(1)
                        .findFirst())
                .hasValueSatisfying(data -> assertThat(data)
                        .contains("\"message\":\"line one\\nline two\"")
                        .contains("\"sequence\":2"));
        await().until(() -> rest.stretchDeploy.followers(id) == 0);
    }

    @Test
    void aLostConnectionResumesAfterTheLastEvent() throws Exception {
        rest.stretchDeploy.happen(id, "notice", "second");
        rest.stretchDeploy.end(id, Operation.State.COMPENSATED);
        var rest2 = rest.send(
                rest.as("viewer", path()).header("Accept", "text/event-stream").header("Last-Event-ID", "2"));
        assertThat(rest2.body()).contains("id: 3").doesNotContain("id: 2").doesNotContain("id: 1\n");
        assertThat(rest.send(rest.as("viewer", path())
                                .header("Accept", "text/event-stream")
                                .header("Last-Event-ID", "3"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(rest.send(rest.as("viewer", path())
                                .header("Accept", "text/event-stream")
                                .header("Last-Event-ID", "x"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void longPollingGivesTheSameEvents() throws Exception {
        var first = rest.tree(
                rest.send(rest.as("viewer", path() + "?after=0&wait=5").header("Accept", "application/json")));
        assertThat(first.path("events")).hasSize(1);
        assertThat(first.path("next").asLong()).isEqualTo(1);
        assertThat(first.path("ended").asBoolean()).isFalse();
        assertThat(rest.tree(rest.get("viewer", path() + "?after=1&wait=0")).path("events"))
                .isEmpty();
        rest.stretchDeploy.end(id, Operation.State.SUCCEEDED);
        var last = rest.tree(rest.get("viewer", path() + "?after=1&wait=5"));
        assertThat(last.path("ended").asBoolean()).isTrue();
        assertThat(last.path("events").path(0).path("type").asText()).isEqualTo("ended");
        assertThat(rest.get("viewer", path() + "?after=-1").statusCode()).isEqualTo(400);
        assertThat(rest.get("viewer", path() + "?wait=61").statusCode()).isEqualTo(400);
    }

    @Test
    void theNumberOfFollowersIsBounded() throws Exception {
        var open = Stream.generate(this::open).limit(3).toList();
        await().until(() -> rest.stretchDeploy.followers(id) == 3);
        var refused = rest.get("viewer", path() + "?wait=1");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(rest.tree(refused).path("code").asText()).isEqualTo("too-many-followers");
        for (InputStream stream : open) {
            stream.close();
        }
        await().until(() -> rest.stretchDeploy.followers(id) == 0);
        assertThat(rest.get("viewer", path() + "?wait=0").statusCode()).isEqualTo(200);
    }

    private InputStream open() {
        try {
            return rest.client()
                    .send(
                            rest.as("viewer", path())
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
