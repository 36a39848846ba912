package org.stretchdeploy.director.internal.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Transfer;

/**
 * The folders in which packages arrive and are offered. A file's name on disk is its position in the package, never a
 * name that a client chose.
 */
public final class TransferArea {
    private final Path root;

    public TransferArea(Path root) {
        this.root = root;
    }

    public Path folder(String transferId) {
        return root.resolve(transferId);
    }

    /** Where the file at that position of a transfer is kept. */
    public Path file(Transfer transfer, String name) {
        for (int i = 0; i < transfer.files.size(); i++) {
            if (transfer.files.get(i).name.equals(name)) {
                return folder(transfer.id).resolve("f" + i);
            }
        }
        throw new IllegalArgumentException("no such file in the transfer");
    }

    public void create(String transferId) {
        try {
            Files.createDirectories(folder(transferId));
        } catch (IOException e) {
            throw new UncheckedIOException("the transfer folder could not be made", e);
        }
    }

    /** Takes a transfer out of the state; its bytes go when the task has ended. */
    void forget(CloudState s, TaskRun run, String transferId) {
        if (s.transfers.remove(transferId) != null) {
            run.atEnd(() -> delete(transferId));
        }
    }

    public void delete(String transferId) {
        deleteTree(folder(transferId));
    }

    private static void deleteTree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> paths = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a transfer folder could not be removed", e);
        }
    }

    /** Removes folders that no transfer owns; at the start. */
    void sweep(Set<String> owned) throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            Set<Path> rubbish =
                    all.filter(p -> !owned.contains(p.getFileName().toString())).collect(Collectors.toSet());
            rubbish.forEach(TransferArea::deleteTree);
        }
    }
}
