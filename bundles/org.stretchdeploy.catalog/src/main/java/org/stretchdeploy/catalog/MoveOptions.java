package org.stretchdeploy.catalog;

import java.time.Duration;

/**
 * How to move.
 *
 * @param chunkBytes size of the chunks that are journalled and sent, in bytes, 4 KiB to 256 MiB; also the memory of a
 *     move
 * @param attempts how often in a row a cloud may fail without a single byte of progress
 * @param firstWait pause after the first failure; doubles with each further one
 * @param longestWait longest pause
 */
public record MoveOptions(int chunkBytes, int attempts, Duration firstWait, Duration longestWait) {
    /** Chunks of 8 MiB, 8 attempts, pauses from half a second to half a minute. */
    public static final MoveOptions DEFAULT =
            new MoveOptions(8 << 20, 8, Duration.ofMillis(500), Duration.ofSeconds(30));

    public MoveOptions {
        if (chunkBytes < 4096 || chunkBytes > 256 << 20 || attempts < 1) {
            throw new IllegalArgumentException("move options out of range");
        }
    }

    /** These options with chunks of another size. */
    public MoveOptions withChunkBytes(int bytes) {
        return new MoveOptions(bytes, attempts, firstWait, longestWait);
    }
}
