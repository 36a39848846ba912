package org.stretchdeploy.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where things lie.
 *
 * @param root  root of the checkout
 * @param state folder of everything that a lab run makes; deleted by {@code clean}
 */
record LabFolder(Path root, Path state) {
    static LabFolder of(Path root) {
        return new LabFolder(root, root.resolve(".stretch"));
    }

    Path made() {
        try {
            Files.createDirectories(state);
            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path cloud(String name) {
        return state.resolve(name);
    }

    Path controller() {
        return state.resolve("controller");
    }

    /** Kept over runs: it only depends on the packages of the machine. */
    Path image() {
        return root.resolve("itests/lab-image/target/image");
    }

    /** Where {@code ./stretch appliance} builds. */
    Path appliance() {
        return root.resolve("target/appliance");
    }

    Path libraries() {
        return root.resolve("itests/lab/target/lib");
    }

    Path agentJar() {
        return root.resolve("itests/lab/target/agent/org.stretchdeploy.tunnel-agent.jar");
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(LabFolder::deleteOne);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
