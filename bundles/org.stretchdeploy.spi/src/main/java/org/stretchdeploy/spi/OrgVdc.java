package org.stretchdeploy.spi;

import java.util.Set;

/**
 * An organization's virtual data center.
 *
 * @param storageFreeMb    room left in megabytes, {@link Long#MAX_VALUE} when unlimited
 * @param memoryFreeMb     the same for memory
 * @param vmQuotaLeft      VMs that may still be made, {@link Integer#MAX_VALUE} when unlimited
 * @param hardwareVersions supported virtual hardware, for instance {@code vmx-14}; empty: not told
 * @param routedVAppNetworks whether vApp networks with an edge can be made here
 */
public record OrgVdc(
        ObjectId id,
        String name,
        boolean enabled,
        long storageFreeMb,
        long memoryFreeMb,
        int vmQuotaLeft,
        Set<String> hardwareVersions,
        boolean routedVAppNetworks) {}
