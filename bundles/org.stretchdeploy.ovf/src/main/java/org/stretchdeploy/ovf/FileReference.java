package org.stretchdeploy.ovf;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of the package ({@code References/File}).
 *
 * @param id unique id in the descriptor
 * @param href file name inside the package; checked to be plain, see {@link FileNames}
 * @param size bytes, if the descriptor tells
 * @param compression {@code gzip} or {@code identity}, if the descriptor tells
 * @param chunkSize bytes of each piece when the file is split, if it is
 */
public record FileReference(
        String id, String href, OptionalLong size, Optional<String> compression, OptionalLong chunkSize) {
    /** A file in one piece. */
    public static FileReference of(String id, String href, long size) {
        return new FileReference(id, href, OptionalLong.of(size), Optional.empty(), OptionalLong.empty());
    }
}
