package org.stretchdeploy.spi.memory;

import java.util.List;

/** Sees who is live, at every change; called with the cloud's lock held, so it must not write to the cloud. */
@FunctionalInterface
public interface Witness {
    /** @param live all connected NICs of running VMs of the cloud, sorted by vApp, VM and NIC */
    void changed(MemoryCloud cloud, List<LiveNic> live);
}
