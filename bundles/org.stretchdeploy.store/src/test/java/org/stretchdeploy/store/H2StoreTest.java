package org.stretchdeploy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.store.internal.KeyFile;

/** The store's promises on the embedded database, and the key's file. */
class H2StoreTest extends StoreContract {
    @TempDir
    private Path folder;

    @Override
    Store open(byte[] key) {
        return Store.open(new DatabaseSettings("jdbc:h2:file:" + folder.resolve("store"), "stretch", "secret"), key);
    }

    /** The file belongs to one process and one opening of it; a second node is only there for two on PostgreSQL. */
    @Override
    Store openBeside(Store first) {
        return open(KEY);
    }

    @Test
    void theKeyIsMadeOnceForItsOwnerOnly() throws IOException {
        Path file = folder.resolve("keys/store.key");
        byte[] key = KeyFile.readOrCreate(file);
        assertThat(KeyFile.readOrCreate(file)).isEqualTo(key).hasSize(Vault.KEY_BYTES);
        assertThat(KeyFile.read(file)).isEqualTo(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithASentence() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.key"), "not a key");
        assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("openssl rand -hex 32");
        assertThatThrownBy(() -> KeyFile.read(folder.resolve("absent"))).hasMessageContaining("cannot be read");
    }
}
