package org.stretchdeploy.catalog;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.ovf.pack.PackageFile;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;

/** Gives a package to a cloud. Before every step it asks what the cloud has got, so that it can begin anywhere. */
final class Uploader {
    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);
    private static final int MAX_POLLS = 200;

    private final Cloud target;
    private final Catalogs catalogs;
    private final PackagePieces pieces;
    private final MoveOptions options;
    private final Waiter waiter;
    private final ProgressMeter meter;

    /** What is uploaded: the descriptor, the small files by name, and the large files by name. */
    record Contents(byte[] descriptor, Map<String, byte[]> small, Map<String, PackageFile> files) {}

    Uploader(Cloud target, PackagePieces pieces, MoveOptions options, Waiter waiter, ProgressMeter meter) {
        this.target = target;
        this.catalogs = target.catalogs();
        this.pieces = pieces;
        this.options = options;
        this.waiter = waiter;
        this.meter = meter;
    }

    /** Uploads everything; the import itself goes on in the cloud afterwards. */
    ObjectId upload(ObjectId catalog, String name, boolean withManifest, Tag tag, Contents contents)
            throws InterruptedException {
        ObjectId template = repeating(() -> catalogs.beginUpload(catalog, name, withManifest, tag));
        Optional<Catalogs.Upload> wanted = descriptor(template, contents);
        if (wanted.isPresent()) {
            for (Catalogs.UploadFile file : wanted.get().files()) {
                file(template, file, contents);
            }
        }
        return template;
    }

    /** Gives the descriptor and waits until the cloud has read it; empty when the cloud has everything already. */
    private Optional<Catalogs.Upload> descriptor(ObjectId template, Contents contents) throws InterruptedException {
        boolean given = false;
        Duration pause = options.firstWait();
        for (int poll = 0; poll < MAX_POLLS; poll++) {
            Patience.stopIfInterrupted();
            Catalogs.Upload upload = state(template);
            if (upload.state() == Catalogs.State.READY) {
                return Optional.empty();
            }
            if (!upload.descriptorWanted() && knowsAll(upload, contents)) {
                return Optional.of(upload);
            }
            if (upload.descriptorWanted() && !given) {
                given = give(template, contents.descriptor());
            } else {
                waiter.await(pause);
                pause = pause.multipliedBy(2).compareTo(Duration.ofSeconds(5)) > 0 ? pause : pause.multipliedBy(2);
            }
        }
        throw new PackageMoveException(
                MoveProblem.TARGET_STALLED,
                "The target cloud did not read the package's descriptor in time. Look at the template in the target"
                        + " catalog, then try again.");
    }

    private boolean give(ObjectId template, byte[] descriptor) throws InterruptedException {
        try {
            catalogs.putDescriptor(template, descriptor);
            return true;
        } catch (CloudException e) {
            if (!Patience.worthRepeating(e)) {
                throw e;
            }
            // the next look at the state tells whether it has arrived all the same
            waiter.await(e.retryAfter().orElse(options.firstWait()));
            return false;
        }
    }

    private static boolean knowsAll(Catalogs.Upload upload, Contents contents) {
        return contents.files().keySet().stream()
                .allMatch(name -> upload.files().stream().anyMatch(f -> f.name().equals(name)));
    }

    private void file(ObjectId template, Catalogs.UploadFile wanted, Contents contents) throws InterruptedException {
        String name = wanted.name();
        PackageFile file = contents.files().get(name);
        byte[] small = contents.small().get(name);
        if (file != null) {
            meter.resumed(MoveProgress.Phase.UPLOAD, name, Math.min(wanted.received(), file.size()));
            send(template, name, wanted.received(), file.size(), true, at -> pieces.from(name, at, file.size()));
        } else if (small != null) {
            send(
                    template,
                    name,
                    wanted.received(),
                    small.length,
                    false,
                    at -> Arrays.copyOfRange(small, (int) at, small.length));
        } else if (wanted.received() < wanted.size() || wanted.size() < 0) {
            throw new PackageMoveException(
                    MoveProblem.TARGET_REFUSED,
                    "The target cloud asks for the file " + name + ", which the package does not have.");
        }
    }

    private interface PieceAt {
        byte[] from(long offset);
    }

    private void send(ObjectId template, String name, long received, long size, boolean counted, PieceAt piece)
            throws InterruptedException {
        Patience patience = new Patience(options, waiter);
        long at = received;
        while (at < size) {
            Patience.stopIfInterrupted();
            byte[] bytes = piece.from(at);
            if (bytes.length < size && !target.capabilities().contains(Capability.RANGED_UPLOAD)) {
                throw new PackageMoveException(
                        MoveProblem.UNSUPPORTED,
                        "The target cloud takes files only whole, and " + name + " of " + size
                                + " bytes is larger than one piece. Raise the chunk size.");
            }
            long next;
            try {
                catalogs.putFile(template, name, at, bytes, bytes.length, size);
                next = at + bytes.length;
            } catch (CloudException e) {
                next = afterFailure(template, name, at, size, e, patience);
            }
            if (next > at) {
                patience.progressed();
            }
            if (counted) {
                meter.done(MoveProgress.Phase.UPLOAD, name, next - at);
            }
            at = next;
        }
        if (at > size) {
            throw new PackageMoveException(
                    MoveProblem.TARGET_REFUSED,
                    "The target cloud has more bytes of the file " + name
                            + " than the package. Delete the template in the target catalog and try again.");
        }
    }

    /** The outcome of a piece is unknown: the cloud tells how much it has. */
    private long afterFailure(ObjectId template, String name, long at, long size, CloudException e, Patience patience)
            throws InterruptedException {
        if (!Patience.worthRepeating(e) && e.category() != CloudException.Category.CONFLICT) {
            throw e;
        }
        LOG.info("event=upload-interrupted file={} bytes={} reason=\"{}\"", name, at, e.getMessage());
        if (!patience.pause(e.retryAfter())) {
            throw new PackageMoveException(
                    MoveProblem.TARGET_STALLED,
                    "The target cloud stopped taking the file " + name + " after " + at + " bytes: " + e.getMessage()
                            + " Check the connection and try again; the upload goes on where it stopped.",
                    e);
        }
        Catalogs.Upload upload = state(template);
        // a cloud that has everything imports it and asks for no file any more
        boolean complete = upload.state() == Catalogs.State.READY
                || !upload.descriptorWanted() && upload.files().isEmpty();
        return upload.files().stream()
                .filter(f -> f.name().equals(name))
                .mapToLong(Catalogs.UploadFile::received)
                .findFirst()
                .orElse(complete ? size : at);
    }

    private Catalogs.Upload state(ObjectId template) throws InterruptedException {
        Catalogs.Upload upload = repeating(() -> catalogs.upload(template));
        if (upload.state() == Catalogs.State.FAILED) {
            throw new PackageMoveException(
                    MoveProblem.TARGET_REFUSED,
                    "The target cloud has given up the upload: "
                            + upload.failure().orElse("it gives no reason") + ".");
        }
        return upload;
    }

    /** Makes a call that is safe to repeat. */
    private <T> T repeating(Supplier<T> call) throws InterruptedException {
        Patience patience = new Patience(options, waiter);
        while (true) {
            Patience.stopIfInterrupted();
            try {
                return call.get();
            } catch (CloudException e) {
                if (!Patience.worthRepeating(e) || !patience.pause(e.retryAfter())) {
                    throw e;
                }
            }
        }
    }
}
