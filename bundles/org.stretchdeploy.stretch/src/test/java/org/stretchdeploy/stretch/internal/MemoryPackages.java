package org.stretchdeploy.stretch.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.stretch.internal.run.PackageNode;

/** A node whose staging area is memory: the real protocol of both clouds, without disks of our own. */
public final class MemoryPackages implements PackageNode {
    private record Held(byte[] descriptor, byte[] manifest, Map<String, byte[]> files) {}

    private final Map<String, Held> held = new ConcurrentHashMap<>();
    public long free = 1L << 40;

    @Override
    public boolean publish(String packageId, Cloud source, ObjectId template, Progress progress) {
        Catalogs.Export export = source.catalogs().export(template);
        Map<String, byte[]> files = new LinkedHashMap<>();
        String manifest = new String(export.manifest().orElseThrow(), java.nio.charset.StandardCharsets.UTF_8);
        for (String line : manifest.split("\n")) {
            String name = line.substring(line.indexOf('(') + 1, line.indexOf(')'));
            if (!name.equals(export.descriptorName())) {
                try (InputStream in = source.catalogs().read(template, name, 0)) {
                    files.put(name, in.readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        held.put(packageId, new Held(export.descriptor(), export.manifest().get(), files));
        progress.at(1, 1, "published");
        return true;
    }

    @Override
    public Optional<ObjectId> transfer(
            String packageId, Cloud target, ObjectId catalog, String name, Tag tag, Progress progress) {
        Held content = held.get(packageId);
        if (content == null) {
            throw new CloudException(NOT_STAGED, CloudException.Category.USER, "This node does not have the package.");
        }
        ObjectId upload = target.catalogs().beginUpload(catalog, name, true, tag);
        Catalogs.Upload state = target.catalogs().upload(upload);
        if (state.state() != Catalogs.State.PENDING) {
            return Optional.of(upload);
        }
        if (state.descriptorWanted()) {
            target.catalogs().putDescriptor(upload, content.descriptor());
            state = target.catalogs().upload(upload);
        }
        boolean complete = true;
        for (Catalogs.UploadFile file : state.files()) {
            byte[] bytes = file.name().endsWith(".mf")
                    ? content.manifest()
                    : content.files().get(file.name());
            if (bytes != null && file.received() < bytes.length) {
                target.catalogs().putFile(upload, file.name(), 0, bytes, bytes.length, bytes.length);
                complete = false;
            }
        }
        return complete ? Optional.of(upload) : Optional.empty();
    }

    @Override
    public void discard(String packageId) {
        held.remove(packageId);
    }

    @Override
    public long freeBytes() {
        return free;
    }

    public boolean isEmpty() {
        return held.isEmpty();
    }
}
