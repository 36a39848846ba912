package org.stretchdeploy.appliance;

import java.time.Duration;
import java.time.Instant;
import org.stretchdeploy.tunnel.control.StatusReport;

/**
 * The last report of an agent.
 *
 * @param report what it said
 * @param receivedAt when, by the controller's clock
 * @param age how long ago
 */
public record AgentStatus(StatusReport report, Instant receivedAt, Duration age) {}
