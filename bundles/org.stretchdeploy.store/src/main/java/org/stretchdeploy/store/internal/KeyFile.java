package org.stretchdeploy.store.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.stretchdeploy.store.Vault;

/** The key of the vault in a file that only its owner reads: 64 hexadecimal digits. */
public final class KeyFile {
    private static final long LONGEST = 200;

    private KeyFile() {}

    /** @throws IOException with a sentence when the file is not there or holds something else */
    public static byte[] read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("the key file " + file + " cannot be read");
        }
        String text = Files.size(file) > LONGEST
                ? ""
                : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!text.matches("[0-9a-fA-F]{" + 2 * Vault.KEY_BYTES + "}")) {
            throw new IOException("the key file " + file + " does not hold " + 2 * Vault.KEY_BYTES
                    + " hexadecimal digits; make one with: openssl rand -hex " + Vault.KEY_BYTES);
        }
        return HexFormat.of().parseHex(text);
    }

    /** Makes the file (0600, in a folder 0700) when it is not there. It is on disk before anything is sealed. */
    public static byte[] readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[Vault.KEY_BYTES];
            new SecureRandom().nextBytes(random);
            PrivateFolder.make(file.toAbsolutePath().getParent());
            Path draft = file.resolveSibling(
                    file.getFileName() + "." + HexFormat.of().formatHex(random, 0, 4) + ".new");
            writeDurably(draft, HexFormat.of().formatHex(random) + "\n");
            try {
                // A link is made once and as a whole: of two processes that start together, both use one key.
                Files.createLink(file, draft);
                sync(file.toAbsolutePath().getParent());
            } catch (FileAlreadyExistsException e) {
                return read(file);
            } finally {
                Files.deleteIfExists(draft);
            }
        }
        return read(file);
    }

    private static void writeDurably(Path file, String text) throws IOException {
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
