package org.stretchdeploy.ovf.pack;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.ovf.Envelope;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.OvfDocument;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/** The rules that a package must satisfy, whether it came as folder or archive. Collects facts, then judges. */
final class PackageCheck {
    private final PackageNames names;
    private final PackagePolicy policy;
    private final byte[] descriptor;
    private final OvfDocument document;
    private final Map<String, FileReference> expected = new LinkedHashMap<>();
    private final Map<String, Found> found = new LinkedHashMap<>();
    private Optional<byte[]> manifestBytes = Optional.empty();
    private Optional<Manifest> manifest = Optional.empty();
    private Optional<byte[]> certificate = Optional.empty();
    private long total;

    /** A file that was read: its size and its digests by algorithm. */
    record Found(long size, Map<DigestAlgorithm, Digest> digests) {}

    PackageCheck(PackageNames names, byte[] descriptor, PackagePolicy policy) throws OvfException {
        this.names = names;
        this.policy = policy;
        this.descriptor = descriptor;
        this.document = OvfDocument.read(descriptor);
        for (FileReference file : document.envelope().references()) {
            if (file.chunkSize().isPresent()) {
                throw new OvfException(
                        OvfProblem.UNSUPPORTED,
                        "The file " + file.href() + " is split into chunks. Export the package without chunks.");
            }
            if (Set.of(names.descriptor(), names.manifest(), names.certificate())
                    .contains(file.href())) {
                throw new OvfException(
                        OvfProblem.DUPLICATE, "The descriptor lists " + file.href() + " as one of its own files.");
            }
            expected.put(file.href(), file);
        }
        if (expected.size() > policy.maxFiles()) {
            throw new OvfException(OvfProblem.TOO_LARGE, "The package has more than " + policy.maxFiles() + " files.");
        }
    }

    Envelope envelope() {
        return document.envelope();
    }

    List<String> expectedNames() {
        return List.copyOf(expected.keySet());
    }

    void manifest(byte[] bytes) throws OvfException {
        Manifest read = Manifest.parse(bytes);
        if (read.isWeak() && !policy.allowSha1()) {
            throw new OvfException(
                    OvfProblem.WEAK_DIGEST,
                    "The manifest uses SHA-1, which is no longer safe. Export with SHA-256, or allow SHA-1 for this"
                            + " package.");
        }
        manifestBytes = Optional.of(bytes);
        manifest = Optional.of(read);
    }

    void certificate(byte[] bytes) {
        certificate = Optional.of(bytes);
    }

    /** Which digests a file needs: the manifest's, or all that a later manifest may use. */
    Set<DigestAlgorithm> algorithmsFor(String name) {
        Set<DigestAlgorithm> wanted = new LinkedHashSet<>();
        manifest.flatMap(m -> m.digest(name)).ifPresent(d -> wanted.add(d.algorithm()));
        if (manifest.isEmpty()) {
            wanted.addAll(List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512));
            if (policy.allowSha1()) {
                wanted.add(DigestAlgorithm.SHA1);
            }
        }
        if (wanted.isEmpty()) {
            wanted.add(DigestAlgorithm.SHA256);
        }
        return wanted;
    }

    /** Checks a file's announced size before it is read. */
    void announce(String name, long size) throws OvfException {
        FileReference reference = expected.get(name);
        if (reference == null) {
            throw unlisted(name);
        }
        if (size > policy.maxFileBytes() || size > policy.maxTotalBytes() - total) {
            throw new OvfException(
                    OvfProblem.TOO_LARGE,
                    "The file " + name + " of " + size + " bytes makes the package larger than is allowed here.");
        }
        if (reference.size().isPresent() && reference.size().getAsLong() != size) {
            throw new OvfException(
                    OvfProblem.SIZE_MISMATCH,
                    "The file " + name + " has " + size + " bytes where the descriptor says "
                            + reference.size().getAsLong() + ". Transfer or export it again.");
        }
        total += size;
    }

    void read(String name, Found file) throws OvfException {
        if (found.put(name, file) != null) {
            throw new OvfException(OvfProblem.DUPLICATE, "The package holds the file " + name + " twice.");
        }
        if (manifest.isPresent()) {
            digestMatches(name, file.digests());
        }
    }

    /** Judges everything that was collected. */
    VerifiedPackage verify() throws OvfException {
        if (manifest.isEmpty() && (policy.requireManifest() || policy.trust().isPresent())) {
            throw new OvfException(
                    OvfProblem.BAD_MANIFEST, "The package has no manifest. Export it with one (SHA-256).");
        }
        Optional<X509Certificate> signer = signer();
        for (String name : expected.keySet()) {
            if (!found.containsKey(name)) {
                throw new OvfException(
                        OvfProblem.MISSING_FILE,
                        "The file " + name + " is missing from the package. Transfer or export it again.");
            }
        }
        if (manifest.isPresent()) {
            manifestIsComplete(manifest.get());
        }
        List<PackageFile> files = new ArrayList<>();
        for (String name : expected.keySet()) {
            Found file = found.get(name);
            DigestAlgorithm algorithm =
                    manifest.flatMap(m -> m.digest(name)).map(Digest::algorithm).orElse(DigestAlgorithm.SHA256);
            files.add(new PackageFile(name, file.size(), file.digests().get(algorithm)));
        }
        return new VerifiedPackage(names.descriptor(), document, manifest, signer, files);
    }

    private Optional<X509Certificate> signer() throws OvfException {
        if (policy.trust().isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = certificate.orElseThrow(() -> new OvfException(
                OvfProblem.BAD_CERTIFICATE,
                "The package is not signed. Have it signed by someone who is pinned here."));
        return Optional.of(CertificateFile.parse(bytes)
                .verify(
                        names.manifest(),
                        manifestBytes.orElseThrow(),
                        policy.trust().get(),
                        policy.clock().instant(),
                        policy.allowSha1()));
    }

    private void manifestIsComplete(Manifest listed) throws OvfException {
        for (String name : listed.digests().keySet()) {
            if (!name.equals(names.descriptor()) && !expected.containsKey(name)) {
                throw unlisted(name);
            }
        }
        Map<DigestAlgorithm, Digest> own = new LinkedHashMap<>();
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            own.put(algorithm, Digest.over(algorithm, descriptor));
        }
        digestMatches(names.descriptor(), own);
        for (Map.Entry<String, Found> file : found.entrySet()) {
            digestMatches(file.getKey(), file.getValue().digests());
        }
    }

    private void digestMatches(String name, Map<DigestAlgorithm, Digest> digests) throws OvfException {
        Digest listed = manifest.orElseThrow()
                .digest(name)
                .orElseThrow(() -> new OvfException(
                        OvfProblem.BAD_MANIFEST,
                        "The manifest does not list the file " + name + ". Export the package again."));
        if (!listed.equals(digests.get(listed.algorithm()))) {
            throw new OvfException(
                    OvfProblem.DIGEST_MISMATCH,
                    "The file " + name + " is not the one that the manifest describes: it was damaged or changed."
                            + " Transfer or export it again.");
        }
    }

    static OvfException unlisted(String name) {
        return new OvfException(
                OvfProblem.UNLISTED_FILE,
                "The package holds or lists " + name + ", which its descriptor does not name. Remove it.");
    }
}
