package org.stretchdeploy.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.stretchdeploy.catalog.internal.ChunkJournal;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.OvfDocument;
import org.stretchdeploy.ovf.pack.Digest;
import org.stretchdeploy.ovf.pack.DigestAlgorithm;
import org.stretchdeploy.ovf.pack.FolderPackage;
import org.stretchdeploy.ovf.pack.Manifest;
import org.stretchdeploy.ovf.pack.PackageFile;
import org.stretchdeploy.ovf.pack.PackageNames;
import org.stretchdeploy.ovf.pack.SigningKey;

/** Makes a package of the files that were copied into staging. */
final class PackageSealer {
    /** Name of the descriptor in staging. */
    static final String DESCRIPTOR = "descriptor.ovf";

    private final Staging staging;
    private final Optional<SigningKey> key;

    PackageSealer(Staging staging, Optional<SigningKey> key) {
        this.staging = staging;
        this.key = key;
    }

    /** Completes the descriptor, then writes manifest, certificate and, last, the descriptor. */
    StagedPackage seal(String id, Path folder, OvfDocument document, Map<String, ChunkJournal.Done> files) {
        OvfDocument complete = document;
        for (FileReference reference : document.envelope().references()) {
            if (reference.size().isEmpty()) {
                OvfDocument before = complete;
                long size = files.get(reference.href()).size();
                complete = PackageMover.checked(() -> before.withFile(reference.id(), reference.href(), size));
            }
        }
        byte[] descriptor = complete.bytes();
        Map<String, Digest> digests = new LinkedHashMap<>();
        digests.put(DESCRIPTOR, Digest.over(DigestAlgorithm.SHA256, descriptor));
        List<PackageFile> packageFiles = new ArrayList<>();
        files.forEach((name, done) -> {
            Digest digest = new Digest(DigestAlgorithm.SHA256, done.sha256());
            digests.put(name, digest);
            packageFiles.add(new PackageFile(name, done.size(), digest));
        });
        PackageNames names = PackageMover.checked(() -> PackageNames.of(DESCRIPTOR));
        Staging.onDisk(() -> {
            FolderPackage.seal(folder, names, new Manifest(digests), key);
            // last: its presence says that the package is complete
            Path partial = staging.home(id).resolve("descriptor.partial");
            Files.write(partial, descriptor);
            return Files.move(partial, folder.resolve(DESCRIPTOR), StandardCopyOption.ATOMIC_MOVE);
        });
        return new StagedPackage(id, folder, DESCRIPTOR, packageFiles);
    }

    /** Removes what an earlier export under the same name has left. */
    static void removeOthers(Path folder, List<FileReference> references) {
        Set<String> wanted = new TreeSet<>();
        references.forEach(r -> wanted.add(r.href()));
        Staging.onDisk(() -> {
            try (var entries = Files.list(folder)) {
                for (Path entry : entries.toList()) {
                    if (!wanted.contains(entry.getFileName().toString())) {
                        Files.delete(entry);
                    }
                }
            }
            return null;
        });
    }
}
