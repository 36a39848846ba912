package org.stretchdeploy.api;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a cloud is reached. The password is not part of it and is kept encrypted apart.
 *
 * @param vendor            the adapter's name, for instance {@code vcd}
 * @param endpoint          https address of the cloud's API
 * @param organization      organization (tenant) to work in
 * @param certificateSha256 hex SHA-256 of the server's certificate when it is not signed by a known authority
 * @param settings          more settings of the adapter, never secrets
 */
public record CloudRegistration(
        CloudName name,
        String vendor,
        URI endpoint,
        String organization,
        String user,
        Optional<String> certificateSha256,
        Map<String, String> settings) {

    public CloudRegistration {
        Objects.requireNonNull(name);
        requireText(vendor, "vendor");
        requireText(organization, "organization");
        requireText(user, "user");
        requireAddress(endpoint);
        certificateSha256 = certificateSha256.map(CloudRegistration::normalise);
        settings = Map.copyOf(settings);
    }

    /** An address with a user in it would put a password into listings and logs. */
    private static void requireAddress(URI endpoint) {
        if (endpoint == null
                || !"https".equalsIgnoreCase(endpoint.getScheme())
                || endpoint.getHost() == null
                || endpoint.getRawUserInfo() != null
                || endpoint.getRawQuery() != null
                || endpoint.getRawFragment() != null) {
            throw StretchException.user(
                    "invalid-endpoint",
                    "The endpoint of a cloud is an https address such as https://vcd.example.com, without user, query or fragment.");
        }
    }

    private static String normalise(String fingerprint) {
        String hex = fingerprint.replace(":", "").toLowerCase(java.util.Locale.ROOT);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw StretchException.user(
                    "invalid-fingerprint", "A certificate fingerprint is the SHA-256 in 64 hexadecimal digits.");
        }
        return hex;
    }

    private static void requireText(String value, String what) {
        if (value == null || value.isBlank() || value.length() > 256) {
            throw StretchException.user("missing-" + what, "Give the " + what + " of the cloud (1 to 256 characters).");
        }
    }
}
