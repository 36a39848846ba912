package org.stretchdeploy.ovf.pack;

import java.util.HexFormat;
import java.util.Locale;

/**
 * A digest of a file.
 *
 * @param algorithm how it was made
 * @param hex the digest in lower-case hexadecimal
 */
public record Digest(DigestAlgorithm algorithm, String hex) {
    public Digest {
        hex = hex.toLowerCase(Locale.ROOT);
        if (hex.length() != algorithm.hexLength() || !hex.matches("[0-9a-f]+")) {
            throw new IllegalArgumentException("not a " + algorithm + " digest");
        }
    }

    /** A digest from its bytes. */
    public static Digest of(DigestAlgorithm algorithm, byte[] value) {
        return new Digest(algorithm, HexFormat.of().formatHex(value));
    }

    /** The digest of some bytes. */
    public static Digest over(DigestAlgorithm algorithm, byte[] contents) {
        return of(algorithm, algorithm.newDigest().digest(contents));
    }
}
