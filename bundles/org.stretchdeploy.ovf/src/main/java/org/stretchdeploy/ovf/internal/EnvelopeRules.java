package org.stretchdeploy.ovf.internal;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.stretchdeploy.ovf.AllocationUnits;
import org.stretchdeploy.ovf.Content;
import org.stretchdeploy.ovf.Disk;
import org.stretchdeploy.ovf.DiskDrive;
import org.stretchdeploy.ovf.Envelope;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.HardwareItem;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;
import org.stretchdeploy.ovf.VirtualHardwareSection;
import org.stretchdeploy.ovf.VirtualSystem;
import org.stretchdeploy.ovf.VirtualSystemCollection;

/** What must hold between the parts of a descriptor. */
final class EnvelopeRules {
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{[A-Za-z0-9_.-]{1,200}\\}");

    private EnvelopeRules() {}

    static void check(Envelope envelope) throws OvfException {
        Set<String> fileIds = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (FileReference file : envelope.references()) {
            unique(fileIds, file.id(), "file id");
            unique(names, file.href().toLowerCase(Locale.ROOT), "file name");
        }
        if (envelope.disks().isPresent()) {
            disks(envelope, fileIds);
        }
        Set<String> networks = new HashSet<>();
        if (envelope.networks().isPresent()) {
            for (var network : envelope.networks().get().networks()) {
                unique(networks, network.name(), "network");
            }
        }
        ids(envelope.content(), new HashSet<>());
        for (VirtualSystem system : envelope.virtualSystems()) {
            for (VirtualHardwareSection hardware : system.hardware()) {
                hardware(envelope, system, hardware);
            }
        }
    }

    private static void disks(Envelope envelope, Set<String> fileIds) throws OvfException {
        Set<String> diskIds = new HashSet<>();
        for (Disk disk : envelope.disks().orElseThrow().disks()) {
            unique(diskIds, disk.diskId(), "disk id");
            capacity(disk);
            Optional<String> file = disk.fileRef();
            if (file.isPresent() && !fileIds.contains(file.get())) {
                throw Element.invalid("The disk " + disk.diskId() + " refers to the file id " + file.get()
                        + ", which is not in References.");
            }
        }
        for (Disk disk : envelope.disks().orElseThrow().disks()) {
            if (disk.parentRef().isPresent()
                    && !diskIds.contains(disk.parentRef().get())) {
                throw Element.invalid("The disk " + disk.diskId() + " has a parent that is not in the package.");
            }
        }
    }

    private static void capacity(Disk disk) throws OvfException {
        if (PROPERTY.matcher(disk.capacity()).matches()) {
            return;
        }
        OptionalLong unit = AllocationUnits.bytes(disk.capacityUnits().orElse("byte"));
        if (!disk.capacity().matches("\\d{1,18}") || unit.isEmpty()) {
            throw Element.invalid("The capacity of the disk " + disk.diskId() + " is not a number of bytes.");
        }
        long number = Long.parseLong(disk.capacity());
        if (number > 0 && unit.getAsLong() > Long.MAX_VALUE / number) {
            throw Element.invalid("The capacity of the disk " + disk.diskId() + " is larger than any disk.");
        }
    }

    private static void ids(Content content, Set<String> seen) throws OvfException {
        // a vApp and its machine often have one name, and Cloud Director writes names as ids
        if (content instanceof VirtualSystem) {
            unique(seen, content.id(), "machine id");
        }
        if (content instanceof VirtualSystemCollection collection) {
            for (Content member : collection.members()) {
                ids(member, seen);
            }
        }
    }

    private static void hardware(Envelope envelope, VirtualSystem system, VirtualHardwareSection hardware)
            throws OvfException {
        Set<String> instances = new HashSet<>();
        for (HardwareItem item : hardware.items()) {
            if (item.instanceId().isEmpty() || item.text("ResourceType").isEmpty()) {
                throw Element.invalid(
                        "A device of the machine " + system.id() + " lacks its InstanceID or ResourceType.");
            }
            // alternatives of one device, told apart by configuration or bound, share the id
            boolean alternative = item.attributes().keySet().stream()
                    .anyMatch(a -> a.getLocalPart().equals("configuration")
                            || a.getLocalPart().equals("bound"));
            if (!alternative) {
                unique(instances, item.instanceId(), "device id of the machine " + system.id());
            }
        }
        for (DiskDrive drive : hardware.diskDrives()) {
            if (drive.diskId().isPresent()
                    && envelope.disk(drive.diskId().get()).isEmpty()) {
                throw Element.invalid("The machine " + system.id() + " uses the disk "
                        + drive.diskId().get() + ", which is not in the DiskSection.");
            }
            if (drive.fileId().isPresent()
                    && envelope.file(drive.fileId().get()).isEmpty()) {
                throw Element.invalid("The machine " + system.id() + " uses the file id "
                        + drive.fileId().get() + ", which is not in References.");
            }
        }
    }

    private static void unique(Set<String> seen, String value, String what) throws OvfException {
        if (!seen.add(value)) {
            throw new OvfException(
                    OvfProblem.DUPLICATE,
                    "The descriptor has the " + what + " " + value + " twice. Export the package again.");
        }
    }
}
