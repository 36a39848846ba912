package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Asks for a certificate: the first with a one-time token, later ones over mutual TLS without.
 *
 * @param agent id
 * @param token one-time token, null when renewing
 * @param certificateRequest PKCS#10 (RFC 2986), PEM
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EnrolRequest(String agent, String token, String certificateRequest) {
    @Override
    public String toString() {
        return "EnrolRequest[agent=" + agent + "]";
    }
}
