package org.stretchdeploy.stretch.internal.run;

import java.util.Optional;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;

/**
 * The node's staging area for OVF packages. The work goes on in the background: every call returns at once, starts the
 * work when it does not run, also after a restart, and says whether it is done. A failure is thrown once, then the next
 * call starts again where the work had stopped.
 */
public interface PackageNode {
    /** Code of the failure of a transfer when this node does not have the package: another node had fetched it. */
    String NOT_STAGED = "not-staged";

    /** Downloads, verifies and signs the package of an open export. */
    boolean publish(String packageId, Cloud source, ObjectId template, Progress progress);

    /**
     * Verifies a published package and uploads it as a new template of the catalog.
     *
     * @return the template once the cloud has all bytes
     */
    Optional<ObjectId> transfer(
            String packageId, Cloud target, ObjectId catalog, String name, Tag tag, Progress progress);

    /** Stops work on a package and deletes it from the staging area. Absent is done. */
    void discard(String packageId);

    /** Bytes that the staging area can still take. */
    long freeBytes();

    /** Told how far it is. */
    interface Progress {
        void at(long done, long total, String text);
    }
}
