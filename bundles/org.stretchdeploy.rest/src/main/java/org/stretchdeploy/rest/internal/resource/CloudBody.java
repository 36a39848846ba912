package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.StretchException;

/**
 * The body of a cloud's registration.
 *
 * @param vendor   {@code vcd} when left out
 * @param password never given back by any request
 */
@Schema(
        name = "CloudBody",
        requiredProperties = {"name", "endpoint", "organization", "user", "password"})
public record CloudBody(
        @Schema(example = "private") String name,
        @Schema(example = "vcd", defaultValue = "vcd") String vendor,

        @Schema(format = "uri", example = "https://vcd.example.com")
        String endpoint,

        String organization,
        String user,

        @Schema(type = "string", format = "password", accessMode = Schema.AccessMode.WRITE_ONLY)
        char[] password,

        @Schema(description = "hexadecimal SHA-256 of a certificate that no known authority signed")
        String certificateSha256,

        Map<String, String> settings) {

    CloudRegistration registration() {
        return new CloudRegistration(
                new CloudName(name),
                vendor == null ? "vcd" : vendor,
                address(),
                organization,
                user,
                Optional.ofNullable(certificateSha256),
                settings == null ? Map.of() : settings);
    }

    Secret secret() {
        if (password == null || password.length == 0) {
            throw StretchException.user("missing-password", "Give the password of the account at the cloud.");
        }
        Secret secret = Secret.of(password);
        Arrays.fill(password, '\0');
        return secret;
    }

    private URI address() {
        try {
            return endpoint == null ? null : URI.create(endpoint.strip());
        } catch (IllegalArgumentException e) {
            throw StretchException.user(
                    "invalid-endpoint", "The endpoint of a cloud is an https address such as https://vcd.example.com.");
        }
    }
}
