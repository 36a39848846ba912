package org.stretchdeploy.cli;

import java.net.URI;
import java.util.Optional;
import org.stretchdeploy.api.Secret;

/**
 * Where a controller is and who asks.
 *
 * @param api               address of the REST surface, {@code https://host:port/stretch/api/v1}
 * @param certificateSha256 hex SHA-256 of its certificate; absent: it has to be signed by a known authority
 */
public record Controller(URI api, Optional<String> certificateSha256, String user, Secret password) {}
