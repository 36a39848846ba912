package org.stretchdeploy.catalog;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.OvfDocument;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.pack.Digest;
import org.stretchdeploy.ovf.pack.Manifest;
import org.stretchdeploy.ovf.pack.PackageNames;
import org.stretchdeploy.ovf.pack.PackagePolicy;
import org.stretchdeploy.spi.Catalogs;

/**
 * What a source cloud offers, read and found acceptable before a byte of its files is copied.
 *
 * @param document the descriptor
 * @param manifest the source's own manifest, if it gives one
 */
record ExportedPackage(OvfDocument document, Optional<Manifest> manifest) {
    /**
     * @param descriptorName name that the descriptor will have in staging
     */
    static ExportedPackage read(Catalogs.Export export, String descriptorName, PackagePolicy policy)
            throws OvfException {
        Optional<Manifest> manifest = Optional.empty();
        if (export.manifest().isPresent()) {
            manifest = Optional.of(Manifest.parse(export.manifest().get()));
        }
        Optional<Digest> own = manifest.flatMap(m -> m.digest(export.descriptorName()));
        if (own.isPresent()
                && !Digest.over(own.get().algorithm(), export.descriptor()).equals(own.get())) {
            throw new PackageMoveException(
                    MoveProblem.BAD_PACKAGE,
                    "The source cloud's descriptor is not the one that its manifest describes. Export the template"
                            + " again.");
        }
        ExportedPackage exported = new ExportedPackage(OvfDocument.read(export.descriptor()), manifest);
        exported.requireAcceptable(PackageNames.of(descriptorName), policy);
        return exported;
    }

    List<FileReference> references() {
        return document.envelope().references();
    }

    /** Bytes of all files together; empty when the descriptor does not tell all sizes. */
    OptionalLong totalBytes() {
        long sum = 0;
        for (FileReference reference : references()) {
            if (reference.size().isEmpty()) {
                return OptionalLong.empty();
            }
            sum += Math.min(reference.size().getAsLong(), Long.MAX_VALUE - sum);
        }
        return OptionalLong.of(sum);
    }

    private void requireAcceptable(PackageNames names, PackagePolicy policy) {
        long total = totalBytes().orElse(0);
        if (total > policy.maxTotalBytes() || references().size() > policy.maxFiles()) {
            throw new PackageMoveException(
                    MoveProblem.BAD_PACKAGE,
                    "The package has " + references().size() + " files of together " + total
                            + " bytes, which is more than is allowed here.");
        }
        Set<String> taken = Set.of(names.descriptor(), names.manifest(), names.certificate());
        for (FileReference reference : references()) {
            if (taken.contains(reference.href()) || reference.chunkSize().isPresent()) {
                throw new PackageMoveException(
                        MoveProblem.BAD_PACKAGE,
                        "The package's file " + reference.href()
                                + " has a name that is taken, or is split into chunks. Export the template again.");
            }
        }
    }
}
