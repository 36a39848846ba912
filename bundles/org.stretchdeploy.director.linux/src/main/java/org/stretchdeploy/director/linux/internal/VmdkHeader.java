package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.stretchdeploy.director.host.HostException;

/**
 * Checks that a file is a self-contained streamOptimized VMDK before any other program opens it: a VMDK descriptor can
 * name other files of the machine as its extents or its parent, and a reader that follows them would hand their
 * content to whoever uploaded the descriptor. Layout: VMware Virtual Disk Format 5.0.
 *
 * @param capacityBytes size of the disk that the guest sees
 */
record VmdkHeader(long capacityBytes) {
    private static final int MAGIC = 0x564d444b;
    private static final int SECTOR = 512;
    private static final int FLAG_COMPRESSED = 1 << 16;
    private static final int FLAG_MARKERS = 1 << 17;
    private static final long AT_END = -1;
    private static final long CAPACITY_LIMIT = 62L << 40;
    private static final int DESCRIPTOR_LIMIT = 64 * 1024;

    static VmdkHeader read(Path vmdk) {
        try (FileChannel file = FileChannel.open(vmdk, StandardOpenOption.READ)) {
            ByteBuffer header = bytes(file, 0, SECTOR);
            long capacity = header(header, "header");
            long descriptorAt = header.getLong(28);
            long descriptorSize = header.getLong(36);
            if (descriptorAt <= 0
                    || descriptorSize <= 0
                    || descriptorSize > DESCRIPTOR_LIMIT / SECTOR
                    || descriptorAt > file.size() / SECTOR) {
                throw refused("its descriptor is missing or too large");
            }
            if (header.getLong(56) == AT_END) {
                // The last but one sector repeats the header; readers believe that copy.
                ByteBuffer footer = bytes(file, file.size() - 2L * SECTOR, SECTOR);
                if (header(footer, "footer") != capacity
                        || footer.getLong(28) != descriptorAt && footer.getLong(28) != 0) {
                    throw refused("its header and footer differ");
                }
            }
            ByteBuffer descriptor = bytes(file, descriptorAt * SECTOR, (int) descriptorSize * SECTOR);
            descriptor(StandardCharsets.ISO_8859_1.decode(descriptor).toString(), capacity);
            return new VmdkHeader(capacity * SECTOR);
        } catch (IOException e) {
            throw new HostException("Cannot read the disk " + vmdk.getFileName() + ": " + e.getMessage(), e);
        }
    }

    /** Checks the fixed part and returns the capacity in sectors. */
    private static long header(ByteBuffer header, String part) {
        if (header.getInt(0) != MAGIC) {
            throw refused("its " + part + " does not begin as one");
        }
        int version = header.getInt(4);
        int flags = header.getInt(8);
        if (version < 1 || version > 3 || (flags & FLAG_COMPRESSED) == 0 || (flags & FLAG_MARKERS) == 0) {
            throw refused("it is another kind of VMDK");
        }
        if (header.getShort(77) != 1) {
            throw refused("it is not compressed with deflate");
        }
        long capacity = header.getLong(12);
        if (capacity <= 0 || capacity > CAPACITY_LIMIT / SECTOR) {
            throw refused("its capacity of " + capacity + " sectors is not possible");
        }
        return capacity;
    }

    /** Checks that the embedded text names one extent, this very file, and no parent. */
    private static void descriptor(String text, long capacity) {
        List<String> extents = new ArrayList<>();
        boolean streamOptimized = false;
        int end = text.indexOf('\0');
        for (String line : (end < 0 ? text : text.substring(0, end)).split("\\R")) {
            String lower = line.strip().toLowerCase(Locale.ROOT);
            if (lower.matches("createtype\\s*=.*")) {
                streamOptimized = lower.replaceAll("\\s", "").equals("createtype=\"streamoptimized\"");
            } else if (lower.startsWith("parentfilenamehint")
                    || lower.matches("parentcid\\s*=.*") && !lower.matches("parentcid\\s*=\\s*f{8}")) {
                throw refused("it needs a parent disk");
            } else if (lower.matches("(rw|rdonly|noaccess)\\s.*")) {
                extents.add(lower);
            }
        }
        if (!streamOptimized) {
            throw refused("its descriptor is of another type");
        }
        if (extents.size() != 1
                || !extents.get(0).matches("(rw|rdonly)\\s+" + capacity + "\\s+sparse\\s+\"[^\"/\\\\]*\"")) {
            throw refused("its descriptor names other files or another size");
        }
    }

    private static ByteBuffer bytes(FileChannel file, long position, int length) throws IOException {
        if (position < 0 || position + length > file.size()) {
            throw refused("it is cut short");
        }
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, position + buffer.position()) < 0) {
                throw refused("it is cut short");
            }
        }
        return buffer.flip();
    }

    private static HostException refused(String why) {
        return new HostException("The disk is not a self-contained streamOptimized VMDK: " + why);
    }
}
