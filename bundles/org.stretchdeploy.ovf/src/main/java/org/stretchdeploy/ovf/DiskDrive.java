package org.stretchdeploy.ovf;

import java.util.Optional;

/**
 * A disk in a machine, seen through its {@link HardwareItem}.
 *
 * @param instanceId id of the item
 * @param controllerId id of the controller it hangs on
 * @param unit place on the controller
 * @param diskId id of the {@link Disk} with the contents, if it refers to one
 * @param fileId id of the file, if it refers to one directly
 */
public record DiskDrive(
        String instanceId, Optional<String> controllerId, int unit, Optional<String> diskId, Optional<String> fileId) {
    static DiskDrive from(HardwareItem item) {
        Optional<String> resource = item.text("HostResource").map(r -> r.startsWith("ovf:") ? r.substring(4) : r);
        return new DiskDrive(
                item.instanceId(),
                item.text("Parent"),
                item.number("AddressOnParent").orElse(0),
                resource.filter(r -> r.startsWith("/disk/")).map(r -> r.substring(6)),
                resource.filter(r -> r.startsWith("/file/")).map(r -> r.substring(6)));
    }
}
