package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Sets one key of a .cfg file and leaves the rest. */
final class Properties {
    private Properties() {}

    static void set(Path file, String key, String value) {
        try {
            List<String> lines = new ArrayList<>();
            if (Files.exists(file)) {
                Pattern old = Pattern.compile("\\s*" + Pattern.quote(key) + "\\s*=.*");
                Files.readAllLines(file).stream()
                        .filter(l -> !old.matcher(l).matches())
                        .forEach(lines::add);
            }
            lines.add(key + " = " + value);
            Files.write(file, lines);
        } catch (IOException e) {
            throw new LabException("cannot change " + file, e);
        }
    }
}
