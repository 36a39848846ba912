package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The certificate.
 *
 * @param certificate the agent's, PEM
 * @param authority the deployment CA's, PEM
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EnrolReply(String certificate, String authority) {}
