package org.stretchdeploy.stretch.internal.model;

import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.tunnel.control.Transport;

/**
 * What the controller is set to for the tunnels of new deploys.
 *
 * @param transport what carries the frames when the request does not say
 * @param standby   which ends are to have a second appliance that takes over
 */
public record TunnelSettings(Transport transport, Standby standby) {}
