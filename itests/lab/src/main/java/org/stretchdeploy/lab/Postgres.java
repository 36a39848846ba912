package org.stretchdeploy.lab;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** A real PostgreSQL that may be stopped for a while; it ends with this process. Not thread-safe. */
final class Postgres implements AutoCloseable {
    private final Path folder;
    private final int port;
    private Optional<EmbeddedPostgres> running = Optional.empty();

    /** @param folder of its data and of the files that the nodes read; made anew */
    Postgres(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    void start() {
        try {
            Files.createDirectories(folder);
            running = Optional.of(EmbeddedPostgres.builder()
                    .setDataDirectory(folder.resolve("data"))
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .start());
        } catch (IOException e) {
            throw new LabException("PostgreSQL cannot be started: " + e.getMessage(), e);
        }
    }

    /** As an administrator would: connections are closed, what is committed is kept. */
    void stop() {
        try {
            if (running.isPresent()) {
                running.get().close();
            }
            running = Optional.empty();
        } catch (IOException e) {
            throw new LabException("PostgreSQL cannot be stopped: " + e.getMessage(), e);
        }
    }

    Seat.Shared shared() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new Seat.Shared(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "postgres",
                secret("password", "postgres"),
                secret("store.key", HexFormat.of().formatHex(key)));
    }

    private Path secret(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.writeString(file, text + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return file;
        } catch (IOException e) {
            throw new LabException("cannot write a file of the database's", e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
