package org.stretchdeploy.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A disk of its own, and a small one, for what the controller keeps: journal, register, staging. Only root can mount
 * where the controller runs; without it there is none, and nothing is ever full.
 */
final class SmallDisk {
    /** Room for a journal and two packages of the lab's guests. */
    private static final int MEGABYTES = 500;

    private static final String FILLER = "filler";

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

    /** Takes the last byte, for a while. */
    void full(Duration time) {
        Path filler = folder.resolve(FILLER);
        try {
            long end = System.nanoTime() + time.toNanos();
            do {
                fill(filler);
                Wait.pause();
            } while (System.nanoTime() < end);
        } finally {
            empty(filler);
        }
    }

    private static void empty(Path filler) {
        try {
            Files.deleteIfExists(filler);
        } catch (IOException e) {
            throw new LabException("cannot make room again", e);
        }
    }

    /** Again and again: what the controller frees meanwhile is taken too. */
    private static void fill(Path filler) {
        byte[] block = new byte[1 << 16];
        for (int size = block.length; size >= 512; size /= 2) {
            try (OutputStream out = Files.newOutputStream(
                    filler, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(block, 0, size);
                }
            } catch (IOException full) {
                if (!String.valueOf(full.getMessage()).contains("space")) {
                    throw new LabException("cannot fill the disk", full);
                }
            }
        }
    }
}
