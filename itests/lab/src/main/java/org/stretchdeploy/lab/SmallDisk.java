package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A disk of its own, and a small one, for what the controller keeps: journal, register, staging. Only root can mount
 * where the controller runs; without it there is none, and nothing is ever full.
 */
final class SmallDisk {
    /** More than the controller keeps free; takes memory only for what is written. */
    private static final int MEGABYTES = 4000;

    private final Path folder;

    SmallDisk(LabFolder lab) {
        this.folder = lab.controller().resolve("data/stretch");
    }

    boolean mounted() {
        try {
            return Files.readString(Path.of("/proc/mounts")).contains(" " + folder + " tmpfs ");
        } catch (IOException e) {
            throw new LabException("cannot read the table of mounts", e);
        }
    }

    /** Before the controller starts for the first time. */
    void mount() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LabException("cannot make " + folder, e);
        }
        Exec.must(
                List.of("mount", "-t", "tmpfs", "-o", "mode=700,size=" + MEGABYTES + "m", "tmpfs", folder.toString()));
    }

    void unmount() {
        if (mounted()) {
            Exec.must(List.of("umount", "-l", folder.toString()));
        }
    }

    /** Not a byte is left for a while: the disk shrinks to what is on it, and follows when something is deleted. */
    void full(Duration time) {
        try {
            long end = System.nanoTime() + time.toNanos();
            do {
                FileStore store = Files.getFileStore(folder);
                long used = store.getTotalSpace() - store.getUsableSpace();
                // refused when something was written since the look
                resize(used / 1024 + "k");
                Wait.pause();
            } while (System.nanoTime() < end);
        } catch (IOException e) {
            throw new LabException("cannot look at the disk", e);
        } finally {
            resize(MEGABYTES + "m");
        }
    }

    private void resize(String size) {
        Exec.run(Duration.ofSeconds(10), List.of("mount", "-o", "remount,size=" + size, folder.toString()));
    }
}
