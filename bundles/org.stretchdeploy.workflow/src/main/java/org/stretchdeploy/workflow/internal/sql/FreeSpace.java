package org.stretchdeploy.workflow.internal.sql;

import java.io.File;
import org.stretchdeploy.workflow.DatabaseSettings;
import org.stretchdeploy.workflow.WorkflowException;

/** Refuses new operations while the embedded journal's disk is nearly full, so that those that run can still end. */
final class FreeSpace {
    private static final long LEAST_BYTES = 16L << 20;
    private static final String FILE_URL = "jdbc:h2:file:";

    private final DatabaseSettings settings;

    FreeSpace(DatabaseSettings settings) {
        this.settings = settings;
    }

    void require() {
        if (!settings.jdbcUrl().startsWith(FILE_URL)) {
            return;
        }
        File folder = new File(settings.toString().substring(FILE_URL.length()))
                .getAbsoluteFile()
                .getParentFile();
        long usable = folder.getUsableSpace();
        if (usable < LEAST_BYTES) {
            throw new WorkflowException(
                    WorkflowException.Code.JOURNAL_UNAVAILABLE,
                    "the disk of the journal (" + folder + ") has only " + (usable >> 20) + " MiB left; free at least "
                            + (LEAST_BYTES >> 20) + " MiB, then ask again");
        }
    }
}
