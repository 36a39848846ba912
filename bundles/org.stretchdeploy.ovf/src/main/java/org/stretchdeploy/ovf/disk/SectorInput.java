package org.stretchdeploy.ovf.disk;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A stream read in sectors, which knows where it stands. */
final class SectorInput {
    private final InputStream in;
    private final byte[] skipped = new byte[SparseHeader.SECTOR];
    private long position;

    SectorInput(InputStream in) {
        this.in = in;
    }

    /** The next sector to be read. */
    long position() {
        return position;
    }

    /** The first sector, or less when the file is shorter. */
    byte[] headSector() throws IOException {
        position = 1;
        return in.readNBytes(SparseHeader.SECTOR);
    }

    /** Reads whole sectors that must be there. */
    byte[] sectors(int count) throws IOException {
        byte[] bytes = in.readNBytes(count * SparseHeader.SECTOR);
        if (bytes.length < count * SparseHeader.SECTOR) {
            throw truncated();
        }
        position += count;
        return bytes;
    }

    /** Reads whole sectors into a buffer. */
    void sectors(byte[] into, int offset, int count) throws IOException {
        if (in.readNBytes(into, offset, count * SparseHeader.SECTOR) < count * SparseHeader.SECTOR) {
            throw truncated();
        }
        position += count;
    }

    /** Reads one sector, or nothing when the stream ends exactly here. */
    Optional<byte[]> nextOrEnd() throws IOException {
        byte[] bytes = in.readNBytes(SparseHeader.SECTOR);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        if (bytes.length < SparseHeader.SECTOR) {
            throw truncated();
        }
        position++;
        return Optional.of(bytes);
    }

    void skipTo(long sector) throws IOException {
        if (sector < position) {
            throw SparseHeader.damaged("its parts overlap");
        }
        while (position < sector) {
            sectors(skipped, 0, 1);
        }
    }

    static IOException truncated() {
        return SparseHeader.damaged("it ends too early");
    }
}
