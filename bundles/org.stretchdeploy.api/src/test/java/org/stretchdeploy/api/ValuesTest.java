package org.stretchdeploy.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values refuse what cannot be meant, with a sentence and a stable code. */
final class ValuesTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", "a b", "a/b", "ü", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void aCloudsNameIsPlain(String name) {
        assertThatThrownBy(() -> new CloudName(name))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("invalid-cloud-name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://vcd.example.com", "vcd.example.com", "https:///x", "file:///etc/passwd"})
    void anEndpointIsHttps(String endpoint) {
        assertThatThrownBy(() -> registration(URI.create(endpoint), Optional.empty()))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("invalid-endpoint"));
    }

    @Test
    void aFingerprintMayHaveColonsAndCapitals() {
        String hex = "AB".repeat(32);
        String colons = hex.replaceAll("(..)(?=.)", "$1:");
        assertThat(registration(URI.create("https://vcd.example.com"), Optional.of(colons))
                        .certificateSha256())
                .contains(hex.toLowerCase(java.util.Locale.ROOT));
        assertThatThrownBy(() -> registration(URI.create("https://vcd.example.com"), Optional.of("ab")))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("invalid-fingerprint"));
    }

    private static CloudRegistration registration(URI endpoint, Optional<String> fingerprint) {
        return new CloudRegistration(new CloudName("a"), "vcd", endpoint, "acme", "admin", fingerprint, Map.of());
    }

    @Test
    void aDeployNeedsTwoCloudsAndEachVmOnce() {
        CloudName a = new CloudName("a");
        assertThatThrownBy(() -> StretchRequest.of(a, "shop", List.of(), a))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("same-cloud"));
        assertThatThrownBy(() -> StretchRequest.of(a, "shop", List.of("x", "x"), new CloudName("b")))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("duplicate-vm"));
        assertThatThrownBy(() -> StretchRequest.of(a, " ", List.of(), new CloudName("b")))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("missing-vapp"));
    }

    @Test
    void aSecretNeverShows() {
        assertThat(Secret.of("hunter2").toString()).doesNotContain("hunter2");
        assertThat(Secret.of("hunter2")).isEqualTo(Secret.of("hunter2".toCharArray()));
    }

    @Test
    void quotedTextIsOneBoundedLine() {
        assertThat(Quoted.quote("a\nb\u001b")).isEqualTo("\"a?b?\"");
        assertThat(Quoted.quote("x".repeat(200))).hasSizeLessThan(90);
        assertThat(Quoted.quote(null)).isEqualTo("nothing");
    }
}
