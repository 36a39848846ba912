package org.stretchdeploy.appliance.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.stretchdeploy.ovf.disk.VmdkOptions;
import org.stretchdeploy.ovf.disk.VmdkWriter;

/**
 * Writes the edge appliance as an OVF 1.1 package. The descriptor is a resource; the disk is small and holds only a
 * mark, for a host that plays the appliance's product class as a process. Writing is idempotent.
 */
final class AppliancePackage {
    private static final long DISK_BYTES = 8L << 20;
    private static final String DISK = "edge-disk1.vmdk";
    private static final String DESCRIPTOR = "edge.ovf";
    private static final String MANIFEST = "edge.mf";

    private AppliancePackage() {}

    /** Writes what is missing or different; returns the folder. */
    static Path write(Path folder) throws IOException {
        byte[] disk = disk();
        byte[] descriptor = descriptor(disk.length);
        String manifest = line(DESCRIPTOR, descriptor) + line(DISK, disk);
        OwnerOnlyFiles.folder(folder);
        put(folder.resolve(DISK), disk);
        put(folder.resolve(DESCRIPTOR), descriptor);
        put(folder.resolve(MANIFEST), manifest.getBytes(StandardCharsets.US_ASCII));
        return folder;
    }

    private static String line(String name, byte[] content) {
        return "SHA256(" + name + ")= " + Secrets.digest(content) + "\n";
    }

    private static void put(Path file, byte[] content) throws IOException {
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
            OwnerOnlyFiles.write(file, content);
        }
    }

    private static byte[] disk() throws IOException {
        byte[] raw = new byte[(int) DISK_BYTES];
        byte[] mark = "Stretch Deploy edge appliance\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(mark, 0, raw, 0, mark.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VmdkWriter.write(new ByteArrayInputStream(raw), DISK_BYTES, out, VmdkOptions.DEFAULT);
        return out.toByteArray();
    }

    private static byte[] descriptor(int diskFileBytes) throws IOException {
        try (InputStream in = AppliancePackage.class.getResourceAsStream("edge.ovf.xml")) {
            String template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return template.replace("${disk.file}", DISK)
                    .replace("${disk.fileBytes}", Integer.toString(diskFileBytes))
                    .replace("${disk.bytes}", Long.toString(DISK_BYTES))
                    .getBytes(StandardCharsets.UTF_8);
        }
    }
}
