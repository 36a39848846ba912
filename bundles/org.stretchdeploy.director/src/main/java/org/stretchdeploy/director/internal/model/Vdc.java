package org.stretchdeploy.director.internal.model;

import java.util.UUID;

/** An organization VDC. Limits of 0 mean unlimited. */
public final class Vdc extends Entity {
    public String orgId = "";
    public long storageLimitMb;
    public long memoryLimitMb;
    public long cpuLimitMhz;
    public int vmQuota;
    public int networkQuota;
    public boolean vappNatNetworks = true;
    /** The one storage profile of the VDC. */
    public String storageProfileId = UUID.randomUUID().toString();

    public String storageProfileName = "*";

    @Override
    public Kind kind() {
        return Kind.VDC;
    }
}
