package org.stretchdeploy.ovf.disk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;

/** Disk contents for tests. */
final class Disks {
    static final int GRAIN = 65536;

    private Disks() {}

    /** Contents where about every third grain is zero, the others half random and half repetitive. */
    static byte[] mixed(long seed, int length) {
        Random random = new Random(seed);
        byte[] disk = new byte[length];
        for (int at = 0; at < length; at += GRAIN) {
            int part = Math.min(GRAIN, length - at);
            if (random.nextInt(3) > 0) {
                byte[] noise = new byte[Math.max(1, part / 2)];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, disk, at, Math.min(noise.length, part));
                for (int i = part / 2; i < part; i++) {
                    disk[at + i] = (byte) (i % 7);
                }
            }
        }
        return disk;
    }

    static byte[] vmdk(byte[] raw, VmdkOptions options) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VmdkWriter.write(new ByteArrayInputStream(raw), raw.length, out, options);
        return out.toByteArray();
    }

    static byte[] vmdk(byte[] raw) throws IOException {
        return vmdk(raw, VmdkOptions.DEFAULT);
    }

    static byte[] raw(byte[] vmdk) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VmdkReader.read(new ByteArrayInputStream(vmdk), RawSink.toStream(out), 1L << 30);
        return out.toByteArray();
    }
}
