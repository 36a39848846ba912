package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Keeps the logs of a failed run; no disks, no secrets. */
final class Diagnosis {
    private Diagnosis() {}

    static void keep(LabFolder folder, Path target) {
        LabFolder.delete(target);
        try (Stream<Path> files = Files.walk(folder.state())) {
            files.filter(f -> f.getFileName().toString().matches(".*(\\.log|\\.tsv|\\.serial|\\.svg|console)"))
                    .filter(f -> Files.isRegularFile(f))
                    .forEach(f -> copy(folder.state(), f, target));
        } catch (IOException e) {
            throw new LabException("cannot keep the logs", e);
        }
    }

    private static void copy(Path from, Path file, Path target) {
        try {
            Path to = target.resolve(from.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LabException("cannot keep " + file, e);
        }
    }
}
