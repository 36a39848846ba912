package org.stretchdeploy.stretch.internal.sim;

import java.nio.charset.StandardCharsets;

/** A number that two runs of a seed share exactly when they made the same calls and wrote the same journal. */
final class Trace {
    private static final long PRIME = 0x100000001B3L;

    private long value = 0xCBF29CE484222325L;

    /** FNV-1a; words only, because what an object calls itself may differ from process to process. */
    void add(String... words) {
        for (String word : words) {
            for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
                value = (value ^ b) * PRIME;
            }
            value = (value ^ 0xFF) * PRIME;
        }
    }

    long value() {
        return value;
    }
}
