package org.stretchdeploy.stretch.internal.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;

/** The edge appliance's package on its way into a catalog; goes on from what the cloud has. */
final class ApplianceUpload {
    /** One request's worth of the disk: little memory, and a cancel is heard between two. */
    private static final int PIECE_BYTES = 8 << 20;

    private final Cloud cloud;
    private final ObjectId template;

    ApplianceUpload(Cloud cloud, ObjectId template) {
        this.cloud = cloud;
        this.template = template;
    }

    /**
     * Gives the cloud the next that it wants: the descriptor, or a piece of each file.
     *
     * @param folder the package
     * @return whether the template is ready
     */
    boolean advance(Path folder) {
        Catalogs.Upload state = cloud.catalogs().upload(template);
        if (state.state() == Catalogs.State.FAILED) {
            throw new CloudException(
                    "appliance-upload-failed",
                    CloudException.Category.EXTERNAL,
                    "The cloud did not accept the edge appliance's package: "
                            + state.failure().orElse("no reason given"));
        }
        if (state.state() == Catalogs.State.READY) {
            return true;
        }
        try {
            if (state.descriptorWanted()) {
                cloud.catalogs().putDescriptor(template, Files.readAllBytes(descriptor(folder)));
                return false;
            }
            for (Catalogs.UploadFile file : state.files()) {
                putPiece(folder, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the edge appliance's package", e);
        }
        return false;
    }

    /** Gives the next piece that the cloud does not have. */
    private void putPiece(Path folder, Catalogs.UploadFile file) throws IOException {
        Path path = file.name().endsWith(".mf")
                ? manifest(folder)
                : folder.resolve(file.name()).normalize();
        if (!path.startsWith(folder) || !Files.isRegularFile(path)) {
            return;
        }
        long total = Files.size(path);
        long offset = file.received();
        if (offset < total) {
            try (InputStream in = Files.newInputStream(path)) {
                in.skipNBytes(offset);
                byte[] piece = in.readNBytes(PIECE_BYTES);
                cloud.catalogs().putFile(template, file.name(), offset, piece, piece.length, total);
            }
        }
    }

    private static Path descriptor(Path folder) throws IOException {
        return withEnding(folder, ".ovf");
    }

    private static Path manifest(Path folder) throws IOException {
        return withEnding(folder, ".mf");
    }

    private static Path withEnding(Path folder, String ending) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*" + ending)) {
            for (Path file : files) {
                return file;
            }
        }
        throw new IOException("the edge appliance's package has no *" + ending);
    }
}
