package org.stretchdeploy.director.internal.cloud;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a package as one tar archive (ustar) without making it on disk. */
public final class OvaStream {
    private static final int BLOCK = 512;
    private static final long MAX_OCTAL_SIZE = 077777777777L;

    private OvaStream() {}

    /** One file of the archive. */
    public record Entry(String name, Path file, long size) {}

    public static long length(List<Entry> entries) {
        return entries.stream().mapToLong(e -> BLOCK + padded(e.size())).sum() + 2 * BLOCK;
    }

    private static long padded(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    public static void write(List<Entry> entries, OutputStream out) throws IOException {
        for (Entry entry : entries) {
            out.write(header(entry));
            Files.copy(entry.file(), out);
            out.write(new byte[(int) (padded(entry.size()) - entry.size())]);
        }
        out.write(new byte[2 * BLOCK]);
    }

    private static byte[] header(Entry entry) {
        byte[] header = new byte[BLOCK];
        put(header, 0, entry.name());
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        if (entry.size() <= MAX_OCTAL_SIZE) {
            put(header, 124, String.format("%011o\0", entry.size()));
        } else {
            // Larger sizes are written in base 256, which readers of GNU tar archives know.
            header[124] = (byte) 0x80;
            for (int i = 0; i < 8; i++) {
                header[135 - i] = (byte) (entry.size() >> 8 * i);
            }
        }
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        header[156] = '0';
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, 100));
    }
}
