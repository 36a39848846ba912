package org.stretchdeploy.ovf.disk;

import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * How to write a disk.
 *
 * @param level deflate level, 1 (fast) to 9 (small)
 * @param threads how many grains may be compressed at the same time; 1 compresses in the calling thread
 * @param executor runs the compression when {@code threads} is more than 1
 * @param adapterType what the descriptor says about the adapter: {@code lsilogic}, {@code ide} or {@code buslogic}
 */
public record VmdkOptions(int level, int threads, Optional<ExecutorService> executor, String adapterType) {
    /** Fast compression in the calling thread. */
    public static final VmdkOptions DEFAULT = new VmdkOptions(1, 1, Optional.empty(), "lsilogic");

    public VmdkOptions {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("deflate level must be 1 to 9");
        }
        if (threads < 1 || threads > 64 || threads > 1 && executor.isEmpty()) {
            throw new IllegalArgumentException("threads must be 1 to 64, and more than 1 needs an executor");
        }
        if (!adapterType.matches("[a-z]{1,20}")) {
            throw new IllegalArgumentException("not an adapter type: " + adapterType);
        }
    }

    /** These options with another level. */
    public VmdkOptions withLevel(int other) {
        return new VmdkOptions(other, threads, executor, adapterType);
    }

    /** These options with compression spread over threads of an executor, which the caller owns. */
    public VmdkOptions withThreads(int count, ExecutorService on) {
        return new VmdkOptions(level, count, Optional.of(on), adapterType);
    }
}
