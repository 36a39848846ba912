package org.stretchdeploy.appliance;

import java.time.Instant;
import java.util.Map;

/**
 * What a new edge appliance is given at its first start.
 *
 * @param agentId the agent
 * @param identity the identity that its certificates will carry; goes into the other end's {@code peerIdentity}
 * @param properties OVF properties for the machine's ProductSection (class {@code org.stretchdeploy.edge}); holds a
 *     one-time secret, so it is not for logs
 * @param tokenExpires when the one-time token ends
 */
public record Enrolment(String agentId, String identity, Map<String, String> properties, Instant tokenExpires) {
    public Enrolment {
        properties = Map.copyOf(properties);
    }

    @Override
    public String toString() {
        return "Enrolment[agentId=" + agentId + ", tokenExpires=" + tokenExpires + "]";
    }
}
