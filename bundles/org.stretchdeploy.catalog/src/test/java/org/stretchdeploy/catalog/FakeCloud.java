package org.stretchdeploy.catalog;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfReader;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.spi.VApps;

/** A cloud with one exported template and one catalog, whose connections break on demand. */
final class FakeCloud implements Cloud, Catalogs {
    static final ObjectId TEMPLATE = new ObjectId("template");
    static final ObjectId CATALOG = new ObjectId("catalog");

    byte[] descriptor = new byte[0];
    Optional<byte[]> manifest = Optional.empty();
    final Map<String, byte[]> files = new LinkedHashMap<>();
    Set<Capability> capabilities = Set.of(Capability.RANGED_DOWNLOAD, Capability.RANGED_UPLOAD);

    /** Bytes after which every download breaks. */
    int breakAfter = Integer.MAX_VALUE;
    /** Which calls of putFile (from 1) lose their request, and which lose their reply. */
    IntPredicate requestLost = n -> false;

    IntPredicate replyLost = n -> false;
    CloudException.Category lossCategory = CloudException.Category.TRANSIENT;
    Optional<String> failure = Optional.empty();
    boolean asksForManifest;
    boolean forgetsFilesWhenComplete;

    final List<Long> readOffsets = new ArrayList<>();
    final Map<String, ByteArrayOutputStream> received = new LinkedHashMap<>();
    Optional<byte[]> receivedDescriptor = Optional.empty();
    int puts;
    int uploadsBegun;
    Runnable beforePut = () -> {};
    Runnable beforeRead = () -> {};

    @Override
    public Export export(ObjectId template) {
        return new Export("descriptor-with-id.ovf", descriptor, manifest);
    }

    @Override
    public InputStream read(ObjectId template, String fileName, long offset) {
        beforeRead.run();
        readOffsets.add(offset);
        byte[] all = files.get(fileName);
        InputStream rest = new ByteArrayInputStream(all, (int) offset, all.length - (int) offset);
        return new FilterInputStream(rest) {
            private int given;

            @Override
            public int read(byte[] buffer, int from, int length) throws IOException {
                if (given >= breakAfter) {
                    throw new IOException("connection reset");
                }
                int read = super.read(buffer, from, Math.min(length, Math.min(1000, breakAfter - given)));
                given += Math.max(0, read);
                return read;
            }
        };
    }

    @Override
    public ObjectId beginUpload(ObjectId catalog, String name, boolean withManifest, Tag tag) {
        asksForManifest = withManifest;
        uploadsBegun++;
        return new ObjectId("new:" + tag.text());
    }

    @Override
    public Upload upload(ObjectId template) {
        List<UploadFile> wanted = new ArrayList<>();
        if (receivedDescriptor.isPresent()) {
            wanted.add(
                    new UploadFile("descriptor.ovf", receivedDescriptor.get().length, receivedDescriptor.get().length));
            if (asksForManifest) {
                wanted.add(new UploadFile("descriptor.mf", -1, size("descriptor.mf")));
            }
            try {
                for (FileReference file :
                        new OvfReader().read(receivedDescriptor.get()).references()) {
                    wanted.add(new UploadFile(file.href(), file.size().orElse(-1), size(file.href())));
                }
            } catch (OvfException e) {
                throw new IllegalStateException(e);
            }
        }
        boolean complete =
                !wanted.isEmpty() && wanted.stream().allMatch(f -> f.size() >= 0 && f.received() == f.size());
        if (complete && forgetsFilesWhenComplete) {
            wanted.clear();
        }
        State state = failure.isPresent() ? State.FAILED : State.PENDING;
        return new Upload(state, receivedDescriptor.isEmpty(), wanted, 0, failure);
    }

    private long size(String name) {
        return received.containsKey(name) ? received.get(name).size() : 0;
    }

    @Override
    public void putDescriptor(ObjectId template, byte[] bytes) {
        receivedDescriptor = Optional.of(bytes.clone());
    }

    @Override
    public void putFile(ObjectId template, String fileName, long offset, byte[] piece, int length, long total) {
        beforePut.run();
        puts++;
        if (requestLost.test(puts)) {
            throw new CloudException("reset", lossCategory, "The connection was lost.");
        }
        ByteArrayOutputStream file = received.computeIfAbsent(fileName, n -> new ByteArrayOutputStream());
        if (file.size() != offset) {
            throw new CloudException("range", CloudException.Category.USER, "Wrong range: " + offset + ".");
        }
        file.write(piece, 0, length);
        if (replyLost.test(puts)) {
            throw new CloudException("reset", lossCategory, "The reply was lost.");
        }
    }

    byte[] received(String name) {
        return received.get(name).toByteArray();
    }

    @Override
    public Catalogs catalogs() {
        return this;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Info info() {
        return new Info("fake", "1", Duration.ZERO, Set.of());
    }

    @Override
    public void close() {}

    @Override
    public Inventory inventory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public VApps vApps() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Edges edges() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Tunnels> tunnels() {
        return Optional.empty();
    }

    @Override
    public TaskStatus status(CloudTask task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(CloudTask task) {}

    @Override
    public CloudTask createCatalog(String name, Tag tag) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CloudTask deleteCatalog(ObjectId catalog) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Template> template(ObjectId catalog, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CloudTask capture(ObjectId catalog, ObjectId vApp, String name, Tag tag) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CloudTask deleteTemplate(ObjectId template) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CloudTask openExport(ObjectId template) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CloudTask closeExport(ObjectId template) {
        throw new UnsupportedOperationException();
    }
}
