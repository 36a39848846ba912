package org.stretchdeploy.ovf.pack;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.stretchdeploy.ovf.FileNames;

/**
 * Where the files of an archive go while it is read. What a sink got is unverified until the reader has returned.
 */
@FunctionalInterface
public interface FileSink {
    /**
     * Opens the place for one file. The reader closes the stream.
     *
     * @param name plain file name
     * @param size bytes that will follow
     */
    OutputStream open(String name, long size) throws IOException;

    /** Only verifies, keeps nothing. */
    static FileSink discard() {
        return (name, size) -> OutputStream.nullOutputStream();
    }

    /** Writes into a folder; a file that is already there is never overwritten. */
    static FileSink toFolder(Path folder) {
        return (name, size) -> new BufferedOutputStream(
                Files.newOutputStream(
                        folder.resolve(FileNames.requirePlain(name)),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE),
                1 << 16);
    }
}
