package org.stretchdeploy.ovf.pack;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Digests that a manifest may use. */
public enum DigestAlgorithm {
    /** Used by OVF 1.x; no longer safe, refused unless a policy allows it. */
    SHA1("SHA-1", 40),
    /** Used by OVF 2.x and by everything that is written here. */
    SHA256("SHA-256", 64),
    SHA384("SHA-384", 96),
    SHA512("SHA-512", 128);

    private final String javaName;
    private final int hexLength;

    DigestAlgorithm(String javaName, int hexLength) {
        this.javaName = javaName;
        this.hexLength = hexLength;
    }

    /** Length of a digest in hexadecimal digits. */
    public int hexLength() {
        return hexLength;
    }

    /** A fresh digest. */
    public MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks " + javaName, e);
        }
    }

    /** The algorithm with this name in a manifest, for instance {@code SHA256}. */
    public static Optional<DigestAlgorithm> named(String name) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.name().equalsIgnoreCase(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
