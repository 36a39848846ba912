package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Keeps files that other programs append to from growing without end. */
final class LogFiles {
    private static final List<String> NAMES = List.of("serial.log", "console.log", "dnsmasq.log");

    private LogFiles() {}

    /** Cuts the logs in a folder to their last quarter when they are longer than the limit. */
    static void bound(Path folder, long limitBytes) throws IOException {
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            if (Files.exists(file) && Files.size(file) > limitBytes) {
                cut(file, (int) (limitBytes / 4));
            }
        }
    }

    /** The writer appends (O_APPEND), so it goes on at the new end. */
    private static void cut(Path file, int keep) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer tail = ByteBuffer.allocate(keep);
            channel.read(tail, Math.max(0, channel.size() - keep));
            channel.truncate(0);
            channel.write(tail.flip(), 0);
        }
    }
}
