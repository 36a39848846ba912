package org.stretchdeploy.ovf.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.ovf.FileNames;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * Reads plain files from a tar stream (USTAR, GNU long names and sizes, pax names and sizes). Anything else that a tar
 * can hold is refused: folders, links, devices, sparse files, names with folders.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int MAX_EXTENSION = 1 << 16;
    private static final int MAX_TRAILER = 1 << 20;

    private final InputStream in;
    private final int maxEntries;
    private int entries;
    private Body body = new Body(0);

    TarReader(InputStream in, int maxEntries) {
        this.in = in;
        this.maxEntries = maxEntries;
    }

    /**
     * A file of the archive.
     *
     * @param name plain file name
     * @param size bytes
     * @param contents exactly these bytes; valid until the next entry is asked for
     */
    record Entry(String name, long size, InputStream contents) {}

    /** The next file, or nothing at the proper end of the archive. */
    Optional<Entry> next() throws IOException {
        body.finish();
        Map<String, String> extended = new HashMap<>();
        while (true) {
            byte[] header = block();
            if (isZero(header)) {
                end();
                if (!extended.isEmpty()) {
                    throw bad("ends where a file was announced");
                }
                return Optional.empty();
            }
            if (++entries > maxEntries) {
                throw new OvfException(
                        OvfProblem.TOO_LARGE, "The archive has more than " + maxEntries + " entries. It is refused.");
            }
            checksum(header);
            long size = number(header, 124, 12);
            switch (header[156]) {
                case '0', 0 -> {
                    return Optional.of(file(header, size, extended));
                }
                case 'L' -> extended.put("path", longName(size));
                case 'x' -> pax(size, extended);
                case 'g' -> pax(size, new HashMap<>());
                default -> throw bad("holds " + kind(header[156]) + "; only plain files belong in an OVA");
            }
        }
    }

    private Entry file(byte[] header, long announced, Map<String, String> extended) throws IOException {
        long size = announced;
        if (extended.containsKey("size")) {
            String text = extended.get("size");
            if (!text.matches("\\d{1,18}")) {
                throw bad("tells a size that is not a number");
            }
            size = Long.parseLong(text);
        }
        String name = extended.getOrDefault("path", headerName(header));
        FileNames.requirePlain(name);
        body = new Body(size);
        return new Entry(name, size, body);
    }

    private static String headerName(byte[] header) throws IOException {
        String name = text(header, 0, 100);
        boolean ustar = new String(header, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
        // GNU headers keep times where USTAR keeps the prefix
        boolean gnu = ustar && header[262] == ' ';
        String prefix = ustar && !gnu ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + '/' + name;
    }

    private String longName(long size) throws IOException {
        byte[] bytes = extension(size);
        return text(bytes, 0, bytes.length);
    }

    private void pax(long size, Map<String, String> into) throws IOException {
        byte[] records = extension(size);
        int at = 0;
        while (at < records.length) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            String digits = new String(records, at, space - at, StandardCharsets.ISO_8859_1);
            if (!digits.matches("\\d{1,6}")) {
                throw bad("has a damaged extended header");
            }
            int end = at + Integer.parseInt(digits);
            if (end > records.length || end <= space + 1 || records[end - 1] != '\n') {
                throw bad("has a damaged extended header");
            }
            String record = utf8(Arrays.copyOfRange(records, space + 1, end - 1));
            int equals = record.indexOf('=');
            if (equals < 1) {
                throw bad("has a damaged extended header");
            }
            String key = record.substring(0, equals);
            if (key.startsWith("GNU.sparse") || key.equals("linkpath") || key.equals("hdrcharset")) {
                throw bad("holds a sparse file or a link; only plain files belong in an OVA");
            }
            into.put(key, record.substring(equals + 1));
            at = end;
        }
    }

    private byte[] extension(long size) throws IOException {
        if (size > MAX_EXTENSION) {
            throw new OvfException(
                    OvfProblem.TOO_LARGE, "The archive has a header of " + size + " bytes. It is refused.");
        }
        Body extension = new Body(size);
        byte[] bytes = extension.readNBytes((int) size);
        extension.finish();
        return bytes;
    }

    private void end() throws IOException {
        if (!isZero(block())) {
            throw bad("has something behind its end");
        }
        byte[] buffer = new byte[8192];
        int seen = 0;
        int read = in.read(buffer);
        while (read >= 0) {
            seen += read;
            for (int i = 0; i < read; i++) {
                if (buffer[i] != 0) {
                    throw bad("has something behind its end");
                }
            }
            if (seen > MAX_TRAILER) {
                throw bad("has too much padding behind its end");
            }
            read = in.read(buffer);
        }
    }

    private byte[] block() throws IOException {
        byte[] block = in.readNBytes(BLOCK);
        if (block.length < BLOCK) {
            throw truncated();
        }
        return block;
    }

    private static void checksum(byte[] header) throws IOException {
        long sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            if (i < 148 || i >= 156) {
                sum += header[i] & 0xff;
            }
        }
        if (number(header, 148, 8) != sum) {
            throw bad("has a header with a wrong checksum");
        }
    }

    /** A number in octal, or in base 256 when the first bit is set (GNU). */
    private static long number(byte[] header, int offset, int length) throws IOException {
        if ((header[offset] & 0x80) != 0) {
            long value = header[offset] & 0x7f;
            for (int i = 1; i < length; i++) {
                if (value >= 1L << 54) {
                    throw bad("tells a number that is too large");
                }
                value = value << 8 | header[offset + i] & 0xff;
            }
            return value;
        }
        String octal = new String(header, offset, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        if (!octal.matches("[0-7]{1,12}")) {
            throw bad("has a number that cannot be read");
        }
        return Long.parseLong(octal, 8);
    }

    private static String text(byte[] bytes, int offset, int length) throws IOException {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        return utf8(Arrays.copyOfRange(bytes, offset, end));
    }

    private static String utf8(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad("has a name that is not UTF-8");
        }
    }

    private static String kind(byte type) {
        return switch (type) {
            case '1', '2' -> "a link";
            case '3', '4' -> "a device";
            case '5' -> "a folder";
            case '6' -> "a pipe";
            case 'S' -> "a sparse file";
            default -> "an entry of an unknown kind";
        };
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static OvfException bad(String how) {
        return new OvfException(OvfProblem.BAD_ARCHIVE, "The archive " + how + ". Build it again.");
    }

    private static OvfException truncated() {
        return bad("ends too early");
    }

    /** The contents of one entry and the padding behind them. */
    private final class Body extends InputStream {
        private final long size;
        private long left;

        Body(long size) {
            this.size = size;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(buffer, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw truncated();
            }
            left -= read;
            return read;
        }

        void finish() throws IOException {
            byte[] buffer = new byte[8192];
            while (left > 0) {
                read(buffer, 0, buffer.length);
            }
            int padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
            if (in.readNBytes(padding).length < padding) {
                throw truncated();
            }
        }
    }
}
