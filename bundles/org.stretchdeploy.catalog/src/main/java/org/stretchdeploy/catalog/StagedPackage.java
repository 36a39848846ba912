package org.stretchdeploy.catalog;

import java.nio.file.Path;
import java.util.List;
import org.stretchdeploy.ovf.pack.PackageFile;

/**
 * A complete package in staging.
 *
 * @param id name of the package in staging
 * @param folder holds descriptor, manifest, certificate and files, nothing else
 * @param descriptorName file name of the descriptor
 * @param files the referenced files with size and SHA-256
 */
public record StagedPackage(String id, Path folder, String descriptorName, List<PackageFile> files) {
    public StagedPackage {
        files = List.copyOf(files);
    }

    /** Bytes of all files together. */
    public long totalBytes() {
        return files.stream().mapToLong(PackageFile::size).sum();
    }
}
