package org.stretchdeploy.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.TunnelTransport;
import org.stretchdeploy.rest.fake.FakeClouds;

/** What a caller sees, over the wire. */
class RestOverTlsTest {
    private static final String DEPLOY =
            "{\"kind\":\"deploy\",\"source\":\"private\",\"vApp\":\"shop\",\"target\":\"public\"}";

    private static RunningRest rest;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        rest = new RunningRest(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        rest.close();
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        var problem = rest.tree(response);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("type").asText()).isEqualTo("urn:stretchdeploy:problem:" + code);
        assertThat(problem.path("detail").asText()).isNotBlank();
        assertThat(response.body()).doesNotContain("Exception").doesNotContain("org.apache");
    }

    private static String cloud(String name, String host, String password) {
        return "{\"name\":\"" + name + "\",\"endpoint\":\"https://" + host
                + "\",\"organization\":\"acme\",\"user\":\"u\",\"password\":\"" + password + "\"}";
    }

    @Test
    void nobodyGetsInWithoutTlsOrLogin() throws Exception {
        assertProblem(
                rest.send(rest.plainRequest("/v1/clouds").header("Authorization", RunningRest.basic("admin", "admin"))),
                403,
                "tls-required");
        var anonymous = rest.send(rest.request("/v1/clouds"));
        assertProblem(anonymous, 401, "login-needed");
        assertThat(anonymous.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(v -> assertThat(v).startsWith("Basic "));
        assertProblem(
                rest.send(rest.request("/v1/clouds").header("Authorization", RunningRest.basic("eve", "x"))),
                401,
                "wrong-login");
        assertProblem(rest.send(rest.request("/v1/clouds").header("Authorization", "Basic ***")), 401, "login-needed");
    }

    @Test
    void guessingIsSlowedDown() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertProblem(
                    rest.send(rest.request("/v1/clouds").header("Authorization", RunningRest.basic("mallory", "x"))),
                    401,
                    "wrong-login");
        }
        var refused = rest.send(rest.as("mallory", "/v1/clouds"));
        assertProblem(refused, 429, "too-many-logins");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "viewer, POST, /v1/clouds, 403",
        "viewer, POST, /v1/operations, 403",
        "viewer, POST, /v1/operations/op-1/cancel, 403",
        "operator, POST, /v1/clouds, 403",
        "operator, DELETE, /v1/clouds/private, 403",
        "stranger, GET, /v1/clouds, 403",
        "viewer, GET, /v1/clouds, 200",
        "viewer, POST, /v1/operations/op-1/commit, 403",
        "stranger, GET, /v1/metrics, 403",
        "viewer, GET, /v1/metrics, 200",
        "viewer, GET, /v1/stretched, 200",
        "stranger, GET, /v1/tunnels, 403",
        "viewer, GET, /v1/tunnels, 200",
        "viewer, GET, /v1/tunnels/st-1, 200",
        "viewer, GET, /v1/tunnels/none, 404",
        "viewer, GET, /v1/vendors, 200",
        "operator, GET, /v1/operations, 200",
        "admin, GET, /v1/operations?limit=5, 200",
    })
    void rolesAreHeld(String user, String method, String path, int status) throws Exception {
        var response = rest.send(rest.as(user, path)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("{}")
                                : HttpRequest.BodyPublishers.noBody()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        if (status == 403) {
            assertProblem(response, 403, "forbidden");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v1/operations | application/json | {\"kind\": | 400 | malformed-json",
                "POST | /v1/operations | application/json | {\"kind\":\"deploy\",\"sauce\":1} | 400 | unknown-field",
                "POST | /v1/operations | application/json | {\"kind\":\"deploy\",\"vms\":\"web\"} | 400 | invalid-field",
                "POST | /v1/operations | application/json | {\"kind\":\"deploy\",\"kind\":\"deploy\"} | 400 | malformed-json",
                "POST | /v1/operations | application/json | {} {} | 400 | invalid-field",
                "POST | /v1/operations | application/json | [] | 400 | invalid-field",
                "POST | /v1/operations | application/json | null | 400 | missing-body",
                "POST | /v1/operations | application/json | {} | 400 | invalid-kind",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\"} | 400 | invalid-cloud-name",
                "POST | /v1/plans | application/json | {\"kind\":\"return\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\"} | 400 | unexpected-field",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"a\"} | 400 | same-cloud",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"vms\":[null]} | 400 | invalid-field",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"trial\":\"soon\"} | 400 | invalid-trial",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"transport\":\"pigeon\"} | 400 | invalid-transport",
                "POST | /v1/plans | application/json | {\"kind\":\"return\",\"source\":\"a\",\"vApp\":\"x\",\"transport\":\"tls\"} | 400 | unexpected-field",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"trial\":\"1s\"} | 400 | invalid-trial",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"trialWrites\":\"keep\"} | 400 | invalid-trial",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"writes\":\"keep\"} | 400 | unexpected-field",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"onFailure\":\"panic\"} | 400 | invalid-on-failure",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"gate\":\"open\"} | 400 | invalid-gate",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"gate\":\"tcp:0\"} | 400 | invalid-gate",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"gate\":[\"db=tcp:1\",\"db=ping\"]} | 400 | invalid-gate",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"gate\":[\"network\",\"power\"]} | 400 | invalid-gate",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"gate\":[null]} | 400 | invalid-gate",
                "POST | /v1/plans | application/json | {\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"x\",\"target\":\"b\",\"gate\":\"=ping\"} | 400 | invalid-gate",
                "POST | /v1/plans | application/json | {\"kind\":\"return\",\"source\":\"a\",\"vApp\":\"x\",\"gateTimeout\":\"soon\"} | 400 | invalid-gate",
                "POST | /v1/plans | application/json | {\"kind\":\"return\",\"source\":\"a\",\"vApp\":\"x\",\"onFailure\":\"panic\"} | 400 | invalid-on-failure",
                "POST | /v1/plans | application/json | {\"kind\":\"return\",\"source\":\"a\",\"vApp\":\"x\",\"writes\":\"burn\"} | 400 | invalid-writes",
                "POST | /v1/plans | application/json | {\"kind\":\"return\",\"source\":\"a\",\"vApp\":\"x\",\"trial\":\"30m\"} | 400 | unexpected-field",
                "POST | /v1/plans | text/plain | hello | 415 | unsupported-media-type",
                "PUT | /v1/plans | application/json | {} | 405 | method-not-allowed",
                "GET | /v1/nothing | application/json | | 404 | no-such-resource",
                "GET | /v2/clouds | application/json | | 404 | no-such-resource",
                "GET | /v1/operations/op-none | application/json | | 404 | unknown-operation",
                "GET | /v1/operations/OP%20X | application/json | | 400 | invalid-operation-id",
                "GET | /v1/clouds/nowhere | application/json | | 404 | unknown-cloud",
                "GET | /v1/operations?limit=0 | application/json | | 400 | invalid-number",
                "GET | /v1/operations?limit=x | application/json | | 400 | invalid-number",
                "POST | /v1/operations/op-none/retry | application/json | | 404 | unknown-operation",
            })
    void everythingThatGoesWrongIsAProblem(
            String method, String path, String type, String body, int status, String code) throws Exception {
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        assertProblem(
                rest.send(rest.as("admin", path).header("Content-Type", type).method(method, publisher)), status, code);
    }

    @Test
    void bodiesAreBounded() throws Exception {
        String big = "{\"kind\":\"" + "x".repeat(RunningRest.MAX_BODY) + "\"}";
        assertProblem(rest.post("admin", "/v1/plans", big), 413, "body-too-large");
        var chunked = HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(big));
        assertProblem(
                rest.send(rest.as("admin", "/v1/plans")
                        .header("Content-Type", "application/json")
                        .POST(chunked)),
                413,
                "body-too-large");
        String deep = "{\"vms\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
        assertThat(rest.post("admin", "/v1/plans", deep).statusCode()).isEqualTo(400);
    }

    @Test
    void anotherMediaTypeCannotBeAskedFor() throws Exception {
        assertProblem(
                rest.send(rest.as("viewer", "/v1/clouds").header("Accept", "application/xml")), 406, "not-acceptable");
    }

    @Test
    void aCloudIsRegisteredLookedAtAndForgotten() throws Exception {
        var made = rest.post("admin", "/v1/clouds", cloud("private", "vcd.example", FakeClouds.PASSWORD));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.headers().firstValue("Location"))
                .hasValueSatisfying(at -> assertThat(at).endsWith("/stretch/api/v1/clouds/private"));
        assertThat(rest.tree(made).path("clockSkew").asText()).isEqualTo("PT1.5S");
        assertProblem(
                rest.post("admin", "/v1/clouds", cloud("private", "vcd.example", FakeClouds.PASSWORD)),
                409,
                "cloud-exists");
        var shown = rest.get("viewer", "/v1/clouds/private");
        assertThat(rest.tree(shown).path("name").asText()).isEqualTo("private");
        assertThat(shown.body()).doesNotContain(FakeClouds.PASSWORD).doesNotContain("password");
        assertThat(rest.tree(rest.post("viewer", "/v1/clouds/private/check", ""))
                        .path("usable")
                        .asBoolean())
                .isTrue();
        assertThat(rest.tree(rest.get("viewer", "/v1/clouds/private/vapps"))
                        .path(0)
                        .path("vms"))
                .hasSize(3);
        assertThat(rest.send(rest.as("admin", "/v1/clouds/private").DELETE()).statusCode())
                .isEqualTo(204);
        assertProblem(rest.get("viewer", "/v1/clouds/private"), 404, "unknown-cloud");
    }

    @Test
    void aCloudThatCannotBeRegisteredIsToldWhy() throws Exception {
        assertProblem(rest.post("admin", "/v1/clouds", cloud("a", "vcd.example", "wrong")), 403, "cloud-login-failed");
        assertProblem(
                rest.post("admin", "/v1/clouds", cloud("a", "unreachable.example", FakeClouds.PASSWORD)),
                502,
                "cloud-unreachable");
        assertProblem(rest.post("admin", "/v1/clouds", cloud("A B", "vcd.example", "x")), 400, "invalid-cloud-name");
        assertProblem(rest.post("admin", "/v1/clouds", cloud("a", "bad host", "x")), 400, "invalid-endpoint");
        assertProblem(rest.post("admin", "/v1/clouds", cloud("a", "vcd.example", "")), 400, "missing-password");
    }

    @Test
    void aPlanIsMadeAndABlockedOperationTellsItsFindings() throws Exception {
        var plan = rest.tree(rest.post("viewer", "/v1/plans", DEPLOY));
        assertThat(plan.path("executable").asBoolean()).isTrue();
        assertThat(plan.path("changes")
                        .path(0)
                        .path("lines")
                        .path(0)
                        .path("sign")
                        .asText())
                .isEqualTo("+");
        assertThat(plan.path("estimate").path("duration").asText()).isEqualTo("PT3M");
        String blocked = DEPLOY.replace("shop", "blocked");
        assertThat(rest.tree(rest.post("viewer", "/v1/plans", blocked))
                        .path("executable")
                        .asBoolean(true))
                .isFalse();
        var refused = rest.post("operator", "/v1/operations", blocked);
        assertProblem(refused, 422, "precheck-failed");
        assertThat(rest.tree(refused).path("findings").path(0).path("id").asText())
                .isEqualTo("network-not-routed");
    }

    @Test
    void whileTheStoreIsAwayTheAnswerIs503WithATimeToAskAgain() throws Exception {
        assertThat(rest.tree(rest.get("viewer", "/v1/health")).path("up").asBoolean())
                .isTrue();
        rest.stretchDeploy.storeAway(true);
        try {
            for (String path : List.of("/v1/operations", "/v1/operations/op-1")) {
                var response = rest.get("viewer", path);
                assertProblem(response, 503, "store-unavailable");
                assertThat(response.headers().firstValue("Retry-After")).contains("5");
            }
            var health = rest.get("viewer", "/v1/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(rest.tree(health).path("parts").path(0).path("name").asText())
                    .isEqualTo("store");
            assertThat(rest.tree(health).path("up").asBoolean()).isFalse();
        } finally {
            rest.stretchDeploy.storeAway(false);
        }
    }

    @Test
    void theSameKeyStartsTheSameOperation() throws Exception {
        var first = start("key-1", DEPLOY);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        String location = first.headers().firstValue("Location").orElseThrow();
        assertThat(start("key-1", DEPLOY).headers().firstValue("Location")).hasValue(location);
        assertProblem(start("key-1", DEPLOY.replace("shop", "other")), 409, "idempotency-key-reused");
        assertProblem(start("a b", DEPLOY), 400, "invalid-idempotency-key");
        String id = rest.tree(first).path("id").asText();
        assertThat(location).endsWith("/stretch/api/v1/operations/" + id);
        assertThat(rest.tree(rest.get("viewer", "/v1/operations/" + id))
                        .path("state")
                        .asText())
                .isEqualTo("RUNNING");
        assertThat(rest.tree(rest.post("operator", "/v1/operations/" + id + "/cancel", ""))
                        .path("cancelRequested")
                        .asBoolean())
                .isTrue();
        assertProblem(rest.post("operator", "/v1/operations/" + id + "/retry", ""), 409, "nothing-to-retry");
        rest.stretchDeploy.end(new OperationId(id), Operation.State.CANCELLED);
        assertProblem(rest.post("operator", "/v1/operations/" + id + "/cancel", ""), 409, "operation-ended");
    }

    private static HttpResponse<String> start(String key, String body) throws Exception {
        return rest.send(rest.as("operator", "/v1/operations")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void theDescriptionIsServed() throws Exception {
        assertThat(rest.tree(rest.get("viewer", "/v1/openapi.json"))
                        .path("paths")
                        .has("/operations/{id}/events"))
                .isTrue();
    }

    @Test
    void aTunnelSaysWhatItsEndsReported() throws Exception {
        var tunnel = ApiJson.mapper()
                .readTree(rest.send(rest.as("viewer", "/v1/tunnels/st-1")).body());
        assertThat(tunnel.path("source").asText()).isEqualTo("private");
        var end = tunnel.path("ends").path(0);
        assertThat(end.path("rttMicros").asLong()).isEqualTo(345);
        assertThat(end.path("age").asText()).isEqualTo("PT1S");
        assertThat(end.path("networks")
                        .path(0)
                        .path("outbound")
                        .path("bytesPerSecond")
                        .asDouble())
                .isEqualTo(1.25e6);
        assertThat(tunnel.path("ends").path(1).path("silent").asBoolean()).isTrue();
    }

    @Test
    void metricsArePrometheusText() throws Exception {
        var response = rest.send(rest.as("viewer", "/v1/metrics"));
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("text/plain").contains("version=0.0.4"));
        assertThat(response.body()).isEqualTo("""
                        # HELP stretch_operations Operations by state.
                        # TYPE stretch_operations gauge
                        stretch_operations{state="RUNNING"} 1
                        stretch_operations{state="a \\"quoted\\" \\\\ word"} 2.5
                        # HELP stretch_bytes_total Bytes.
                        # TYPE stretch_bytes_total counter
                        stretch_bytes_total 4200000000000
                        """);
    }

    @Test
    void aDeployOnTrialIsShownAndCommittedAndAStallIsSeen() throws Exception {
        var started = rest.send(rest.as("operator", "/v1/operations")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"trial\","
                        + "\"target\":\"b\",\"trial\":\"30m\",\"trialWrites\":\"discard\",\"transport\":\"auto\"}")));
        assertThat(rest.stretchDeploy.lastDeploy().transport()).hasValue(TunnelTransport.AUTO);
        var json = ApiJson.mapper();
        var operation = json.readTree(started.body());
        assertThat(operation.path("trial").path("state").asText()).isEqualTo("PENDING");
        assertThat(operation.path("trial").path("writes").asText()).isEqualTo("DISCARD");
        String id = operation.path("id").asText();
        var committed = rest.send(
                rest.as("operator", "/v1/operations/" + id + "/commit").POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(committed.statusCode()).isEqualTo(202);
        assertThat(json.readTree(committed.body()).path("trial").path("state").asText())
                .isEqualTo("COMMITTED");
        rest.stretchDeploy.stall(new org.stretchdeploy.api.OperationId(id));
        var shown = json.readTree(
                rest.send(rest.as("viewer", "/v1/operations/" + id)).body());
        assertThat(shown.path("alarms").path(0).path("code").asText()).isEqualTo("stalled");
    }
}
