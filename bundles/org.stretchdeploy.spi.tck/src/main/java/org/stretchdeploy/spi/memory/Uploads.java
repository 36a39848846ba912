package org.stretchdeploy.spi.memory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs.Upload;
import org.stretchdeploy.spi.Catalogs.UploadFile;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.memory.State.TemplateState;
import org.stretchdeploy.spi.memory.State.UploadState;
import org.stretchdeploy.spi.memory.State.VmState;

/** Packages on their way in. Called with the cloud's lock held. */
final class Uploads {
    static final String MANIFEST = "descriptor.mf";
    private static final int MOST_DESCRIPTOR_BYTES = 4 << 20;
    private static final int MOST_FILE_BYTES = 64 << 20;
    private final TaskBoard tasks;
    private final Identities identities;
    private final Rules rules;

    Uploads(TaskBoard tasks, Identities identities, Rules rules) {
        this.tasks = tasks;
        this.identities = identities;
        this.rules = rules;
    }

    Upload view(TemplateState template) {
        UploadState upload = template.upload.orElse(null);
        if (upload == null) {
            return new Upload(template.state, false, List.of(), 100, template.failure);
        }
        List<UploadFile> files = upload.sizes.entrySet().stream()
                .map(file -> new UploadFile(
                        file.getKey(),
                        file.getValue(),
                        upload.files.get(file.getKey()).size()))
                .toList();
        long wanted = files.stream().mapToLong(file -> Math.max(0, file.size())).sum();
        long got = files.stream().mapToLong(UploadFile::received).sum();
        int percent = wanted == 0 ? 0 : (int) Math.min(99, got * 100 / wanted);
        return new Upload(template.state, upload.descriptor.length == 0, files, percent, template.failure);
    }

    void descriptor(TemplateState template, byte[] descriptor) {
        UploadState upload = receiving(template);
        if (upload.descriptor.length > 0) {
            if (!Arrays.equals(upload.descriptor, descriptor)) {
                throw Refusal.conflict("descriptor-given", "Another descriptor was given before.");
            }
            return;
        }
        if (descriptor.length == 0 || descriptor.length > MOST_DESCRIPTOR_BYTES) {
            throw Refusal.user("bad-descriptor", "A descriptor has 1 to " + MOST_DESCRIPTOR_BYTES + " bytes.");
        }
        Map<String, Long> files;
        try {
            files = OvfReader.files(descriptor);
        } catch (CloudException e) {
            fail(template, e.getMessage());
            throw e;
        }
        upload.descriptor = descriptor;
        if (upload.withManifest) {
            expect(upload, MANIFEST, -1);
        }
        files.forEach((name, size) -> expect(upload, name, size));
        if (upload.sizes.isEmpty()) {
            importPackage(template, upload);
        }
    }

    private static void expect(UploadState upload, String name, long size) {
        upload.sizes.put(name, size);
        upload.files.put(name, new ByteArrayOutputStream());
    }

    void piece(TemplateState template, String name, long offset, byte[] piece, long total) {
        UploadState upload = receiving(template);
        ByteArrayOutputStream file = upload.files.get(name);
        if (file == null) {
            throw Refusal.notFound("file that is wanted", name);
        }
        long size = upload.sizes.get(name);
        if (total > MOST_FILE_BYTES || size >= 0 && size != total) {
            throw Refusal.user("bad-size", "The file \"" + name + "\" has another size in the descriptor.");
        }
        if (!rules.has(Capability.RANGED_UPLOAD) && (offset != 0 || piece.length != total)) {
            throw Refusal.notSupported(Capability.RANGED_UPLOAD);
        }
        upload.sizes.put(name, total);
        if (offset + piece.length > total) {
            throw Refusal.user("bad-range", "The piece goes beyond the end of \"" + name + "\".");
        }
        if (offset + piece.length <= file.size() && piece.length > 0) {
            requireSame(file, name, (int) offset, piece);
            return;
        }
        if (offset != file.size()) {
            throw Refusal.conflict(
                    "wrong-offset", "\"" + name + "\" goes on at " + file.size() + ", not at " + offset + ".");
        }
        file.writeBytes(piece);
        boolean complete = upload.sizes.entrySet().stream()
                .allMatch(entry -> upload.files.get(entry.getKey()).size() == entry.getValue());
        if (complete && !tasks.busy(template.id)) {
            importPackage(template, upload);
        }
    }

    private static void requireSame(ByteArrayOutputStream file, String name, int offset, byte[] piece) {
        byte[] there = file.toByteArray();
        if (!Arrays.equals(there, offset, offset + piece.length, piece, 0, piece.length)) {
            throw Refusal.conflict("other-bytes", "Other bytes of \"" + name + "\" are there already.");
        }
    }

    private static UploadState receiving(TemplateState template) {
        if (template.failure.isPresent()) {
            throw Refusal.conflict("upload-failed", template.failure.get());
        }
        return template.upload.orElseThrow(() ->
                Refusal.conflict("not-uploading", "The template \"" + template.name + "\" is not being uploaded."));
    }

    private void importPackage(TemplateState template, UploadState upload) {
        try {
            var task = tasks.start(
                    "import \"" + template.name + "\"",
                    Optional.of(template.id),
                    Set.of(template.id),
                    () -> imported(template, upload),
                    () -> fail(template, "The import was cancelled."));
            template.task = task.id().isPresent() ? Optional.of(task) : Optional.empty();
        } catch (CloudException e) {
            // work that is done at once: the refusal is of the import, which is read, not of the piece
            fail(template, e.getMessage());
        }
    }

    private void imported(TemplateState template, UploadState upload) {
        Map<String, byte[]> files = new TreeMap<>();
        upload.files.forEach((name, content) -> files.put(name, content.toByteArray()));
        try {
            verify(upload, files);
            OvfReader.Content content = OvfReader.read(upload.descriptor, files, identities);
            rules.requireRoom(
                    template.vdc,
                    content.vms().stream().mapToLong(Finder::storageMb).sum(),
                    0);
            template.vms.addAll(content.vms());
            for (VmState vm : content.vms()) {
                VApp.Startup entry = content.startup().stream()
                        .filter(startup -> startup.vm().equals(vm.name))
                        .findFirst()
                        .orElseGet(() -> new VApp.Startup(vm.name, 0, "powerOn", 0, "powerOff", 0));
                template.startup.add(entry);
            }
            template.state = org.stretchdeploy.spi.Catalogs.State.READY;
            template.upload = Optional.empty();
            template.task = Optional.empty();
        } catch (CloudException e) {
            fail(template, e.getMessage());
            throw e;
        }
    }

    private static void verify(UploadState upload, Map<String, byte[]> files) {
        byte[] manifest = files.remove(MANIFEST);
        if (!upload.withManifest || manifest == null) {
            return;
        }
        Map<String, String> digests = OvfWriter.digests(new String(manifest, StandardCharsets.UTF_8));
        files.forEach((name, content) -> {
            if (!OvfWriter.sha256(content).equals(digests.get(name))) {
                throw Refusal.user("bad-digest", "The digest of \"" + name + "\" is not the one of the manifest.");
            }
        });
        boolean descriptorGood = digests.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".ovf"))
                .allMatch(entry -> entry.getValue().equals(OvfWriter.sha256(upload.descriptor)));
        if (!descriptorGood) {
            throw Refusal.user("bad-digest", "The digest of the descriptor is not the one of the manifest.");
        }
    }

    private static void fail(TemplateState template, String sentence) {
        template.state = org.stretchdeploy.spi.Catalogs.State.FAILED;
        template.failure = Optional.of(sentence);
        template.task = Optional.empty();
    }
}
