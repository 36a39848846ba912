package org.stretchdeploy.ovf.pack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.stretchdeploy.ovf.FileNames;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.OvfReader;

/**
 * Writes an OVA archive (USTAR; sizes of 8 GiB and more in base 256, as GNU tar and VMware's tools do). The same files
 * give the same bytes: no times, no owners. Not thread-safe.
 */
public final class OvaWriter {
    private static final int BLOCK = 512;
    private static final long MAX_OCTAL = 077777777777L;

    private final OutputStream out;

    /**
     * @param out where the archive goes; not closed
     */
    public OvaWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes the package in a folder in the order of the specification. The folder should be sealed. */
    public static void write(Path folder, String descriptorName, OutputStream out) throws IOException {
        OvaWriter writer = new OvaWriter(out);
        for (Path file : files(folder, descriptorName)) {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                writer.add(file.getFileName().toString(), Files.size(file), in);
            }
        }
        writer.finish();
    }

    /** How many bytes {@link #write} will write for the package in a folder. */
    public static long length(Path folder, String descriptorName) throws IOException {
        List<Long> sizes = new ArrayList<>();
        for (Path file : files(folder, descriptorName)) {
            sizes.add(Files.size(file));
        }
        return length(sizes);
    }

    /** How many bytes an archive of files with these sizes has. */
    public static long length(Collection<Long> sizes) {
        return sizes.stream().mapToLong(size -> BLOCK + padded(size)).sum() + 2 * BLOCK;
    }

    /**
     * Adds a file.
     *
     * @param name plain file name, at most 100 bytes in UTF-8
     * @param size exact number of bytes that {@code contents} will give
     */
    public void add(String name, long size, InputStream contents) throws IOException {
        out.write(header(FileNames.requirePlain(name), size));
        byte[] buffer = new byte[1 << 16];
        long left = size;
        while (left > 0) {
            int read = contents.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException(name + " is " + left + " bytes shorter than was said.");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        out.write(new byte[(int) (padded(size) - size)]);
    }

    /** Ends the archive. */
    public void finish() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    private static List<Path> files(Path folder, String descriptorName) throws IOException {
        PackageNames names = PackageNames.of(descriptorName);
        List<Path> files = new ArrayList<>(List.of(folder.resolve(names.descriptor())));
        for (String name : List.of(names.manifest(), names.certificate())) {
            if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                files.add(folder.resolve(name));
            }
        }
        try (InputStream in = Files.newInputStream(files.get(0))) {
            for (FileReference file : new OvfReader().read(in).references()) {
                files.add(folder.resolve(file.href()));
            }
        }
        return files;
    }

    private static long padded(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK];
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 100) {
            throw new IllegalArgumentException("a name in an archive has at most 100 bytes: " + name);
        }
        System.arraycopy(bytes, 0, header, 0, bytes.length);
        octal(header, 100, 8, 0644);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        if (size <= MAX_OCTAL) {
            octal(header, 124, 12, size);
        } else {
            header[124] = (byte) 0x80;
            for (int i = 0; i < 8; i++) {
                header[135 - i] = (byte) (size >>> 8 * i);
            }
        }
        octal(header, 136, 12, 0);
        header[156] = '0';
        ascii(header, 257, "ustar\u000000");
        for (int i = 148; i < 156; i++) {
            header[i] = ' ';
        }
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        octal(header, 148, 7, sum);
        header[155] = ' ';
        return header;
    }

    private static void octal(byte[] header, int offset, int length, long value) {
        String digits = Long.toOctalString(value);
        ascii(header, offset, "0".repeat(length - 1 - digits.length()) + digits + '\0');
    }

    private static void ascii(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
