package org.stretchdeploy.workflow.internal.sql;

import java.io.File;
import java.util.Optional;
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

    /** @throws WorkflowException JOURNAL_UNAVAILABLE when there is too little room */
    void require() {
        shortage().ifPresent(sentence -> {
            throw new WorkflowException(WorkflowException.Code.JOURNAL_UNAVAILABLE, sentence);
        });
    }

    /** What is to be said about the disk; empty when it has room, or is not ours to look at. */
    Optional<String> shortage() {
        if (!settings.jdbcUrl().startsWith(FILE_URL)) {
            return Optional.empty();
        }
        File folder = new File(settings.toString().substring(FILE_URL.length()))
                .getAbsoluteFile()
                .getParentFile();
        long usable = folder.getUsableSpace();
        return usable >= LEAST_BYTES
                ? Optional.empty()
                : Optional.of("the disk of the journal (" + folder + ") has only " + (usable >> 20)
                        + " MiB left; free at least " + (LEAST_BYTES >> 20) + " MiB, then ask again");
    }
}
