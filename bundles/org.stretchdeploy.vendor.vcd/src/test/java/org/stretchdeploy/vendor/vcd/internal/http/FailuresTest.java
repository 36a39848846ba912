package org.stretchdeploy.vendor.vcd.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;

final class FailuresTest {
    private static Reply reply(int status, String body, Map<String, List<String>> headers) {
        return new Reply(status, HttpHeaders.of(headers, (n, v) -> true), body.getBytes(StandardCharsets.UTF_8));
    }

    private static String error(String code, String message) {
        return "<Error xmlns='http://www.vmware.com/vcloud/v1.5' minorErrorCode='" + code + "' message='" + message
                + "'/>";
    }

    @ParameterizedTest
    @CsvSource({
        "400,BAD_REQUEST,USER",
        "400,BUSY_ENTITY,TRANSIENT",
        "400,OPERATION_LIMITS_EXCEEDED,TRANSIENT",
        "400,DUPLICATE_NAME,CONFLICT",
        "401,UNAUTHORIZED,DENIED",
        "403,ACCESS_TO_RESOURCE_IS_FORBIDDEN,DENIED",
        "404,RESOURCE_NOT_FOUND,NOT_FOUND",
        "406,NOT_ACCEPTABLE,USER",
        "409,'',CONFLICT",
        "500,INTERNAL_SERVER_ERROR,EXTERNAL",
        "502,'',EXTERNAL",
        "503,'',TRANSIENT"
    })
    void categories(int status, String code, Category category) {
        CloudException failure = Failures.of(reply(status, error(code, "m"), Map.of()), "It");
        assertThat(failure.category()).isEqualTo(category);
        assertThat(failure.code()).isEqualTo(code.isEmpty() ? "http-" + status : code);
        assertThat(failure).hasMessage("It failed: m");
    }

    @Test
    void aBusyTextWithoutTheCodeIsTransientToo() {
        Reply reply = reply(400, error("BAD_REQUEST", "The entity web is busy completing an operation."), Map.of());
        assertThat(Failures.of(reply, "It").category()).isEqualTo(Category.TRANSIENT);
        assertThat(Failures.refusedForNow(reply)).isTrue();
    }

    @Test
    void jsonEmptyAndGarbageBodies() {
        Reply json = reply(
                400,
                "{\"minorErrorCode\":\"BAD_REQUEST\",\"message\":\"[ id ] no\\nway\",\"stackTrace\":null}",
                Map.of());
        assertThat(Failures.of(json, "It")).hasMessage("It failed: [ id ] no way");
        assertThat(Failures.of(reply(500, "", Map.of()), "It")).hasMessageContaining("status 500");
        assertThat(Failures.of(reply(500, "<broken", Map.of()), "It").code()).isEqualTo("http-500");
        assertThat(Failures.of(reply(500, "{broken", Map.of()), "It").code()).isEqualTo("http-500");
        assertThat(Failures.of(reply(500, error("X", "y".repeat(5000)), Map.of()), "It")
                        .getMessage())
                .hasSizeLessThan(700);
    }

    @Test
    void theCloudsWishToWaitIsKept() {
        CloudException asked = Failures.of(reply(503, "", Map.of("Retry-After", List.of("17"))), "It");
        assertThat(asked.retryAfter()).contains(Duration.ofSeconds(17));
        CloudException silent = Failures.of(reply(503, "", Map.of("Retry-After", List.of("Mon, 1 Jan"))), "It");
        assertThat(silent.retryAfter()).isPresent();
    }
}
