package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the passwords that a director has generated at its first start. */
final class Credentials {
    private Credentials() {}

    /** @param login {@code user@organization} */
    static String password(Path file, String login) {
        try {
            for (String line : Files.readAllLines(file)) {
                int at = line.indexOf(login);
                if (at >= 0) {
                    String rest = line.substring(at + login.length()).strip();
                    return rest.replaceFirst("^[:=\\s]+", "");
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot read the director's credentials file " + file, e);
        }
        throw new LabException("the credentials file " + file + " has no password for " + login);
    }
}
