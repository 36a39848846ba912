package org.stretchdeploy.ovf.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * The 512-byte header of a hosted sparse extent (VMware Virtual Disk Format 5.0). Counts are sectors of 512 bytes.
 *
 * @param version 1 to 3
 * @param flags bit 0 newline test, bit 16 compressed grains, bit 17 markers
 * @param capacity size of the disk
 * @param grainSize sectors of one grain, a power of two
 * @param descriptorOffset where the embedded descriptor begins, 0 for none
 * @param descriptorSize its length
 * @param tableEntries entries in one grain table
 * @param directoryOffset where the grain directory begins; {@link #AT_END} when a footer tells
 * @param overhead where the first grain may begin
 * @param compression 0 none, 1 deflate
 */
record SparseHeader(
        int version,
        int flags,
        long capacity,
        long grainSize,
        long descriptorOffset,
        long descriptorSize,
        int tableEntries,
        long directoryOffset,
        long overhead,
        int compression) {
    static final int SECTOR = 512;
    static final int MAGIC = 0x564d444b;
    static final long AT_END = -1L;
    static final int STREAM_FLAGS = 0x30001;
    static final int COMPRESSED = 1 << 16;
    static final int MARKERS = 1 << 17;
    static final int GRAIN_SECTORS = 128;
    static final int TABLE_ENTRIES = 512;
    /** 2^42 bytes of compressed data are more than the format's 32-bit sector numbers reach: 2 TiB. */
    static final long MAX_STREAM_SECTORS = 0xffffffffL;
    /** Largest disk that is read or written: 64 TiB, beyond what the format's own tools accept (62 TiB). */
    static final long MAX_CAPACITY = 1L << 37;

    /** The header that our writer uses. */
    static SparseHeader streamOptimized(long capacitySectors, long directoryOffset) {
        return new SparseHeader(
                3,
                STREAM_FLAGS,
                capacitySectors,
                GRAIN_SECTORS,
                1,
                20,
                TABLE_ENTRIES,
                directoryOffset,
                GRAIN_SECTORS,
                1);
    }

    byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(version).putInt(flags).putLong(capacity).putLong(grainSize);
        out.putLong(descriptorOffset).putLong(descriptorSize).putInt(tableEntries);
        out.putLong(0).putLong(directoryOffset).putLong(overhead).put((byte) 0);
        out.put((byte) '\n').put((byte) ' ').put((byte) '\r').put((byte) '\n').putShort((short) compression);
        return out.array();
    }

    /** Reads a header and refuses every subformat but streamOptimized, and every number that makes no sense. */
    static SparseHeader parse(byte[] sector) throws OvfException {
        ByteBuffer in = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
        if (sector.length < SECTOR || in.getInt() != MAGIC) {
            throw new OvfException(
                    OvfProblem.UNSUPPORTED,
                    "The disk file is " + ImageKind.of(sector).description()
                            + ", not a streamOptimized VMDK. Convert it to streamOptimized first.");
        }
        int version = in.getInt();
        int flags = in.getInt();
        long capacity = in.getLong();
        long grainSize = in.getLong();
        long descriptorOffset = in.getLong();
        long descriptorSize = in.getLong();
        int tableEntries = in.getInt();
        in.getLong();
        long directoryOffset = in.getLong();
        long overhead = in.getLong();
        in.get();
        byte[] newline = new byte[4];
        in.get(newline);
        int compression = in.getShort() & 0xffff;
        SparseHeader header = new SparseHeader(
                version,
                flags,
                capacity,
                grainSize,
                descriptorOffset,
                descriptorSize,
                tableEntries,
                directoryOffset,
                overhead,
                compression);
        if (!Arrays.equals(newline, new byte[] {'\n', ' ', '\r', '\n'})) {
            throw damaged("its line ends were changed on the way; transfer it as binary");
        }
        header.check();
        return header;
    }

    private void check() throws OvfException {
        if (version < 1 || version > 3) {
            throw new OvfException(
                    OvfProblem.UNSUPPORTED, "The VMDK has version " + version + "; versions 1 to 3 are read.");
        }
        if ((flags & COMPRESSED) == 0 || (flags & MARKERS) == 0 || compression != 1) {
            throw new OvfException(
                    OvfProblem.UNSUPPORTED,
                    "The disk file is a sparse VMDK without compression. Convert it to streamOptimized first.");
        }
        if (capacity < 0 || capacity > MAX_CAPACITY) {
            throw damaged("its capacity is out of range");
        }
        if (grainSize < 8 || grainSize > 2048 || Long.bitCount(grainSize) != 1) {
            throw damaged("its grain size is out of range");
        }
        if (tableEntries != TABLE_ENTRIES) {
            throw damaged("its grain tables do not have 512 entries");
        }
        if (descriptorOffset < 0 || descriptorSize < 0 || descriptorOffset > 4096 || descriptorSize > 2048) {
            throw damaged("its descriptor is out of range");
        }
        if (overhead < 1 || overhead > MAX_STREAM_SECTORS) {
            throw damaged("its overhead is out of range");
        }
    }

    long grains() {
        return (capacity + grainSize - 1) / grainSize;
    }

    int tables() {
        return (int) ((grains() + tableEntries - 1) / tableEntries);
    }

    int grainBytes() {
        return (int) grainSize * SECTOR;
    }

    static OvfException damaged(String how) {
        return new OvfException(OvfProblem.BAD_DISK, "The VMDK is damaged: " + how + ". Export it again.");
    }
}
