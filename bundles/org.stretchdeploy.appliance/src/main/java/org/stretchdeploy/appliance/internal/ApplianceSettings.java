package org.stretchdeploy.appliance.internal;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Plain form of the configuration.
 *
 * @param listenAddress address of the agent endpoint
 * @param listenPort its TCP port; 0 takes a free one
 * @param controllerEndpoint {@code host:port} that agents are told to dial
 * @param pkiDirectory folder of CA, agents and package
 * @param tokenLife default life of a token
 * @param certificateLife life of an agent's certificate
 */
record ApplianceSettings(
        String listenAddress,
        int listenPort,
        String controllerEndpoint,
        Path pkiDirectory,
        Duration tokenLife,
        Duration certificateLife) {}
