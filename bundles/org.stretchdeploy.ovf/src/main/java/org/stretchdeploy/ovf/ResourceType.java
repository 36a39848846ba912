package org.stretchdeploy.ovf;

/** Kinds of devices, numbered as in CIM_ResourceAllocationSettingData. */
public enum ResourceType {
    /** Any type that has no name of its own here. */
    OTHER(1),
    PROCESSOR(3),
    MEMORY(4),
    IDE_CONTROLLER(5),
    PARALLEL_SCSI_HBA(6),
    ETHERNET_ADAPTER(10),
    FLOPPY_DRIVE(14),
    CD_DRIVE(15),
    DVD_DRIVE(16),
    DISK_DRIVE(17),
    OTHER_STORAGE_DEVICE(20),
    SERIAL_PORT(21),
    USB_CONTROLLER(23),
    GRAPHICS_CONTROLLER(24);

    private final int number;

    ResourceType(int number) {
        this.number = number;
    }

    /** The CIM number. */
    public int number() {
        return number;
    }

    /** Whether disks can hang on it. Number 20 is how SATA and NVMe controllers are written. */
    public boolean isStorageController() {
        return this == IDE_CONTROLLER || this == PARALLEL_SCSI_HBA || this == OTHER_STORAGE_DEVICE;
    }

    /** The type with this number, {@link #OTHER} when it has no name here. */
    public static ResourceType of(int number) {
        for (ResourceType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return OTHER;
    }
}
