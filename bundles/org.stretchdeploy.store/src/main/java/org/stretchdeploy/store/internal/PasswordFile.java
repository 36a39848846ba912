package org.stretchdeploy.store.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** A password in a file that only its owner can read. */
final class PasswordFile {
    private static final int PASSWORD_BYTES = 24;
    private static final long LONGEST = 4096;

    private PasswordFile() {}

    static String read(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new IOException("the password file " + file + " is too long");
        }
        return Files.readString(file).strip();
    }

    /** Makes the folder (0700) and the file (0600, random password) when they are not there. */
    static String readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            PrivateFolder.make(file.toAbsolutePath().getParent());
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            } catch (FileAlreadyExistsException e) {
                return read(file);
            }
        }
        return read(file);
    }
}
