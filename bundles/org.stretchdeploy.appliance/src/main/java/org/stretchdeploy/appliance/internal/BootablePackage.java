package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.stretchdeploy.ovf.pack.FolderPackage;
import org.stretchdeploy.ovf.pack.PackagePolicy;

/**
 * The bootable appliance's package, built outside the controller and put into a folder. It is read and checked before it
 * is given out: one descriptor, a manifest that fits every file, no other file, at most 512 MiB. A check holds as long as
 * names, sizes and times of the files stay the same. Thread safe.
 */
final class BootablePackage {
    static final long MAX_BYTES = 512L << 20;
    private static final int MAX_FILES = 8;

    private final Path folder;
    private Map<String, String> checked = Map.of();

    BootablePackage(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * The folder.
     *
     * @throws IOException when the package is not there, damaged, too large or not one; the message says what to do
     */
    synchronized Path verified() throws IOException {
        Map<String, String> now = marks();
        if (!now.equals(checked)) {
            String descriptor = descriptor(now);
            PackagePolicy policy = PackagePolicy.DEFAULT.withBounds(MAX_FILES, MAX_BYTES, MAX_BYTES);
            FolderPackage.verify(folder, descriptor, policy);
            checked = now;
        }
        return folder;
    }

    private String descriptor(Map<String, String> files) throws IOException {
        var names =
                files.keySet().stream().filter(name -> name.endsWith(".ovf")).toList();
        if (names.size() != 1) {
            throw new IOException("the folder " + folder + " holds " + names.size()
                    + " descriptors (*.ovf) where one is needed; build the package with ./stretch appliance");
        }
        return names.get(0);
    }

    private Map<String, String> marks() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("packageDirectory " + folder + " is no folder; build it with ./stretch appliance");
        }
        Map<String, String> marks = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                FileTime time = Files.getLastModifiedTime(file);
                marks.put(file.getFileName().toString(), Files.size(file) + " " + time);
                if (marks.size() > MAX_FILES + 3) {
                    throw new IOException("the folder " + folder + " holds more than a package");
                }
            }
        }
        return marks;
    }
}
