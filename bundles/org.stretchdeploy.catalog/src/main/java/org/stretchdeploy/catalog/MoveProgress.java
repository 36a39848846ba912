package org.stretchdeploy.catalog;

import java.util.OptionalLong;

/**
 * How far a move is.
 *
 * @param phase what is being done
 * @param fileName the file that is being worked on
 * @param bytesDone bytes of the whole package that are done in this phase, resumed ones included
 * @param bytesTotal bytes of the whole package; empty while a file's size is not known
 * @param bytesPerSecond rate of the last seconds; 0 when not known yet
 */
public record MoveProgress(
        Phase phase, String fileName, long bytesDone, OptionalLong bytesTotal, double bytesPerSecond) {
    /** What is being done. */
    public enum Phase {
        /** Checking what an earlier try has left. */
        RESUME,
        /** Reading from the source cloud. */
        DOWNLOAD,
        /** Checking files against manifest and signature. */
        VERIFY,
        /** Writing to the target cloud. */
        UPLOAD
    }

    /** Seconds to go at the present rate; empty when not known. */
    public OptionalLong secondsLeft() {
        if (bytesTotal.isEmpty() || bytesPerSecond <= 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of((long) Math.ceil((bytesTotal.getAsLong() - bytesDone) / bytesPerSecond));
    }
}
