package org.stretchdeploy.vendor.vcd.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.CloudException;

final class EndpointTest {
    private final Endpoint endpoint = new Endpoint(URI.create("https://VCD.example.com/tenant/acme"));

    @Test
    void linksToTheSameHostArePaths() {
        assertThat(endpoint.path("https://vcd.example.com/api/org/")).isEqualTo("/api/org/");
        assertThat(endpoint.path("https://vcd.example.com:443/api/query?type=vApp&page=2"))
                .isEqualTo("/api/query?type=vApp&page=2");
        assertThat(endpoint.path("/api/x")).isEqualTo("/api/x");
        assertThat(endpoint.resolve("/api/x")).isEqualTo(URI.create("https://VCD.example.com:443/api/x"));
        assertThat(endpoint).hasToString("https://VCD.example.com");
    }

    @Test
    void allOtherLinksAreRefused() {
        for (String link : new String[] {
            "http://vcd.example.com/api/x",
            "https://vcd.example.com:8443/api/x",
            "https://vcd.example.com.evil.example/api/x",
            "https://vcd.example.com@evil.example/api/x",
            "https://evil.example/api/x",
            "//evil.example/api/x",
            "file:///etc/passwd",
            "api/x",
            "",
            "/api/../admin",
            "/api/%2e%2E/admin",
            "/api/x y",
            "/api/x\r\nHost: y",
            "https://vcd.example.com"
        }) {
            assertThatThrownBy(() -> endpoint.path(link)).as(link).isInstanceOf(CloudException.class);
        }
    }
}
