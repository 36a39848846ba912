package org.stretchdeploy.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.OperationId;

/** Calls the REST surface of a controller. Thread-safe. */
public final class StretchClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(120);

    private final Controller controller;
    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .registerModule(new Jdk8Module())
            .registerModule(new SimpleModule()
                    .addDeserializer(CloudName.class, text(CloudName::new))
                    .addDeserializer(OperationId.class, text(OperationId::new))
                    .addSerializer(CloudName.class, ToStringSerializer.instance)
                    .addSerializer(OperationId.class, ToStringSerializer.instance))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** Values that the surface writes as plain text. */
    private static <T> JsonDeserializer<T> text(Function<String, T> read) {
        return new JsonDeserializer<>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                return read.apply(parser.getValueAsString());
            }
        };
    }

    public StretchClient(Controller controller) {
        this.controller = controller;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT);
        controller.certificateSha256().ifPresent(pin -> builder.sslContext(PinnedTrust.context(pin)));
        this.http = builder.build();
    }

    /** Switches the host name check of the JDK's client off for pinned certificates; call before the first client is made. */
    public static void allowPinnedNames() {
        System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
    }

    public ObjectMapper json() {
        return json;
    }

    public JsonNode get(String path) {
        return call("GET", path, Optional.empty(), Map.of());
    }

    public JsonNode post(String path, Object body, Map<String, String> headers) {
        try {
            return call("POST", path, Optional.of(body == null ? "" : json.writeValueAsString(body)), headers);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public JsonNode delete(String path) {
        return call("DELETE", path, Optional.empty(), Map.of());
    }

    public <T> T read(JsonNode node, Class<T> type) {
        return json.convertValue(node, type);
    }

    /** A path segment as it goes into an address. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode call(String method, String path, Optional<String> body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(controller.api() + path))
                .timeout(ANSWER)
                .header("Accept", "application/json, application/problem+json")
                .header("Authorization", authorization())
                .method(
                        method,
                        body.map(HttpRequest.BodyPublishers::ofString).orElseGet(HttpRequest.BodyPublishers::noBody));
        if (body.isPresent() && !body.get().isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        return answer(send(request.build()));
    }

    private String authorization() {
        byte[] pair =
                (controller.user() + ":" + new String(controller.password().reveal())).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            if (root instanceof CertPathBuilderException) {
                throw new ProblemException(
                        0,
                        "The controller at " + controller.api() + " shows a certificate that no known authority has"
                                + " signed; give its SHA-256 as --fingerprint (it is in the controller's"
                                + " data/stretch/tls/fingerprint).",
                        MissingNode.getInstance());
            }
            String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
            throw new ProblemException(
                    0, "The controller at " + controller.api() + " does not answer: " + why, MissingNode.getInstance());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(0, "interrupted", MissingNode.getInstance());
        }
    }

    private JsonNode answer(HttpResponse<String> response) {
        JsonNode node = MissingNode.getInstance();
        try {
            node = response.body().isBlank() ? node : json.readTree(response.body());
        } catch (JsonProcessingException e) {
            if (response.statusCode() < 300) {
                throw new ProblemException(
                        response.statusCode(), "The controller answered something that is no JSON.", node);
            }
        }
        if (response.statusCode() >= 300) {
            String detail =
                    node.path("detail").asText(node.path("title").asText("HTTP status " + response.statusCode()));
            throw new ProblemException(response.statusCode(), detail, node);
        }
        return node;
    }
}
