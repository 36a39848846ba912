package org.stretchdeploy.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.catalog.internal.ChunkJournal;
import org.stretchdeploy.catalog.internal.ChunkJournal.Chunk;
import org.stretchdeploy.ovf.pack.Digest;
import org.stretchdeploy.ovf.pack.DigestAlgorithm;

/** Gives the pieces of a staged package's files; a piece that the journal knows is checked before it is given. */
final class PackagePieces {
    private final Path folder;
    private final Optional<ChunkJournal> journal;
    private final int pieceBytes;

    PackagePieces(Path folder, Optional<ChunkJournal> journal, int pieceBytes) {
        this.folder = folder;
        this.journal = journal;
        this.pieceBytes = journal.map(ChunkJournal::chunkBytes).orElse(pieceBytes);
    }

    /** The bytes of a file from an offset to the end of its chunk. */
    byte[] from(String name, long offset, long size) {
        Chunk chunk = journal.flatMap(j -> j.chunks(name).stream()
                        .filter(c -> c.offset() <= offset && offset < c.offset() + c.length())
                        .findFirst())
                .orElse(new Chunk(offset, (int) Math.min(pieceBytes, size - offset), ""));
        byte[] bytes = Staging.onDisk(() -> read(folder.resolve(name), chunk));
        if (!chunk.sha256().isEmpty()
                && !Digest.over(DigestAlgorithm.SHA256, bytes).hex().equals(chunk.sha256())) {
            throw new PackageMoveException(
                    MoveProblem.BAD_PACKAGE,
                    "The file " + name + " was damaged in the staging folder. Move the package again; only the damaged"
                            + " part is copied anew.");
        }
        int skip = (int) (offset - chunk.offset());
        return skip == 0 ? bytes : Arrays.copyOfRange(bytes, skip, bytes.length);
    }

    private static byte[] read(Path path, Chunk chunk) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(chunk.length());
        try (FileChannel file = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (into.hasRemaining()) {
                if (file.read(into, chunk.offset() + into.position()) < 0) {
                    throw new IOException(path.getFileName() + " is shorter than it was");
                }
            }
        }
        return into.array();
    }
}
