package org.stretchdeploy.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.ws.rs.HttpMethod;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.rest.internal.gate.Needs;

/** The generated description is the stored one, so that a change of the API is seen in review. */
class OpenApiDocumentTest {
    private static final Path STORED = Path.of("../../docs/openapi.json");
    private static final Path GENERATED = Path.of("target/openapi.json");

    @Test
    void theStoredDocumentIsTheGeneratedOne() throws Exception {
        String document = OpenApiDocument.generate(RestServlet.PATH + "/v1", ApiJson.mapper());
        Files.writeString(GENERATED, document);
        assertThat(OpenApiDocument.generate(RestServlet.PATH + "/v1", ApiJson.mapper()))
                .isEqualTo(document);
        assertThat(Files.readString(STORED))
                .as("docs/openapi.json; when the change is meant, copy target/openapi.json over it")
                .isEqualTo(document);
    }

    @Test
    void everyResourceMethodNamesTheRoleItNeeds() {
        assertThat(OpenApiDocument.RESOURCES.stream()
                        .flatMap(resource -> Arrays.stream(resource.getMethods()))
                        .filter(OpenApiDocumentTest::answersRequests))
                .isNotEmpty()
                .allMatch(method -> method.isAnnotationPresent(Needs.class));
    }

    private static boolean answersRequests(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class));
    }
}
