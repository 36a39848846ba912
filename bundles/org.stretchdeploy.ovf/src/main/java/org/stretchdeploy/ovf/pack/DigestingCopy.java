package org.stretchdeploy.ovf.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Copies a stream while digesting it. */
final class DigestingCopy {
    private DigestingCopy() {}

    /** Copies to the end of {@code in}. */
    static PackageCheck.Found copy(InputStream in, OutputStream out, Set<DigestAlgorithm> algorithms)
            throws IOException {
        Map<DigestAlgorithm, MessageDigest> digests = new EnumMap<>(DigestAlgorithm.class);
        algorithms.forEach(a -> digests.put(a, a.newDigest()));
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        int read = in.read(buffer);
        while (read >= 0) {
            for (MessageDigest digest : digests.values()) {
                digest.update(buffer, 0, read);
            }
            out.write(buffer, 0, read);
            size += read;
            read = in.read(buffer);
        }
        Map<DigestAlgorithm, Digest> done = new EnumMap<>(DigestAlgorithm.class);
        digests.forEach((algorithm, digest) -> done.put(algorithm, Digest.of(algorithm, digest.digest())));
        return new PackageCheck.Found(size, done);
    }
}
