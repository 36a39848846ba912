package org.stretchdeploy.ovf.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Compares the grain tables of a disk with the places where its grains were really found.
 *
 * <p>Only one table is held at a time, plus one checksum for each table of the stream, so that memory grows with the
 * stream that was really sent and not with what a header claims.
 */
final class GrainTables {
    private static final long EMPTY = checksum(new byte[SparseHeader.TABLE_ENTRIES * 4]);

    private final int[] current = new int[SparseHeader.TABLE_ENTRIES];
    private final Map<Integer, Long> found = new HashMap<>();
    private final Map<Integer, Long> claimedAt = new HashMap<>();
    private int currentTable = -1;

    /** Notes a grain. Grains come with rising index. */
    void grain(long index, long sector) {
        int table = (int) (index / SparseHeader.TABLE_ENTRIES);
        if (table != currentTable) {
            close();
            currentTable = table;
        }
        current[(int) (index % SparseHeader.TABLE_ENTRIES)] = (int) sector;
    }

    /** Notes a grain table that the disk holds at a sector. */
    void table(long sector, byte[] entries) {
        claimedAt.put((int) sector, checksum(entries));
    }

    /** Checks one entry of the grain directory after the last grain. */
    void directoryEntry(int table, int sector) throws IOException {
        close();
        long expected = found.getOrDefault(table, EMPTY);
        Long claimed = sector == 0 ? Long.valueOf(EMPTY) : claimedAt.get(sector);
        if (claimed == null || claimed != expected) {
            throw SparseHeader.damaged("its grain table " + table + " does not fit its grains");
        }
    }

    private void close() {
        if (currentTable < 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(current.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(current);
        found.put(currentTable, checksum(bytes.array()));
        Arrays.fill(current, 0);
        currentTable = -1;
    }

    private static long checksum(byte[] entries) {
        CRC32 crc = new CRC32();
        crc.update(entries);
        return crc.getValue();
    }
}
