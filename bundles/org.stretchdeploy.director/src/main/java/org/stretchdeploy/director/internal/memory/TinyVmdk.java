package org.stretchdeploy.director.internal.memory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The smallest stream-optimized VMDK: header, descriptor, an empty grain directory with its tables, footer. Layout after
 * VMware's "Virtual Disk Format 5.0", section "Stream-Optimized Compressed Sparse Extents".
 */
final class TinyVmdk {
    private static final int SECTOR = 512;
    private static final int MAGIC = 0x564d444b;
    private static final int GRAIN_SECTORS = 128;
    private static final int GTES_PER_GT = 512;
    private static final long GD_AT_END = -1L;
    private static final int MARKER_END = 0;
    private static final int MARKER_GD = 2;
    private static final int MARKER_FOOTER = 3;

    private TinyVmdk() {}

    /** An empty disk; its size is rounded up to whole grains. */
    static byte[] empty(long capacityBytes) {
        long grainBytes = (long) GRAIN_SECTORS * SECTOR;
        long sectors = (capacityBytes + grainBytes - 1) / grainBytes * GRAIN_SECTORS;
        long tables = (sectors + (long) GRAIN_SECTORS * GTES_PER_GT - 1) / ((long) GRAIN_SECTORS * GTES_PER_GT);
        int directorySectors = (int) ((tables * 4 + SECTOR - 1) / SECTOR);
        byte[] descriptor = padded(descriptor(sectors).getBytes(StandardCharsets.US_ASCII), 20 * SECTOR);
        int overhead = GRAIN_SECTORS;
        // The directory follows the overhead and its own marker; all its entries are 0: no table, no data.
        long directoryOffset = overhead + 1L;
        ByteBuffer out = ByteBuffer.allocate((overhead + 1 + directorySectors + 3) * SECTOR)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(header(sectors, GD_AT_END, overhead));
        out.position(SECTOR);
        out.put(descriptor);
        out.position(overhead * SECTOR);
        marker(out, directorySectors, MARKER_GD);
        out.position(out.position() + directorySectors * SECTOR);
        marker(out, 1, MARKER_FOOTER);
        int footer = out.position();
        out.put(header(sectors, directoryOffset, overhead));
        out.position(footer + SECTOR);
        marker(out, 0, MARKER_END);
        return out.array();
    }

    private static void marker(ByteBuffer out, long sectors, int type) {
        int start = out.position();
        out.putLong(sectors).putInt(0).putInt(type);
        out.position(start + SECTOR);
    }

    private static byte[] header(long capacitySectors, long directoryOffset, long overhead) {
        ByteBuffer header = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(MAGIC).putInt(3).putInt(0x30001);
        header.putLong(capacitySectors).putLong(GRAIN_SECTORS);
        header.putLong(1).putLong(20);
        header.putInt(GTES_PER_GT);
        header.putLong(0).putLong(directoryOffset).putLong(overhead);
        header.put((byte) 0).put((byte) '\n').put((byte) ' ').put((byte) '\r').put((byte) '\n');
        header.putShort((short) 1);
        return header.array();
    }

    private static String descriptor(long sectors) {
        return "# Disk DescriptorFile\nversion=1\nCID=7e5b80a7\nparentCID=ffffffff\ncreateType=\"streamOptimized\"\n\n"
                + "# Extent description\nRDONLY " + sectors + " SPARSE \"disk.vmdk\"\n\n# The Disk Data Base\n#DDB\n\n"
                + "ddb.virtualHWVersion = \"4\"\nddb.geometry.cylinders = \"" + Math.max(1, sectors / 1008)
                + "\"\nddb.geometry.heads = \"16\"\nddb.geometry.sectors = \"63\"\nddb.adapterType = \"lsilogic\"\n";
    }

    private static byte[] padded(byte[] bytes, int length) {
        return java.util.Arrays.copyOf(bytes, length);
    }

    /** Size of the disk in bytes: from the header when there is one, else the size of the file. */
    static long capacity(Path file) throws IOException {
        byte[] start = new byte[20];
        try (InputStream in = Files.newInputStream(file)) {
            int n = in.readNBytes(start, 0, start.length);
            ByteBuffer header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
            if (n == start.length && header.getInt(0) == MAGIC) {
                return header.getLong(12) * SECTOR;
            }
        }
        return Files.size(file);
    }
}
