package org.stretchdeploy.ovf.pack;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.stretchdeploy.ovf.Disk;
import org.stretchdeploy.ovf.DiskSection;
import org.stretchdeploy.ovf.Envelope;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.HardwareItem;
import org.stretchdeploy.ovf.NetworkSection;
import org.stretchdeploy.ovf.OperatingSystemSection;
import org.stretchdeploy.ovf.OvfWriter;
import org.stretchdeploy.ovf.VirtualHardwareSection;
import org.stretchdeploy.ovf.VirtualSystem;
import org.stretchdeploy.ovf.disk.VmdkOptions;
import org.stretchdeploy.ovf.disk.VmdkWriter;

/** Builds small packages in a folder. */
final class Packages {
    static final String DESCRIPTOR = "web.ovf";

    private Packages() {}

    /** A sealed package with some disks of 128 KiB. */
    static void write(Path folder, int disks, Optional<SigningKey> key) throws IOException {
        List<FileReference> files = new ArrayList<>();
        List<Disk> described = new ArrayList<>();
        List<HardwareItem> items = new ArrayList<>(
                List.of(HardwareItem.cpus(1, 1), HardwareItem.memory(2, 256), HardwareItem.scsiController(3)));
        for (int i = 0; i < disks; i++) {
            byte[] raw = new byte[1 << 17];
            new Random(i).nextBytes(raw);
            Path file = folder.resolve("disk" + i + ".vmdk");
            try (OutputStream out = Files.newOutputStream(file)) {
                VmdkWriter.write(new ByteArrayInputStream(raw), raw.length, out, VmdkOptions.DEFAULT);
            }
            files.add(FileReference.of("file" + i, file.getFileName().toString(), Files.size(file)));
            described.add(Disk.of("vmdisk" + i, raw.length, "file" + i));
            items.add(HardwareItem.disk(10 + i, 3, i, "vmdisk" + i));
        }
        items.add(HardwareItem.nic(20, 0, "internal", "00:50:56:01:02:0a"));
        VirtualSystem system = VirtualSystem.of(
                "web", OperatingSystemSection.linux64(), VirtualHardwareSection.of("web", "vmx-14", items));
        Envelope envelope = Envelope.of(
                files,
                DiskSection.of(described),
                NetworkSection.of(List.of(NetworkSection.Network.of("internal"))),
                system);
        Files.write(folder.resolve(DESCRIPTOR), OvfWriter.write(envelope));
        FolderPackage.seal(folder, DESCRIPTOR, key);
    }

    static byte[] ova(Path folder) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OvaWriter.write(folder, DESCRIPTOR, out);
        return out.toByteArray();
    }
}
