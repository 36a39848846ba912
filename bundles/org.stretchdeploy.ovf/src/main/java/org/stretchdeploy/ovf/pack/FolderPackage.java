package org.stretchdeploy.ovf.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.ovf.FileNames;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;
import org.stretchdeploy.ovf.OvfReader;

/** A package as files in one folder that holds nothing else. Links are never followed. */
public final class FolderPackage {
    private FolderPackage() {}

    /** Hears about reading. An exception from it ends the reading. */
    @FunctionalInterface
    public interface ReadProgress {
        /**
         * @param fileName the file that is being read
         * @param bytes how many more bytes of it were read
         */
        void read(String fileName, int bytes);
    }

    /**
     * Reads every file of a package and checks it against descriptor, manifest and signature.
     *
     * @param folder the folder
     * @param descriptorName file name of the descriptor
     */
    public static VerifiedPackage verify(Path folder, String descriptorName, PackagePolicy policy) throws IOException {
        return verify(folder, descriptorName, policy, (name, bytes) -> {});
    }

    /**
     * Like {@link #verify(Path, String, PackagePolicy)}.
     *
     * @param progress hears about every block that was read
     */
    public static VerifiedPackage verify(
            Path folder, String descriptorName, PackagePolicy policy, ReadProgress progress) throws IOException {
        PackageNames names = PackageNames.of(descriptorName);
        Map<String, Long> sizes = sizes(folder, policy);
        if (!sizes.containsKey(descriptorName)) {
            throw new OvfException(
                    OvfProblem.MISSING_FILE, "The folder does not hold the descriptor " + descriptorName + ".");
        }
        byte[] descriptor = descriptor(folder.resolve(descriptorName), policy);
        PackageCheck check = new PackageCheck(names, descriptor, policy);
        if (sizes.containsKey(names.manifest())) {
            check.manifest(small(folder.resolve(names.manifest()), Manifest.MAX_BYTES, OvfProblem.BAD_MANIFEST));
        }
        if (sizes.containsKey(names.certificate())) {
            check.certificate(
                    small(folder.resolve(names.certificate()), CertificateFile.MAX_BYTES, OvfProblem.BAD_CERTIFICATE));
        }
        sizes.keySet().removeAll(Set.of(names.descriptor(), names.manifest(), names.certificate()));
        // all sizes before the first long read
        for (Map.Entry<String, Long> file : sizes.entrySet()) {
            check.announce(file.getKey(), file.getValue());
        }
        for (String name : check.expectedNames()) {
            if (sizes.containsKey(name)) {
                try (InputStream in = open(folder.resolve(name))) {
                    OutputStream heard = new Heard(name, progress);
                    check.read(name, DigestingCopy.copy(in, heard, check.algorithmsFor(name)));
                }
            }
        }
        return check.verify();
    }

    /**
     * Writes the manifest of a folder, and its certificate file when there is a key. Files that are there under these
     * names are replaced.
     *
     * @throws OvfException if a file that the descriptor names is missing
     */
    public static Manifest seal(Path folder, String descriptorName, Optional<SigningKey> key) throws IOException {
        PackageNames names = PackageNames.of(descriptorName);
        byte[] descriptor = descriptor(folder.resolve(descriptorName), PackagePolicy.DEFAULT);
        Map<String, Digest> digests = new LinkedHashMap<>();
        digests.put(descriptorName, Digest.over(DigestAlgorithm.SHA256, descriptor));
        for (FileReference file : new OvfReader().read(descriptor).references()) {
            Path path = folder.resolve(file.href());
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new OvfException(
                        OvfProblem.MISSING_FILE, "The file " + file.href() + " is missing from the folder.");
            }
            try (InputStream in = open(path)) {
                Set<DigestAlgorithm> sha256 = Set.of(DigestAlgorithm.SHA256);
                digests.put(
                        file.href(),
                        DigestingCopy.copy(in, OutputStream.nullOutputStream(), sha256)
                                .digests()
                                .get(DigestAlgorithm.SHA256));
            }
        }
        return seal(folder, names, new Manifest(digests), key);
    }

    /** Writes a manifest whose digests are known already, and its certificate file when there is a key. */
    public static Manifest seal(Path folder, PackageNames names, Manifest manifest, Optional<SigningKey> key)
            throws IOException {
        Files.write(folder.resolve(names.manifest()), manifest.toBytes());
        if (key.isPresent()) {
            try {
                Files.write(
                        folder.resolve(names.certificate()),
                        key.get().certificateFile(names.manifest(), manifest.toBytes()));
            } catch (GeneralSecurityException e) {
                throw new IOException("The package could not be signed: " + e.getMessage(), e);
            }
        }
        return manifest;
    }

    private static Map<String, Long> sizes(Path folder, PackagePolicy policy) throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = FileNames.requirePlain(entry.getFileName().toString());
                if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    throw new OvfException(
                            OvfProblem.UNSAFE_NAME,
                            "The folder holds " + name + ", which is not a plain file. Remove it.");
                }
                sizes.put(name, Files.size(entry));
                if (sizes.size() > policy.maxFiles() + 3) {
                    throw new OvfException(
                            OvfProblem.TOO_LARGE, "The folder holds more than " + policy.maxFiles() + " files.");
                }
            }
        }
        return sizes;
    }

    private static byte[] descriptor(Path file, PackagePolicy policy) throws IOException {
        try (InputStream in = open(file)) {
            return new OvfReader(policy.descriptorLimits()).bytes(in);
        }
    }

    private static byte[] small(Path file, int limit, OvfProblem problem) throws IOException {
        try (InputStream in = open(file)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new OvfException(problem, file.getFileName() + " is larger than " + limit + " bytes.");
            }
            return bytes;
        }
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /** Takes what is read and keeps only its length. */
    private static final class Heard extends OutputStream {
        private final String name;
        private final ReadProgress progress;

        Heard(String name, ReadProgress progress) {
            this.name = name;
            this.progress = progress;
        }

        @Override
        public void write(int b) {
            progress.read(name, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            progress.read(name, length);
        }
    }
}
