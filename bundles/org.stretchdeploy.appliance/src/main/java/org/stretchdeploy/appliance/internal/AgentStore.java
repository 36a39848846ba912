package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.DesiredState;

/**
 * Agents on disk: {@code <id>.agent.json} and {@code <id>.desired.json}, each replaced atomically. Its caller locks.
 */
final class AgentStore {
    private static final String AGENT = ".agent.json";
    private static final String DESIRED = ".desired.json";

    private final Path folder;

    AgentStore(Path folder) throws IOException {
        this.folder = folder;
        OwnerOnlyFiles.folder(folder);
    }

    Optional<AgentRecord> agent(String id) {
        return read(id, AGENT, AgentRecord.class);
    }

    void save(AgentRecord agent) {
        write(agent.id(), AGENT, agent);
    }

    Optional<DesiredState> desired(String id) {
        return read(id, DESIRED, DesiredState.class);
    }

    void save(String id, DesiredState desired) {
        write(id, DESIRED, desired);
    }

    void delete(String id) {
        try {
            Files.deleteIfExists(file(id, AGENT));
            Files.deleteIfExists(file(id, DESIRED));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot forget agent " + id, e);
        }
    }

    List<String> ids() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(AGENT))
                    .map(name -> name.substring(0, name.length() - AGENT.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list agents", e);
        }
    }

    private Path file(String id, String kind) {
        new AgentIdentity("any", id);
        return folder.resolve(id + kind);
    }

    private <T> Optional<T> read(String id, String kind, Class<T> type) {
        Path file = file(id, kind);
        try {
            return Files.exists(file)
                    ? Optional.of(ControlJson.read(Files.readAllBytes(file), type))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file.getFileName(), e);
        }
    }

    private void write(String id, String kind, Object document) {
        try {
            OwnerOnlyFiles.write(file(id, kind), ControlJson.write(document));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store agent " + id, e);
        }
    }
}
