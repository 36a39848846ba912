package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.ObjectId;

/**
 * The node's staging area for OVF packages. Every call goes on where an earlier one stopped, also after a restart, works
 * for at most about the given time, and says whether all is done.
 */
public interface PackageNode {
    /** Downloads, verifies and signs the package of an open export. */
    boolean publish(String packageId, Cloud source, ObjectId template, Duration budget, Progress progress);

    /** Uploads a published package into a template that was begun. */
    boolean transfer(String packageId, Cloud target, ObjectId upload, Duration budget, Progress progress);

    /** Deletes a package from the staging area. Absent is done. */
    void discard(String packageId);

    /** Bytes that the staging area can still take. */
    long freeBytes();

    /** Told how far it is; asked whether to stop. */
    interface Progress extends BooleanSupplier {
        void at(long done, long total, String text);

        /** True when the work has to stop soon. */
        @Override
        boolean getAsBoolean();
    }
}
