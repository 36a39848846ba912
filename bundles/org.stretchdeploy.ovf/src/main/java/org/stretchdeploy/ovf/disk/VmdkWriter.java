package org.stretchdeploy.ovf.disk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.zip.Deflater;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * Writes a streamOptimized VMDK (VMware Virtual Disk Format 5.0) in one pass, grain by grain; grains that are all zero
 * are left out. Memory does not depend on the size of the disk, but for four bytes per 32 MiB.
 *
 * <p>The same contents and level always give the same bytes, whatever the number of threads. Not thread-safe.
 */
public final class VmdkWriter {
    private static final int GRAIN = SparseHeader.GRAIN_SECTORS * SparseHeader.SECTOR;
    private static final byte[] ZEROS = new byte[GRAIN];
    private static final int MARKER_TABLE = 1;
    private static final int MARKER_DIRECTORY = 2;
    private static final int MARKER_FOOTER = 3;

    private final OutputStream out;
    private final VmdkOptions options;
    private final SparseHeader header;
    private final long capacityBytes;
    private final int[] directory;
    private final int[] table = new int[SparseHeader.TABLE_ENTRIES];
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Deque<Deflater> deflaters = new ArrayDeque<>();
    private byte[] grain = new byte[GRAIN];
    private int filled;
    private long position;
    private int currentTable = -1;
    private long sector;
    private long grains;

    private record Pending(long index, Future<byte[]> compressed) {}

    /**
     * Begins a disk.
     *
     * @param out where the VMDK goes; not closed
     * @param capacityBytes size of the disk, rounded up to a sector of 512 bytes
     */
    public VmdkWriter(OutputStream out, long capacityBytes, VmdkOptions options) throws IOException {
        if (capacityBytes < 0 || capacityBytes > SparseHeader.MAX_CAPACITY * SparseHeader.SECTOR) {
            throw new IllegalArgumentException("capacity out of range: " + capacityBytes);
        }
        this.out = out;
        this.options = options;
        this.capacityBytes = capacityBytes;
        long sectors = (capacityBytes + SparseHeader.SECTOR - 1) / SparseHeader.SECTOR;
        this.header = SparseHeader.streamOptimized(sectors, SparseHeader.AT_END);
        this.directory = new int[header.tables()];
        emit(header.toBytes());
        emit(VmdkDescriptor.write(sectors, options.adapterType(), (int) header.descriptorSize()));
        pad(header.overhead());
    }

    /**
     * Writes a whole disk from a stream that holds exactly {@code capacityBytes} bytes.
     *
     * @throws EOFException if the stream holds fewer bytes
     */
    public static VmdkSummary write(InputStream raw, long capacityBytes, OutputStream out, VmdkOptions options)
            throws IOException {
        VmdkWriter writer = new VmdkWriter(out, capacityBytes, options);
        try {
            byte[] buffer = new byte[GRAIN];
            int read = raw.readNBytes(buffer, 0, buffer.length);
            while (read > 0) {
                writer.write(buffer, 0, read);
                read = raw.readNBytes(buffer, 0, buffer.length);
            }
            return writer.finish();
        } finally {
            writer.abandon();
        }
    }

    /** Appends contents of the disk. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > capacityBytes - position) {
            throw new OvfException(
                    OvfProblem.SIZE_MISMATCH,
                    "The disk has more contents than its capacity of " + capacityBytes + " bytes.");
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            int part = Math.min(left, GRAIN - filled);
            System.arraycopy(bytes, from, grain, filled, part);
            filled += part;
            position += part;
            from += part;
            left -= part;
            if (filled == GRAIN) {
                grainDone();
            }
        }
    }

    /** Appends zeros, quickly when they cover whole grains. */
    public void skip(long length) throws IOException {
        if (length < 0 || length > capacityBytes - position) {
            throw new IllegalArgumentException("cannot skip " + length + " bytes at " + position);
        }
        long left = length;
        while (left > 0) {
            if (filled == 0 && left >= GRAIN) {
                long whole = left / GRAIN * GRAIN;
                position += whole;
                left -= whole;
            } else {
                int part = (int) Math.min(left, GRAIN - filled);
                write(ZEROS, 0, part);
                left -= part;
            }
        }
    }

    /**
     * Ends the disk.
     *
     * @throws EOFException if fewer bytes were written than the capacity
     */
    public VmdkSummary finish() throws IOException {
        if (position < capacityBytes) {
            throw new EOFException("The disk ends after " + position + " of " + capacityBytes + " bytes.");
        }
        if (filled > 0) {
            Arrays.fill(grain, filled, GRAIN, (byte) 0);
            position += GRAIN - filled;
            grainDone();
        }
        while (!pending.isEmpty()) {
            emitOldest();
        }
        flushTable();
        ByteBuffer entries = ByteBuffer.allocate(sectors(directory.length * 4L) * SparseHeader.SECTOR)
                .order(ByteOrder.LITTLE_ENDIAN);
        entries.asIntBuffer().put(directory);
        long directoryAt = metadata(MARKER_DIRECTORY, entries.array());
        metadata(
                MARKER_FOOTER,
                SparseHeader.streamOptimized(header.capacity(), directoryAt).toBytes());
        emit(new byte[SparseHeader.SECTOR]);
        out.flush();
        abandon();
        return new VmdkSummary(
                header.capacity() * SparseHeader.SECTOR, grains, grains * GRAIN, sector * SparseHeader.SECTOR);
    }

    private void abandon() {
        pending.forEach(p -> p.compressed().cancel(true));
        pending.clear();
        synchronized (deflaters) {
            deflaters.forEach(Deflater::end);
            deflaters.clear();
        }
    }

    private void grainDone() throws IOException {
        long index = (position - 1) / GRAIN;
        filled = 0;
        if (Arrays.equals(grain, ZEROS)) {
            return;
        }
        grains++;
        if (options.threads() == 1) {
            emitGrain(index, deflate(grain));
            return;
        }
        byte[] full = grain;
        grain = new byte[GRAIN];
        pending.add(new Pending(index, options.executor().orElseThrow().submit(() -> deflate(full))));
        if (pending.size() > 2 * options.threads()) {
            emitOldest();
        }
    }

    private void emitOldest() throws IOException {
        Pending oldest = pending.remove();
        try {
            emitGrain(oldest.index(), oldest.compressed().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing a disk");
        } catch (ExecutionException e) {
            throw new IOException("compressing a disk failed", e.getCause());
        }
    }

    private byte[] deflate(byte[] contents) {
        Deflater deflater;
        synchronized (deflaters) {
            deflater = deflaters.isEmpty() ? new Deflater(options.level()) : deflaters.pop();
        }
        deflater.setInput(contents);
        deflater.finish();
        byte[] compressed = new byte[GRAIN + 1024];
        int length = deflater.deflate(compressed);
        if (!deflater.finished()) {
            throw new IllegalStateException("a grain grew by more than deflate allows");
        }
        deflater.reset();
        synchronized (deflaters) {
            deflaters.push(deflater);
        }
        return Arrays.copyOf(compressed, length);
    }

    private void emitGrain(long index, byte[] compressed) throws IOException {
        int tableIndex = (int) (index / SparseHeader.TABLE_ENTRIES);
        if (tableIndex != currentTable) {
            flushTable();
            currentTable = tableIndex;
        }
        table[(int) (index % SparseHeader.TABLE_ENTRIES)] = (int) sector;
        int sectors = sectors(12L + compressed.length);
        ByteBuffer block = ByteBuffer.allocate(sectors * SparseHeader.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        block.putLong(index * SparseHeader.GRAIN_SECTORS)
                .putInt(compressed.length)
                .put(compressed);
        emit(block.array());
    }

    private void flushTable() throws IOException {
        if (currentTable < 0) {
            return;
        }
        ByteBuffer entries = ByteBuffer.allocate(table.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        entries.asIntBuffer().put(table);
        directory[currentTable] = (int) metadata(MARKER_TABLE, entries.array());
        Arrays.fill(table, 0);
        currentTable = -1;
    }

    /** Writes a marker and what it announces; tells the sector of the latter. */
    private long metadata(int type, byte[] contents) throws IOException {
        ByteBuffer marker = ByteBuffer.allocate(SparseHeader.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        marker.putLong(contents.length / SparseHeader.SECTOR).putInt(0).putInt(type);
        emit(marker.array());
        long at = sector;
        emit(contents);
        return at;
    }

    private void emit(byte[] wholeSectors) throws IOException {
        out.write(wholeSectors);
        sector += wholeSectors.length / SparseHeader.SECTOR;
        if (sector > SparseHeader.MAX_STREAM_SECTORS) {
            throw new OvfException(
                    OvfProblem.TOO_LARGE,
                    "The disk does not fit in a streamOptimized VMDK: it compresses to over 2 TiB.");
        }
    }

    private void pad(long toSector) throws IOException {
        emit(new byte[(int) (toSector - sector) * SparseHeader.SECTOR]);
    }

    private static int sectors(long bytes) {
        return (int) ((bytes + SparseHeader.SECTOR - 1) / SparseHeader.SECTOR);
    }
}
