package org.stretchdeploy.appliance.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Plain form of the configuration.
 *
 * @param listenAddress address of the agent endpoint
 * @param listenPort its TCP port; 0 takes a free one
 * @param controllerEndpoint {@code host:port} that agents are told to dial
 * @param pkiDirectory folder of CA, agents and package
 * @param packageDirectory folder of the bootable appliance's OVF package; empty for the small generated one, which only an
 *     embedded director's host can play
 * @param tokenLife default life of a token
 * @param certificateLife life of an agent's certificate
 */
record ApplianceSettings(
        String listenAddress,
        int listenPort,
        String controllerEndpoint,
        Path pkiDirectory,
        Optional<Path> packageDirectory,
        Duration tokenLife,
        Duration certificateLife) {}
