package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.stretchdeploy.director.host.HostException;

/**
 * The host's files: {@code disks/} (one qcow2 file per disk, and a folder beside it for what an appliance keeps),
 * {@code vms/<id>/} and {@code routers/<id>/} (what runs now). All folders are readable by the owner only.
 */
final class StateFolder {
    private final Path root;

    StateFolder(Path root) {
        this.root = root.toAbsolutePath();
        folder(this.root);
    }

    /**
     * Makes sure that only one host uses the folder; the kernel lets go when the process ends, however it ends.
     *
     * @return to be closed when the host is
     */
    FileChannel lock() {
        try {
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel)) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new HostException("Cannot lock " + root + ": " + e.getMessage(), e);
        }
        throw new HostException("Another director uses the host folder " + root);
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path disks() {
        return folder(root.resolve("disks"));
    }

    Path vm(String vmId) {
        return root.resolve("vms").resolve(Names.id(vmId));
    }

    Path router(String routerId) {
        return root.resolve("routers").resolve(Names.id(routerId));
    }

    Set<String> vms() {
        return children(root.resolve("vms"));
    }

    Set<String> routers() {
        return children(root.resolve("routers"));
    }

    /** Makes the folder with mode 0700. */
    static Path folder(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new HostException("Cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    static Set<String> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a small file so that a crash leaves the old or the new content; mode 0600. */
    static void write(Path file, String content) {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, content);
            publish(next, file);
        } catch (IOException e) {
            throw new HostException("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Makes sure that the finished file is on the disk, then gives it its name. */
    static void publish(Path finished, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(finished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(finished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Removes a file or a folder with all that is in it; links are removed, not followed. */
    static void remove(Path path) {
        try {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new HostException("Cannot remove " + path + ": " + e.getMessage(), e);
        }
    }
}
