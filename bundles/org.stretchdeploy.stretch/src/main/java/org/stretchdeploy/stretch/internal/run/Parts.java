package org.stretchdeploy.stretch.internal.run;

import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.stretch.internal.cloud.OpenClouds;
import org.stretchdeploy.stretch.internal.register.FenceBreaches;
import org.stretchdeploy.stretch.internal.register.Stretches;
import org.stretchdeploy.stretch.internal.tunnel.TunnelControl;

/** What the steps work with. */
public record Parts(
        OpenClouds clouds, TunnelControl tunnels, PackageNode packages, Stretches stretches, FenceBreaches breaches) {
    public Cloud cloud(String name) {
        return clouds.open(name);
    }
}
