package org.stretchdeploy.catalog;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The folder of a node where packages stand between two clouds. Bounded by a quota; only its owner can read it.
 * Thread-safe within one process; two processes must not share a folder.
 */
public final class Staging {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,119}");
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final long quotaBytes;
    private final long reserveBytes;
    private final Map<String, Long> reserved = new HashMap<>();

    /**
     * @param root folder, made when it is not there
     * @param quotaBytes most bytes of all packages together
     * @param reserveBytes bytes of the file system that are never used
     */
    public Staging(Path root, long quotaBytes, long reserveBytes) {
        this.root = root;
        this.quotaBytes = quotaBytes;
        this.reserveBytes = reserveBytes;
    }

    /** Bytes that packages in staging have now. */
    public long usedBytes() {
        return onDisk(() -> Files.exists(root) ? size(root) : 0L);
    }

    /** Bytes that a new package may have now. */
    public synchronized long freeBytes() {
        return Math.max(0, Math.min(freeByQuota(), freeByDisk()));
    }

    /** The names of the packages that are there, complete or not. */
    public Set<String> packages() {
        return onDisk(() -> {
            if (!Files.isDirectory(root)) {
                return Set.of();
            }
            try (var entries = Files.list(root)) {
                return Set.copyOf(entries.map(p -> p.getFileName().toString())
                        .filter(n -> ID.matcher(n).matches())
                        .toList());
            }
        });
    }

    /** Deletes a package with everything that belongs to it. Absent is done. */
    public void discard(String id) {
        Path home = home(id);
        claim(id);
        try {
            onDisk(() -> {
                delete(home);
                return null;
            });
        } finally {
            release(id);
        }
    }

    /** Marks a package as being worked on. */
    synchronized void claim(String id) {
        home(id);
        if (reserved.putIfAbsent(id, 0L) != null) {
            throw new PackageMoveException(
                    MoveProblem.BUSY, "The package " + id + " is being moved already. Wait until that has ended.");
        }
    }

    synchronized void release(String id) {
        reserved.remove(id);
    }

    /** Makes sure that a claimed package may grow to this size, and keeps the room for it. */
    synchronized void reserve(String id, long bytes) {
        reserved.put(id, 0L);
        long more = Math.max(0, bytes - onDisk(() -> size(home(id))));
        long byQuota = freeByQuota();
        if (more > byQuota) {
            throw new PackageMoveException(
                    MoveProblem.STAGING_QUOTA,
                    "The package needs " + more + " more bytes in the staging folder, whose quota of " + quotaBytes
                            + " bytes has " + Math.max(0, byQuota)
                            + " left. Raise the quota or wait until other moves have ended.");
        }
        long byDisk = freeByDisk();
        if (more > byDisk) {
            throw new PackageMoveException(
                    MoveProblem.NO_SPACE,
                    "The package needs " + more + " more bytes in the staging folder, but its disk has only "
                            + Math.max(0, byDisk) + " to give. Make room there.");
        }
        reserved.put(id, bytes);
    }

    private long freeByQuota() {
        return quotaBytes - usedBytes() - promisedBytes();
    }

    private long freeByDisk() {
        return onDisk(() -> {
            Files.createDirectories(root);
            return Files.getFileStore(root).getUsableSpace() - reserveBytes - promisedBytes();
        });
    }

    /** What packages that are being written may still grow. */
    private long promisedBytes() {
        return onDisk(() -> {
            long sum = 0;
            for (Map.Entry<String, Long> entry : reserved.entrySet()) {
                sum += Math.max(0, entry.getValue() - size(home(entry.getKey())));
            }
            return sum;
        });
    }

    /** The folder of everything that belongs to a package. */
    Path home(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("not a package name: " + id);
        }
        return root.resolve(id);
    }

    /** The folder of the package's own files, made when it is not there. */
    Path folder(String id) {
        return onDisk(() -> {
            Files.createDirectories(root);
            Path home = home(id);
            for (Path folder : new Path[] {home, home.resolve("package")}) {
                if (!Files.isDirectory(folder)) {
                    Files.createDirectory(folder, PRIVATE);
                }
            }
            return home.resolve("package");
        });
    }

    private static long size(Path folder) throws IOException {
        long[] sum = {0};
        if (!Files.exists(folder)) {
            return 0;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // deleted meanwhile
            }
        });
        return sum[0];
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path done, IOException e) throws IOException {
                Files.delete(done);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    interface DiskWork<T> {
        T run() throws IOException;
    }

    static <T> T onDisk(DiskWork<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new PackageMoveException(
                    MoveProblem.STAGING_FAILED, "The staging folder cannot be used: " + e.getMessage() + ".", e);
        }
    }
}
