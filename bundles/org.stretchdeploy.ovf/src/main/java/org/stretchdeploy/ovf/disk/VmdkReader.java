package org.stretchdeploy.ovf.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * Reads a streamOptimized VMDK in one pass, from a stream that need not be seekable.
 *
 * <p>Nothing in the file is believed: every marker, offset, table and size is checked, a grain never inflates beyond
 * its size, and the disk counts as read only when its tables match its grains. Not thread-safe.
 */
public final class VmdkReader {
    private final SectorInput in;
    private final RawSink sink;
    private final GrainTables tables = new GrainTables();
    private final Inflater inflater = new Inflater();
    private SparseHeader header;
    private byte[] compressed;
    private byte[] contents;
    private int[] frontDirectory = new int[0];
    private long nextGrain;
    private long grains;
    private long directoryAt;
    private boolean footerSeen;

    private VmdkReader(InputStream in, RawSink sink) {
        this.in = new SectorInput(in);
        this.sink = sink;
    }

    /**
     * Reads a whole disk.
     *
     * @param vmdk the VMDK, read to its end, not closed
     * @param sink takes the contents; what it got is worth nothing unless this method returns
     * @param maxCapacityBytes largest disk to accept
     * @throws OvfException if the disk is damaged, too large or of another kind
     */
    public static VmdkSummary read(InputStream vmdk, RawSink sink, long maxCapacityBytes) throws IOException {
        VmdkReader reader = new VmdkReader(vmdk, sink);
        try {
            return reader.run(maxCapacityBytes);
        } finally {
            reader.inflater.end();
        }
    }

    private VmdkSummary run(long maxCapacityBytes) throws IOException {
        VmdkInspector.Opened opened = VmdkInspector.Opened.open(in);
        header = opened.header();
        long capacity = opened.info().capacityBytes();
        if (capacity > maxCapacityBytes) {
            throw new OvfException(
                    OvfProblem.TOO_LARGE,
                    "The disk has " + capacity + " bytes; at most " + maxCapacityBytes + " are allowed here.");
        }
        contents = new byte[header.grainBytes()];
        compressed = new byte[(2 + 2 * (int) header.grainSize()) * SparseHeader.SECTOR];
        sink.begin(capacity);
        if (header.directoryOffset() != SparseHeader.AT_END) {
            frontTables();
        }
        in.skipTo(header.overhead());
        Optional<byte[]> marker = in.nextOrEnd();
        while (marker.isPresent() && block(marker.get())) {
            marker = in.nextOrEnd();
        }
        end(marker.isPresent());
        sink.finish();
        return new VmdkSummary(capacity, grains, grains * header.grainBytes(), in.position() * SparseHeader.SECTOR);
    }

    /** Handles what a marker announces; false when it is the last one. */
    private boolean block(byte[] marker) throws IOException {
        ByteBuffer fields = ByteBuffer.wrap(marker).order(ByteOrder.LITTLE_ENDIAN);
        long value = fields.getLong();
        int size = fields.getInt();
        int type = fields.getInt();
        if (size != 0) {
            grain(value, size, marker);
            return true;
        }
        switch (type) {
            case 0 -> {
                if (value != 0) {
                    throw SparseHeader.damaged("its end is marked wrongly");
                }
                return false;
            }
            case 1 -> {
                requireSectors(value, SparseHeader.TABLE_ENTRIES * 4 / SparseHeader.SECTOR, "grain table");
                tables.table(in.position(), in.sectors((int) value));
            }
            case 2 -> directory(value);
            case 3 -> footer(value);
            default -> throw SparseHeader.damaged("it has a marker of the unknown type " + type);
        }
        return true;
    }

    private void grain(long lba, int size, byte[] first) throws IOException {
        long at = in.position() - 1;
        if (directoryAt != 0) {
            throw SparseHeader.damaged("it has contents behind its directory");
        }
        if (lba < 0 || lba % header.grainSize() != 0 || lba >= header.capacity()) {
            throw SparseHeader.damaged("a grain lies outside the disk");
        }
        long index = lba / header.grainSize();
        if (index < nextGrain) {
            throw SparseHeader.damaged("its grains are not in rising order");
        }
        if (size < 0 || size > compressed.length - SparseHeader.SECTOR) {
            throw SparseHeader.damaged("a grain is larger than compression can make it");
        }
        System.arraycopy(first, 0, compressed, 0, SparseHeader.SECTOR);
        int more = (12 + size + SparseHeader.SECTOR - 1) / SparseHeader.SECTOR - 1;
        in.sectors(compressed, SparseHeader.SECTOR, more);
        int length = inflate(size);
        long offset = lba * SparseHeader.SECTOR;
        int wanted = (int) Math.min(contents.length, header.capacity() * SparseHeader.SECTOR - offset);
        if (length < wanted) {
            throw SparseHeader.damaged("a grain is shorter than it must be");
        }
        tables.grain(index, at);
        sink.write(offset, contents, wanted);
        nextGrain = index + 1;
        grains++;
    }

    private int inflate(int size) throws IOException {
        inflater.reset();
        inflater.setInput(compressed, 12, size);
        try {
            int length = inflater.inflate(contents);
            // a full buffer may leave only the check value to be read
            if (!inflater.finished() && inflater.inflate(new byte[1]) != 0) {
                throw SparseHeader.damaged("a grain inflates beyond its size");
            }
            if (!inflater.finished() || inflater.getRemaining() != 0) {
                throw SparseHeader.damaged("the compressed data of a grain end wrongly");
            }
            return length;
        } catch (DataFormatException e) {
            throw SparseHeader.damaged("a grain cannot be decompressed");
        }
    }

    private void directory(long sectors) throws IOException {
        requireSectors(sectors, directorySectors(), "grain directory");
        if (directoryAt != 0) {
            throw SparseHeader.damaged("it has two directories");
        }
        directoryAt = in.position();
        int left = header.tables();
        int table = 0;
        for (long i = 0; i < sectors; i++) {
            ByteBuffer entries = ByteBuffer.wrap(in.sectors(1)).order(ByteOrder.LITTLE_ENDIAN);
            for (; entries.hasRemaining() && left > 0; left--) {
                tables.directoryEntry(table++, entries.getInt());
            }
        }
    }

    private void footer(long sectors) throws IOException {
        requireSectors(sectors, 1, "footer");
        SparseHeader footer = SparseHeader.parse(in.sectors(1));
        if (footer.capacity() != header.capacity()
                || footer.grainSize() != header.grainSize()
                || footer.directoryOffset() != directoryAt) {
            throw SparseHeader.damaged("its footer does not fit its header");
        }
        footerSeen = true;
    }

    /** Reads the directory and tables that stand before the grains, as some writers place them. */
    private void frontTables() throws IOException {
        if (header.tables() > 1 << 22) {
            throw new OvfException(OvfProblem.TOO_LARGE, "The VMDK's directory is too large to be read as a stream.");
        }
        in.skipTo(header.directoryOffset());
        ByteBuffer entries = ByteBuffer.wrap(in.sectors(directorySectors())).order(ByteOrder.LITTLE_ENDIAN);
        frontDirectory = new int[header.tables()];
        entries.asIntBuffer().get(frontDirectory);
        for (int sector : frontDirectory) {
            if (sector != 0) {
                in.skipTo(Integer.toUnsignedLong(sector));
                tables.table(
                        Integer.toUnsignedLong(sector),
                        in.sectors(SparseHeader.TABLE_ENTRIES * 4 / SparseHeader.SECTOR));
            }
        }
    }

    private void end(boolean marked) throws IOException {
        if (header.directoryOffset() == SparseHeader.AT_END && !(marked && footerSeen)) {
            throw SectorInput.truncated();
        }
        for (int table = 0; table < frontDirectory.length; table++) {
            tables.directoryEntry(table, frontDirectory[table]);
        }
        Optional<byte[]> behind = in.nextOrEnd();
        while (behind.isPresent()) {
            for (byte b : behind.get()) {
                if (b != 0) {
                    throw SparseHeader.damaged("there is something behind its end");
                }
            }
            behind = in.nextOrEnd();
        }
    }

    private int directorySectors() {
        return (int) ((header.tables() * 4L + SparseHeader.SECTOR - 1) / SparseHeader.SECTOR);
    }

    private static void requireSectors(long value, int wanted, String what) throws IOException {
        if (value != wanted) {
            throw SparseHeader.damaged("its " + what + " has the wrong size");
        }
    }
}
