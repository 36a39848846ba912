package org.stretchdeploy.ovf;

import java.util.List;

/**
 * The disks of the package.
 *
 * @param info text for people
 * @param disks the disks
 * @param extensions what is kept beyond the specification
 */
public record DiskSection(String info, List<Disk> disks, Extensions extensions) {
    public DiskSection {
        disks = List.copyOf(disks);
    }

    /** A section without foreign parts. */
    public static DiskSection of(List<Disk> disks) {
        return new DiskSection("Virtual disks of the package", disks, Extensions.NONE);
    }
}
