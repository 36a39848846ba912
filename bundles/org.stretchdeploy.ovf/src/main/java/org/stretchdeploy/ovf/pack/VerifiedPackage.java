package org.stretchdeploy.ovf.pack;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.ovf.OvfDocument;

/**
 * A package whose every file was read and found as its manifest and signature say.
 *
 * @param descriptorName file name of the descriptor
 * @param document the descriptor
 * @param manifest the manifest, if there is one
 * @param signer the trusted signer, if a signature was asked for
 * @param files the referenced files, in the order of the references
 */
public record VerifiedPackage(
        String descriptorName,
        OvfDocument document,
        Optional<Manifest> manifest,
        Optional<X509Certificate> signer,
        List<PackageFile> files) {
    public VerifiedPackage {
        files = List.copyOf(files);
    }

    /** Bytes of all referenced files together. */
    public long totalBytes() {
        return files.stream().mapToLong(PackageFile::size).sum();
    }
}
