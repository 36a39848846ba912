package org.stretchdeploy.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.catalog.internal.ChunkJournal;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.pack.Digest;
import org.stretchdeploy.ovf.pack.DigestAlgorithm;
import org.stretchdeploy.ovf.pack.FolderPackage;
import org.stretchdeploy.ovf.pack.Manifest;
import org.stretchdeploy.ovf.pack.PackageFile;
import org.stretchdeploy.ovf.pack.PackageNames;
import org.stretchdeploy.ovf.pack.PackagePolicy;
import org.stretchdeploy.ovf.pack.SigningKey;
import org.stretchdeploy.ovf.pack.TrustAnchors;
import org.stretchdeploy.ovf.pack.VerifiedPackage;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;

/**
 * Moves packages from one cloud's catalog into another's, by way of a node's staging folder.
 *
 * <p>Every method works in the calling thread until it is done, and can be called again after any failure,
 * interruption or restart: it then goes on where it stopped. Interrupting the thread stops a move at the next chunk.
 * Thread-safe; one package is moved by one thread at a time ({@link MoveProblem#BUSY} otherwise).
 *
 * <p>All methods may also throw {@link org.stretchdeploy.spi.CloudException}, when a cloud refuses.
 */
public final class PackageMover {
    private static final Logger LOG = LoggerFactory.getLogger(PackageMover.class);
    /** Room for descriptor, manifest, certificate and journal. */
    private static final long OVERHEAD = 16 << 20;

    private final Staging staging;
    private final PackageSealer sealer;
    private final PackagePolicy policy;
    private final PackagePolicy stagedPolicy;
    private final MoveOptions options;
    private final Waiter waiter;
    private final LongSupplier nanoClock;

    /**
     * @param staging where packages stand in between
     * @param key signs the packages that this node publishes, when present
     * @param policy what a package must satisfy before it is given to a cloud; with trust anchors, only signed packages
     *     pass; without, but with a key, packages from staging must be signed by the key's authority
     * @param waiter lets time pass between attempts
     * @param nanoClock a clock that only goes forward, in nanoseconds, for rates
     */
    public PackageMover(
            Staging staging,
            Optional<SigningKey> key,
            PackagePolicy policy,
            MoveOptions options,
            Waiter waiter,
            LongSupplier nanoClock) {
        this.staging = staging;
        this.sealer = new PackageSealer(staging, key);
        this.policy = policy;
        this.stagedPolicy = key.isPresent() && policy.trust().isEmpty() ? policy.trusting(own(key.get())) : policy;
        this.options = options;
        this.waiter = waiter;
        this.nanoClock = nanoClock;
    }

    /**
     * Copies the package of a template, whose export is open, into staging: room is checked first, every chunk is
     * journalled, every file is checked against the source's manifest, and manifest and certificate of our own are
     * written last.
     *
     * @param id name of the package in staging, {@code [a-z0-9.-]}, the same on every try
     */
    public StagedPackage publish(Cloud source, ObjectId template, String id, MoveListener listener)
            throws InterruptedException {
        staging.claim(id);
        try {
            Catalogs.Export export = source.catalogs().export(template);
            ExportedPackage exported = checked(() -> ExportedPackage.read(export, PackageSealer.DESCRIPTOR, policy));
            List<FileReference> references = exported.references();
            OptionalLong total = exported.totalBytes();
            staging.reserve(id, total.orElse(0) + OVERHEAD);
            Path folder = staging.folder(id);
            String sha256 =
                    Digest.over(DigestAlgorithm.SHA256, export.descriptor()).hex();
            try (ChunkJournal journal =
                    Staging.onDisk(() -> ChunkJournal.open(journal(id), sha256, options.chunkBytes()))) {
                PackageSealer.removeOthers(folder, references);
                Downloader downloader = new Downloader(
                        source.catalogs(),
                        template,
                        folder,
                        journal,
                        exported.manifest(),
                        total.isPresent()
                                ? policy.maxFileBytes()
                                : Math.min(policy.maxFileBytes(), staging.freeBytes()),
                        new Patience(options, waiter),
                        new ProgressMeter(listener, total, nanoClock));
                Map<String, ChunkJournal.Done> files = new LinkedHashMap<>();
                for (FileReference reference : references) {
                    files.put(reference.href(), downloader.copy(reference.href(), reference.size()));
                }
                StagedPackage staged = sealer.seal(id, folder, exported.document(), files);
                LOG.info("event=package-published package={} files={} bytes={}", id, files.size(), staged.totalBytes());
                return staged;
            } catch (IOException e) {
                throw new PackageMoveException(
                        MoveProblem.STAGING_FAILED,
                        "The journal of the copy cannot be closed: " + e.getMessage() + ".",
                        e);
            }
        } finally {
            staging.release(id);
        }
    }

    /**
     * Verifies a published package (manifest, signature) and gives it to a cloud. When this returns, the cloud has all
     * bytes and imports them; {@link Catalogs#upload} or {@link Catalogs#template} tells when it is done.
     *
     * @param id name of the package in staging
     * @param catalog catalog in the target cloud
     * @param name name of the new template
     * @param withManifest whether the cloud is told to expect the manifest and to check it
     * @param tag finds the template again on another try
     * @return the new template
     */
    public ObjectId transfer(
            String id,
            Cloud target,
            ObjectId catalog,
            String name,
            boolean withManifest,
            Tag tag,
            MoveListener listener)
            throws InterruptedException {
        staging.claim(id);
        try {
            Path folder = staging.home(id).resolve("package");
            if (!Files.isRegularFile(folder.resolve(PackageSealer.DESCRIPTOR), LinkOption.NOFOLLOW_LINKS)) {
                throw new PackageMoveException(
                        MoveProblem.NOT_STAGED, "The package " + id + " is not complete in staging. Publish it first.");
            }
            VerifiedPackage verified = verify(folder, PackageSealer.DESCRIPTOR, stagedPolicy, listener);
            Optional<ChunkJournal> journal = Staging.onDisk(() -> ChunkJournal.read(journal(id)));
            try {
                PackagePieces pieces = new PackagePieces(folder, journal, options.chunkBytes());
                return upload(
                        verified, folder, pieces, target, new Destination(catalog, name, withManifest, tag), listener);
            } finally {
                if (journal.isPresent()) {
                    Staging.onDisk(() -> {
                        journal.get().close();
                        return null;
                    });
                }
            }
        } finally {
            staging.release(id);
        }
    }

    /**
     * Verifies a package in any folder and gives it to a cloud, like {@link #transfer}.
     *
     * @param folder holds the package and nothing else
     */
    public ObjectId transferFolder(
            Path folder,
            String descriptorName,
            Cloud target,
            ObjectId catalog,
            String name,
            boolean withManifest,
            Tag tag,
            MoveListener listener)
            throws InterruptedException {
        VerifiedPackage verified = verify(folder, descriptorName, policy, listener);
        PackagePieces pieces = new PackagePieces(folder, Optional.empty(), options.chunkBytes());
        return upload(verified, folder, pieces, target, new Destination(catalog, name, withManifest, tag), listener);
    }

    /** Deletes a package from staging. Absent is done. */
    public void discard(String id) {
        staging.discard(id);
    }

    /** Where a package goes in the target cloud. */
    private record Destination(ObjectId catalog, String name, boolean withManifest, Tag tag) {}

    private ObjectId upload(
            VerifiedPackage verified,
            Path folder,
            PackagePieces pieces,
            Cloud target,
            Destination destination,
            MoveListener listener)
            throws InterruptedException {
        PackageNames names = checked(() -> PackageNames.of(verified.descriptorName()));
        OptionalLong total = OptionalLong.of(verified.totalBytes());
        ProgressMeter meter = new ProgressMeter(listener, total, nanoClock);
        Map<String, byte[]> small = new HashMap<>();
        for (String file : List.of(names.manifest(), names.certificate())) {
            optional(folder.resolve(file)).ifPresent(bytes -> small.put(file, bytes));
        }
        // a cloud may call the manifest after its own name for the descriptor
        optional(folder.resolve(names.manifest())).ifPresent(bytes -> small.put("descriptor.mf", bytes));
        Map<String, PackageFile> files = new LinkedHashMap<>();
        verified.files().forEach(f -> files.put(f.name(), f));
        ObjectId template = new Uploader(target, pieces, options, waiter, meter)
                .upload(
                        destination.catalog(),
                        destination.name(),
                        destination.withManifest(),
                        destination.tag(),
                        new Uploader.Contents(verified.document().bytes(), small, files));
        LOG.info("event=package-transferred template={} bytes={}", destination.name(), verified.totalBytes());
        return template;
    }

    /** The authority of our own key, so that packages published before a change of keys still pass. */
    private static TrustAnchors own(SigningKey key) {
        List<X509Certificate> chain = key.chain();
        X509Certificate last = chain.get(chain.size() - 1);
        return chain.size() > 1 ? TrustAnchors.authority(last) : TrustAnchors.signer(last);
    }

    private VerifiedPackage verify(Path folder, String descriptorName, PackagePolicy required, MoveListener listener)
            throws InterruptedException {
        ProgressMeter meter = new ProgressMeter(listener, OptionalLong.empty(), nanoClock);
        long[] unheard = {0};
        try {
            return checked(() -> FolderPackage.verify(folder, descriptorName, required, (name, bytes) -> {
                unheard[0] += bytes;
                if (unheard[0] >= options.chunkBytes()) {
                    meter.done(MoveProgress.Phase.VERIFY, name, unheard[0]);
                    unheard[0] = 0;
                    if (Thread.currentThread().isInterrupted()) {
                        throw new Stopped();
                    }
                }
            }));
        } catch (Stopped e) {
            Patience.stopIfInterrupted();
            throw e;
        }
    }

    /** Carries an interruption out of a callback that cannot throw it. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static Optional<byte[]> optional(Path file) {
        return Staging.onDisk(() -> {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(in.readNBytes(Manifest.MAX_BYTES));
            }
        });
    }

    private Path journal(String id) {
        staging.folder(id);
        return staging.home(id).resolve("journal");
    }

    static <T> T checked(Staging.DiskWork<T> work) {
        try {
            return work.run();
        } catch (OvfException e) {
            throw new PackageMoveException(MoveProblem.BAD_PACKAGE, e.getMessage(), e);
        } catch (IOException e) {
            throw new PackageMoveException(
                    MoveProblem.STAGING_FAILED, "The staging folder cannot be used: " + e.getMessage() + ".", e);
        }
    }
}
