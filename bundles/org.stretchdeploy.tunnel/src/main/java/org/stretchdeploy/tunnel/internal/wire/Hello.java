package org.stretchdeploy.tunnel.internal.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Who is speaking.
 *
 * @param version {@link Wire#VERSION}
 * @param tunnel id of the tunnel this connection belongs to
 * @param nonce random number of the agent process, hexadecimal
 * @param slot which of the tunnel's connections this is
 * @param slots how many the sender wants
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Hello(int version, String tunnel, String nonce, int slot, int slots) {}
