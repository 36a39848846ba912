package org.stretchdeploy.director.internal.cloud;

import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Vdc;

/** What an organization VDC may use. */
final class Limits {
    private Limits() {}

    /** @param moreBytes disk space about to be taken */
    static void requireStorage(CloudState s, Vdc vdc, long moreBytes) {
        long used = s.storageUsedBytes(vdc.id);
        if (vdc.storageLimitMb > 0 && used + moreBytes > vdc.storageLimitMb << 20) {
            throw ApiException.badRequest("The requested operation will exceed the VDC's storage quota: VDC " + vdc.name
                    + " has " + Math.max(0, vdc.storageLimitMb - (used >> 20)) + " MB left, " + (moreBytes >> 20)
                    + " MB are needed.");
        }
    }

    static void requireMemory(CloudState s, Vdc vdc, long moreMb) {
        long used = s.memoryUsedMb(vdc.id);
        if (vdc.memoryLimitMb > 0 && used + moreMb > vdc.memoryLimitMb) {
            throw ApiException.badRequest("The requested operation will exceed the VDC's memory limit: VDC " + vdc.name
                    + " has " + Math.max(0, vdc.memoryLimitMb - used) + " MB left, " + moreMb + " MB are needed.");
        }
    }

    static void requireVms(CloudState s, Vdc vdc, int more) {
        long used = s.vms.values().stream()
                .filter(v -> !v.inTemplate && s.vdcOfContainer(v.containerId).equals(vdc.id))
                .count();
        if (vdc.vmQuota > 0 && used + more > vdc.vmQuota) {
            throw ApiException.badRequest("The VM quota of VDC " + vdc.name + " is used up (" + vdc.vmQuota + ").");
        }
    }
}
