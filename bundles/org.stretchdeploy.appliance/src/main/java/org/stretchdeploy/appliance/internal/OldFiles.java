package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.store.Store;

/**
 * What earlier releases kept in files goes into the store at the first start: the CA, the agents and what they were
 * told. What the store has already is not touched. A folder that was brought in gets the ending {@code .imported}; a
 * crash in between only repeats it.
 */
final class OldFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OldFiles.class);
    private static final String ENDING = ".imported";

    private final Path folder;
    private final Store store;

    /** @param folder where CA and agents were */
    OldFiles(Path folder, Store store) {
        this.folder = folder;
        this.store = store;
    }

    void bringIn() throws IOException {
        Path ca = folder.resolve("ca");
        if (Files.isRegularFile(ca.resolve("ca.pem"))) {
            bringInCa(ca);
            retire(ca);
        }
        Path agents = folder.resolve("agents");
        if (Files.isDirectory(agents)) {
            bringIn(agents, ".agent.json", AgentStore.AGENT);
            bringIn(agents, ".desired.json", AgentStore.DESIRED);
            retire(agents);
        }
    }

    private void bringInCa(Path ca) throws IOException {
        String ours = DeploymentCa.document(
                store,
                Files.readAllBytes(ca.resolve("ca.key")),
                Files.readString(ca.resolve("ca.pem"), StandardCharsets.US_ASCII));
        if (!DeploymentCa.store(store, ours)) {
            LOG.warn(
                    "event=import-conflict folder={} message=\"the deployment has a CA already; agents that were"
                            + " enrolled with the one in this folder have to be enrolled anew\"",
                    ca);
        }
    }

    private void bringIn(Path agents, String ending, String kind) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(agents)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            store.documents()
                    .putIfAbsent(kind, name.substring(0, name.length() - ending.length()), Files.readString(file));
        }
        LOG.info("event=imported kind={} count={} folder={}", kind, files.size(), agents);
    }

    private static void retire(Path folder) throws IOException {
        Path retired = folder.resolveSibling(folder.getFileName() + ENDING);
        for (int again = 2; Files.exists(retired); again++) {
            retired = folder.resolveSibling(folder.getFileName() + ENDING + "." + again);
        }
        Files.move(folder, retired);
    }
}
