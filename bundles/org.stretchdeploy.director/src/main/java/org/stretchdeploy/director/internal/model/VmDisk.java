package org.stretchdeploy.director.internal.model;

/**
 * @param diskId        the host's id
 * @param key           the DiskId of the API, e.g. 2000
 * @param adapterType   1 IDE, 2 parallel SCSI, 3 BusLogic SAS, 4 LSI Logic, 5 LSI Logic SAS, 6 paravirtual, 7 SATA
 */
public record VmDisk(String diskId, int key, long capacityBytes, int bus, int unit, int adapterType) {

    public long sizeMb() {
        return (capacityBytes + (1 << 20) - 1) >> 20;
    }

    public VmDisk withDiskId(String newDiskId) {
        return new VmDisk(newDiskId, key, capacityBytes, bus, unit, adapterType);
    }
}
