package org.stretchdeploy.ovf;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A virtual disk.
 *
 * @param diskId unique id in the descriptor
 * @param capacity size in units of {@code capacityUnits}: digits, or a {@code ${property}} to be filled at deployment
 * @param capacityUnits for instance {@code byte * 2^20}; bytes when empty
 * @param fileRef id of the file that holds the contents; empty for a blank disk
 * @param format URI of the disk format
 * @param populatedSize bytes in use, if told
 * @param parentRef disk id of the parent, for a differencing disk
 * @param extensions what is kept beyond the specification
 */
public record Disk(
        String diskId,
        String capacity,
        Optional<String> capacityUnits,
        Optional<String> fileRef,
        Optional<String> format,
        OptionalLong populatedSize,
        Optional<String> parentRef,
        Extensions extensions) {
    /** Format URI of a streamOptimized VMDK. */
    public static final String STREAM_OPTIMIZED =
            "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized";

    /** A streamOptimized disk whose contents are in a file. */
    public static Disk of(String diskId, long capacityBytes, String fileRef) {
        return new Disk(
                diskId,
                Long.toString(capacityBytes),
                Optional.empty(),
                Optional.of(fileRef),
                Optional.of(STREAM_OPTIMIZED),
                OptionalLong.empty(),
                Optional.empty(),
                Extensions.NONE);
    }

    /** Capacity in bytes; empty when it is a property that is not known yet. */
    public OptionalLong capacityBytes() {
        if (!capacity.matches("\\d{1,18}")) {
            return OptionalLong.empty();
        }
        long unit = AllocationUnits.bytes(capacityUnits.orElse("byte")).orElse(1);
        return OptionalLong.of(Math.multiplyExact(Long.parseLong(capacity), unit));
    }
}
