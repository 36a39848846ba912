package org.stretchdeploy.stretch.internal.register;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.run.DurableFiles;

/** One JSON file per stretch, written atomically. */
public final class FileStretches implements Stretches {
    private final Path folder;
    private final ObjectMapper json;

    public FileStretches(Path folder, ObjectMapper json) {
        this.folder = folder;
        this.json = json;
        DurableFiles.makePrivateFolder(folder);
    }

    @Override
    public synchronized Optional<Stretch> find(String id) {
        Path file = file(id);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    @Override
    public synchronized List<Stretch> all() {
        List<Stretch> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            files.forEach(file -> found.add(read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(java.util.Comparator.comparing(Stretch::id));
        return found;
    }

    @Override
    public synchronized void put(Stretch stretch) {
        try {
            DurableFiles.replace(file(stretch.id()), json.writeValueAsBytes(stretch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void remove(String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String id) {
        if (!id.matches("[a-z0-9][a-z0-9-]{0,60}")) {
            throw new IllegalArgumentException("not a stretch id: " + id);
        }
        return folder.resolve(id + ".json");
    }

    private Stretch read(Path file) {
        try {
            return json.readValue(file.toFile(), Stretch.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the record of a stretch, " + file.getFileName(), e);
        }
    }
}
