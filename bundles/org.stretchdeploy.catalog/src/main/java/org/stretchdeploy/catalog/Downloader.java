package org.stretchdeploy.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.catalog.internal.ChunkJournal;
import org.stretchdeploy.catalog.internal.ChunkJournal.Chunk;
import org.stretchdeploy.ovf.pack.Digest;
import org.stretchdeploy.ovf.pack.DigestAlgorithm;
import org.stretchdeploy.ovf.pack.Manifest;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;

/** Copies the files of an open export into a folder, going on from what the journal and the disk agree on. */
final class Downloader {
    private static final Logger LOG = LoggerFactory.getLogger(Downloader.class);
    private static final Set<OpenOption> OPEN = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final Catalogs source;
    private final ObjectId template;
    private final Path folder;
    private final ChunkJournal journal;
    private final Optional<Manifest> manifest;
    private final long maxFileBytes;
    private final Patience patience;
    private final ProgressMeter meter;
    private final byte[] buffer;

    /** The file that is being copied. */
    private static final class Copy {
        final String name;
        final OptionalLong size;
        final FileChannel file;
        final Map<DigestAlgorithm, MessageDigest> digests = new EnumMap<>(DigestAlgorithm.class);
        long at;

        Copy(String name, OptionalLong size, FileChannel file) {
            this.name = name;
            this.size = size;
            this.file = file;
        }

        void update(byte[] bytes, int length) {
            digests.values().forEach(d -> d.update(bytes, 0, length));
        }
    }

    Downloader(
            Catalogs source,
            ObjectId template,
            Path folder,
            ChunkJournal journal,
            Optional<Manifest> manifest,
            long maxFileBytes,
            Patience patience,
            ProgressMeter meter) {
        this.source = source;
        this.template = template;
        this.folder = folder;
        this.journal = journal;
        this.manifest = manifest;
        this.maxFileBytes = maxFileBytes;
        this.patience = patience;
        this.meter = meter;
        this.buffer = new byte[journal.chunkBytes()];
    }

    /**
     * Copies one file and checks it against the source's manifest.
     *
     * @param size bytes, when the descriptor tells
     * @return what is in the folder now
     */
    ChunkJournal.Done copy(String name, OptionalLong size) throws InterruptedException {
        FileChannel file = Staging.onDisk(() -> FileChannel.open(folder.resolve(name), OPEN));
        try {
            Copy copy = new Copy(name, size, file);
            copy.digests.put(DigestAlgorithm.SHA256, DigestAlgorithm.SHA256.newDigest());
            Optional<Digest> listed = manifest.flatMap(m -> m.digest(name));
            listed.ifPresent(d -> copy.digests.computeIfAbsent(d.algorithm(), DigestAlgorithm::newDigest));
            boolean complete = resume(copy);
            if (!complete) {
                fetch(copy);
            }
            return finish(copy, listed, complete);
        } finally {
            Staging.onDisk(() -> {
                file.close();
                return null;
            });
        }
    }

    /** Reads what an earlier try has left, keeps what agrees with the journal; true when that is the whole file. */
    private boolean resume(Copy copy) throws InterruptedException {
        for (Chunk chunk : journal.chunks(copy.name)) {
            Patience.stopIfInterrupted();
            if (chunk.offset() != copy.at || chunk.length() > buffer.length || !onDisk(copy, chunk)) {
                break;
            }
            copy.update(buffer, chunk.length());
            copy.at += chunk.length();
            meter.resumed(MoveProgress.Phase.RESUME, copy.name, chunk.length());
        }
        Optional<ChunkJournal.Done> done = journal.done(copy.name);
        if (done.isPresent() && done.get().size() == copy.at && Staging.onDisk(copy.file::size) == copy.at) {
            return true;
        }
        Staging.onDisk(() -> {
            if (!journal.chunks(copy.name).isEmpty()) {
                journal.cut(copy.name, copy.at);
            }
            copy.file.truncate(copy.at);
            copy.file.position(copy.at);
            return null;
        });
        if (copy.at > 0) {
            LOG.info("event=copy-resumed file={} bytes={}", copy.name, copy.at);
        }
        return false;
    }

    private boolean onDisk(Copy copy, Chunk chunk) {
        return Staging.onDisk(() -> {
            ByteBuffer into = ByteBuffer.wrap(buffer, 0, chunk.length());
            while (into.hasRemaining()) {
                if (copy.file.read(into, chunk.offset() + into.position()) < 0) {
                    return false;
                }
            }
            return sha256(chunk.length()).equals(chunk.sha256());
        });
    }

    private void fetch(Copy copy) throws InterruptedException {
        boolean ended = false;
        while (!ended) {
            long before = copy.at;
            Optional<Duration> asked = Optional.empty();
            String reason = "the connection ended early";
            try (InputStream in = source.read(template, copy.name, copy.at)) {
                ended = readAll(copy, in);
            } catch (IOException e) {
                Patience.stopIfInterrupted();
                reason = String.valueOf(e.getMessage());
            } catch (CloudException e) {
                if (!Patience.worthRepeating(e)) {
                    throw e;
                }
                asked = e.retryAfter();
                reason = String.valueOf(e.getMessage());
            }
            if (copy.at > before) {
                patience.progressed();
            }
            if (!ended) {
                LOG.info("event=copy-interrupted file={} bytes={} reason=\"{}\"", copy.name, copy.at, reason);
                if (!patience.pause(asked)) {
                    throw new PackageMoveException(
                            MoveProblem.SOURCE_STALLED,
                            "The source cloud stopped giving the file " + copy.name + " after " + copy.at
                                    + " bytes: " + reason + ". Check the connection and try again; the copy goes on"
                                    + " where it stopped.");
                }
            }
        }
        patience.progressed();
    }

    /** Reads to the end of the stream; true when the file is complete then. */
    private boolean readAll(Copy copy, InputStream in) throws IOException, InterruptedException {
        while (true) {
            Patience.stopIfInterrupted();
            int filled = 0;
            int read = 0;
            IOException broken = null;
            try {
                while (filled < buffer.length && read >= 0) {
                    filled += read;
                    read = in.read(buffer, filled, buffer.length - filled);
                }
            } catch (IOException e) {
                broken = e;
            }
            if (filled > 0) {
                keep(copy, filled);
            }
            if (broken != null) {
                throw broken;
            }
            if (read < 0) {
                return copy.size.isEmpty() || copy.at == copy.size.getAsLong();
            }
        }
    }

    private void keep(Copy copy, int length) {
        long end = copy.at + length;
        if (end > maxFileBytes || copy.size.isPresent() && end > copy.size.getAsLong()) {
            throw new PackageMoveException(
                    MoveProblem.BAD_PACKAGE,
                    "The source cloud gives more bytes for the file " + copy.name
                            + " than its descriptor says or than is allowed here. Export the template again.");
        }
        Staging.onDisk(() -> {
            ByteBuffer from = ByteBuffer.wrap(buffer, 0, length);
            while (from.hasRemaining()) {
                copy.file.write(from);
            }
            // nothing is forced to the disk: the next try, and the transfer, believe only what has the right digest
            journal.chunk(copy.name, new Chunk(copy.at, length, sha256(length)));
            return null;
        });
        copy.update(buffer, length);
        copy.at = end;
        meter.done(MoveProgress.Phase.DOWNLOAD, copy.name, length);
    }

    private ChunkJournal.Done finish(Copy copy, Optional<Digest> listed, boolean wasComplete) {
        Map<DigestAlgorithm, Digest> digests = new EnumMap<>(DigestAlgorithm.class);
        copy.digests.forEach((algorithm, digest) -> digests.put(algorithm, Digest.of(algorithm, digest.digest())));
        if (listed.isPresent() && !listed.get().equals(digests.get(listed.get().algorithm()))) {
            Staging.onDisk(() -> {
                journal.cut(copy.name, 0);
                return null;
            });
            throw new PackageMoveException(
                    MoveProblem.BAD_PACKAGE,
                    "The file " + copy.name + " is not the one that the source cloud's manifest describes."
                            + " Export the template again.");
        }
        ChunkJournal.Done done = new ChunkJournal.Done(
                copy.at, digests.get(DigestAlgorithm.SHA256).hex());
        if (!wasComplete) {
            Staging.onDisk(() -> {
                journal.done(copy.name, done);
                return null;
            });
        }
        return done;
    }

    private String sha256(int length) {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        digest.update(buffer, 0, length);
        return Digest.of(DigestAlgorithm.SHA256, digest.digest()).hex();
    }
}
