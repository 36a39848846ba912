package org.stretchdeploy.ovf.pack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds tar archives of any kind, also wrong ones. */
final class TarBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarBuilder file(String name, byte[] contents) {
        return entry(name, '0', contents.length, contents);
    }

    TarBuilder entry(String name, char type, long size, byte[] contents) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o", size) + "\0");
        put(header, 136, "00000000000\0");
        header[156] = (byte) type;
        put(header, 157, type == '1' || type == '2' ? "/etc/passwd" : "");
        put(header, 257, "ustar\u000000");
        return sealed(header, contents);
    }

    TarBuilder sealed(byte[] header, byte[] contents) {
        put(header, 148, "        ");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        out.writeBytes(header);
        out.writeBytes(contents);
        out.writeBytes(new byte[(512 - contents.length % 512) % 512]);
        return this;
    }

    TarBuilder pax(String... records) {
        StringBuilder all = new StringBuilder();
        for (String record : records) {
            int length = record.length() + 3;
            length += Integer.toString(length).length() - 1;
            all.append(length).append(' ').append(record).append('\n');
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
        return entry("pax", 'x', bytes.length, bytes);
    }

    TarBuilder raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] end() {
        return raw(new byte[1024]).open();
    }

    byte[] open() {
        return out.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
