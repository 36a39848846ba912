package org.stretchdeploy.stretch.internal.register;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.stretch.internal.cloud.PasswordVault;
import org.stretchdeploy.stretch.internal.cloud.RegisteredClouds;

/**
 * What earlier releases kept in files goes into the store at the first start: registered clouds, their passwords sealed
 * anew, and the records of stretches. What the store has already is not touched. A folder that was brought in gets the
 * ending {@code .imported}; a crash in between only repeats it.
 */
public final class OldFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OldFiles.class);
    private static final String ENDING = ".imported";

    private final Path folder;
    private final Store store;
    private final ObjectMapper json;

    /** @param folder with the folders {@code clouds} and {@code stretches} */
    public OldFiles(Path folder, Store store, ObjectMapper json) {
        this.folder = folder;
        this.store = store;
        this.json = json;
    }

    /** @throws UncheckedIOException when a file cannot be read; then nothing is retired */
    public void bringIn() {
        try {
            clouds(folder.resolve("clouds"));
            stretches(folder.resolve("stretches"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot bring in what an earlier release kept in " + folder, e);
        }
    }

    private void clouds(Path clouds) throws IOException {
        Path file = clouds.resolve("clouds.json");
        if (!Files.isRegularFile(file)) {
            return;
        }
        PasswordVault vault = new PasswordVault(clouds.resolve("vault.key"));
        List<RegisteredClouds.Entry> entries = json.readValue(file.toFile(), new TypeReference<>() {});
        for (RegisteredClouds.Entry entry : entries) {
            String name = entry.registration().name().value();
            String sealed = RegisteredClouds.seal(store, name, vault.open(name, entry.sealedPassword()));
            put(
                    RegisteredClouds.KIND,
                    name,
                    json.writeValueAsString(new RegisteredClouds.Entry(entry.registration(), sealed)));
        }
        LOG.info("event=imported kind={} count={} folder={}", RegisteredClouds.KIND, entries.size(), clouds);
        retire(clouds);
    }

    private void stretches(Path stretches) throws IOException {
        if (!Files.isDirectory(stretches)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(stretches)) {
            files = all.filter(file -> file.getFileName().toString().matches("[a-z0-9][a-z0-9-]{0,60}\\.json"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            put(StoredStretches.KIND, file.getFileName().toString().replace(".json", ""), Files.readString(file));
        }
        LOG.info("event=imported kind={} count={} folder={}", StoredStretches.KIND, files.size(), stretches);
        retire(stretches);
    }

    private void put(String kind, String id, String body) {
        String there = store.documents().putIfAbsent(kind, id, body);
        if (!there.equals(body)) {
            LOG.warn("event=import-kept-what-was-there kind={} id={}", kind, id);
        }
    }

    private static void retire(Path folder) throws IOException {
        Path retired = folder.resolveSibling(folder.getFileName() + ENDING);
        for (int again = 2; Files.exists(retired); again++) {
            retired = folder.resolveSibling(folder.getFileName() + ENDING + "." + again);
        }
        Files.move(folder, retired);
    }
}
