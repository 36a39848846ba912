package org.stretchdeploy.store;

import java.io.File;
import java.util.Optional;

/** Knows when the embedded database's disk is nearly full, which its own errors do not say in words. */
final class FreeSpace {
    private static final long LEAST_BYTES = 16L << 20;
    private static final String FILE_URL = "jdbc:h2:file:";

    private final DatabaseSettings settings;

    FreeSpace(DatabaseSettings settings) {
        this.settings = settings;
    }

    /** A sentence when there is too little; empty when there is enough, or the database is elsewhere. */
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
                : Optional.of("the disk of the database (" + folder + ") has only " + (usable >> 20)
                        + " MiB left; free at least " + (LEAST_BYTES >> 20) + " MiB, then ask again");
    }
}
