package org.stretchdeploy.director.internal.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.Transfer;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.ovf.OvfDescriptor;
import org.stretchdeploy.director.internal.ovf.OvfReader;
import org.stretchdeploy.director.internal.ovf.OvfRejected;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Packages that arrive: descriptor first, then the files that it names, then the import. */
public final class Uploads {
    static final String DESCRIPTOR = "descriptor.ovf";
    static final String MANIFEST = "descriptor.mf";
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final int TRANSFER_TIMED_OUT = 17;
    private static final long MAX_DESCRIPTOR_BYTES = 4L << 20;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private final Cloud cloud;
    private final TransferArea area;
    private final Imports imports;
    private final Map<String, Object> writers = new ConcurrentHashMap<>();

    public Uploads(Cloud cloud, TransferArea area) {
        this.cloud = cloud;
        this.area = area;
        this.imports = new Imports(cloud, area);
    }

    /**
     * UploadVAppTemplateParams; called inside an update.
     *
     * @param catalog absent: the old form, which makes no catalog item
     */
    public Template begin(CloudState s, Principal by, Vdc vdc, Optional<Catalog> catalog, XmlElement params) {
        if (params.attribute("sourceHref").isPresent()) {
            throw ApiException.badRequest("This director does not fetch packages from an address; upload the files.");
        }
        Template template = new Template();
        template.name = params.attribute("name")
                .filter(n -> !n.isBlank() && n.length() <= 128)
                .orElseThrow(() -> ApiException.badRequest("A vApp template's name has 1 to 128 characters."));
        template.description = params.first("Description").map(XmlElement::text).orElse("");
        template.vdcId = vdc.id;
        template.ownerId = by.userId();
        s.templates.put(template.id, template);
        catalog.ifPresent(c -> Captures.addItem(s, c, template.name, template.description, template));
        Transfer transfer = new Transfer();
        transfer.id = UUID.randomUUID().toString();
        transfer.upload = true;
        transfer.orgId = vdc.orgId;
        transfer.entityId = template.id;
        transfer.manifestRequired =
                params.attribute("manifestRequired").map(Boolean::parseBoolean).orElse(false);
        transfer.files.add(new Transfer.TransferFile(DESCRIPTOR, -1));
        if (transfer.manifestRequired) {
            transfer.files.add(new Transfer.TransferFile(MANIFEST, -1));
        }
        Task task = cloud.tasks()
                .create(
                        s,
                        by,
                        Tasks.Spec.of(
                                "vdcUploadOvfContents",
                                "Importing",
                                "Imported",
                                "Virtual Application Template",
                                template.ref(),
                                List.of(template.id)));
        task.waitsForClient = true;
        transfer.taskId = task.id;
        template.uploadId = transfer.id;
        s.transfers.put(transfer.id, transfer);
        area.create(transfer.id);
        return template;
    }

    /**
     * Takes the bytes of one PUT. What has arrived stays when the connection breaks, so that the client can go on from
     * {@code bytesTransferred}.
     *
     * @param contentRange absent: the whole file
     * @param length       announced length of the body, -1 when not known
     */
    public void receive(
            Principal by,
            String transferId,
            String name,
            Optional<String> contentRange,
            long length,
            InputStream body) {
        synchronized (writers.computeIfAbsent(transferId + "/" + name, k -> new Object())) {
            Piece piece = cloud.store().read(s -> piece(s, by, transferId, name, contentRange, length));
            long end = write(piece, body);
            boolean all = contentRange.isEmpty() ? end == Math.max(piece.total, end) : end >= piece.total;
            if (contentRange.isEmpty() && piece.total >= 0 && end != piece.total) {
                all = false;
            }
            boolean complete = all;
            cloud.store().change(s -> arrived(s, transferId, name, piece.total, end, complete));
            if (contentRange.isPresent() && end != piece.last + 1) {
                throw ApiException.badRequest("The piece of file " + name + " is shorter than its range.");
            }
            if (!complete && contentRange.isEmpty()) {
                throw ApiException.badRequest(
                        "The file " + name + " has " + end + " bytes, expected " + piece.total + ".");
            }
            if (complete) {
                completed(transferId, name);
            }
        }
    }

    private record Piece(Path file, long first, long last, long total, long limit) {}

    private Piece piece(
            CloudState s, Principal by, String transferId, String name, Optional<String> contentRange, long length) {
        Transfer transfer = s.transfers.get(transferId);
        Transfer.TransferFile file = transfer == null ? null : transfer.file(name);
        if (file == null || !transfer.upload || !by.sees(transfer.orgId)) {
            throw ApiException.forbidden(transferId);
        }
        Task task = s.tasks.get(transfer.taskId);
        if (task == null || !task.waitsForClient) {
            throw ApiException.badRequest("The upload is not open any more.");
        }
        boolean small = name.equals(DESCRIPTOR) || name.equals(MANIFEST);
        if (file.complete && name.equals(DESCRIPTOR)) {
            throw ApiException.badRequest("The file " + name + " has been uploaded already.");
        }
        Path path = area.file(transfer, name);
        if (contentRange.isEmpty()) {
            long total = file.size >= 0 && !small ? file.size : length;
            long limit = small
                    ? MAX_DESCRIPTOR_BYTES
                    : total < 0 ? cloud.host().capacity().diskFreeBytes() : total;
            if (length >= 0 && length > limit || total > limit) {
                throw ApiException.badRequest("The file " + name + " is larger than announced.");
            }
            return new Piece(path, 0, -1, total, limit);
        }
        Matcher matcher = CONTENT_RANGE.matcher(contentRange.get().trim());
        if (!matcher.matches() || matcher.group(3).equals("*")) {
            throw ApiException.badRequest("The Content-Range \"" + contentRange.get() + "\" cannot be read.");
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        long total = Long.parseLong(matcher.group(3));
        boolean wrong = first > last
                || last >= total
                || first > file.bytesTransferred
                || !small && file.size >= 0 && total != file.size
                || small && total > MAX_DESCRIPTOR_BYTES;
        if (wrong) {
            throw new ApiException(
                    416,
                    "BAD_REQUEST",
                    "The range " + contentRange.get() + " of file " + name + " does not fit; " + file.bytesTransferred
                            + " bytes have arrived.");
        }
        return new Piece(path, first, last, total, last - first + 1);
    }

    /** @return the position behind the last byte written */
    private static long write(Piece piece, InputStream body) {
        long position = piece.first;
        try (RandomAccessFile out = new RandomAccessFile(piece.file.toFile(), "rw")) {
            if (piece.first == 0 && piece.last < 0) {
                out.setLength(0);
            }
            out.seek(position);
            byte[] buffer = new byte[1 << 17];
            long end = piece.limit < 0 ? Long.MAX_VALUE : piece.first + piece.limit;
            while (true) {
                int n = body.read(buffer);
                if (n < 0) {
                    break;
                }
                if (position + n > end) {
                    throw ApiException.badRequest("More bytes arrived than announced.");
                }
                out.write(buffer, 0, n);
                position += n;
            }
        } catch (IOException e) {
            LOG.debug("event=upload-interrupted position={}", position);
        }
        return position;
    }

    private static void arrived(CloudState s, String transferId, String name, long total, long end, boolean complete) {
        Transfer transfer = s.transfers.get(transferId);
        if (transfer == null) {
            throw ApiException.forbidden(transferId);
        }
        Transfer.TransferFile file = transfer.file(name);
        transfer.touched = System.currentTimeMillis();
        file.bytesTransferred = complete ? end : Math.max(file.bytesTransferred, end);
        file.complete = complete;
        if (complete) {
            file.size = end;
        } else if (total >= 0 && file.size < 0 && !name.equals(DESCRIPTOR)) {
            file.size = total;
        }
    }

    private void completed(String transferId, String name) {
        if (name.equals(DESCRIPTOR)) {
            readDescriptor(transferId);
        }
        cloud.store().change(s -> {
            Transfer transfer = s.transfers.get(transferId);
            Template template = transfer == null ? null : s.templates.get(transfer.entityId);
            if (template == null || !template.descriptorUploaded || template.status != 0) {
                return;
            }
            Task task = s.tasks.get(transfer.taskId);
            if (task.waitsForClient && transfer.files.stream().allMatch(f -> f.complete)) {
                task.waitsForClient = false;
                cloud.tasks().schedule(task.id, run -> imports.run(run, transferId));
            }
        });
    }

    private void readDescriptor(String transferId) {
        try {
            OvfDescriptor descriptor = descriptor(transferId);
            cloud.store().change(s -> {
                Transfer transfer = s.transfers.get(transferId);
                Template template = s.templates.get(transfer.entityId);
                Vdc vdc = s.vdcs.get(template.vdcId);
                Limits.requireStorage(
                        s,
                        vdc,
                        descriptor.disks().stream()
                                .mapToLong(OvfDescriptor.Disk::capacityBytes)
                                .sum());
                template.descriptorUploaded = true;
                for (OvfDescriptor.FileRef file : descriptor.files()) {
                    transfer.files.add(new Transfer.TransferFile(file.href(), file.size()));
                }
            });
        } catch (OvfRejected | IOException | ApiException e) {
            fail(transferId, e.getMessage());
        }
    }

    OvfDescriptor descriptor(String transferId) throws OvfRejected, IOException {
        Path file = cloud.store().read(s -> area.file(s.transfers.get(transferId), DESCRIPTOR));
        OvfDescriptor descriptor = OvfReader.read(Files.readAllBytes(file));
        if (descriptor.files().stream()
                .anyMatch(f -> f.href().equals(DESCRIPTOR) || f.href().equals(MANIFEST))) {
            throw new OvfRejected("The OVF descriptor is invalid: it lists itself as a file.");
        }
        return descriptor;
    }

    private void fail(String transferId, String message) {
        cloud.store().change(s -> {
            Transfer transfer = s.transfers.get(transferId);
            Template template = s.templates.get(transfer.entityId);
            template.status = -1;
            Tasks.end(s.tasks.get(transfer.taskId), Task.Status.ERROR, 400, "BAD_REQUEST", message);
        });
    }

    /** Ends uploads that nobody has touched for a while, and takes back exports that nobody can want any more. */
    public void expire(long uploadIdleMillis, long downloadMillis) {
        long now = System.currentTimeMillis();
        List<String> gone = cloud.store().update(s -> {
            List<String> ids = new java.util.ArrayList<>();
            for (Transfer transfer : List.copyOf(s.transfers.values())) {
                Task task = s.tasks.get(transfer.taskId);
                boolean idle = transfer.upload
                        && task != null
                        && task.waitsForClient
                        && now - transfer.touched > uploadIdleMillis;
                if (idle) {
                    s.templates.get(transfer.entityId).status = TRANSFER_TIMED_OUT;
                    Tasks.end(task, Task.Status.ERROR, 400, "BAD_REQUEST", "The upload timed out.");
                } else if (!transfer.upload && now - transfer.touched > downloadMillis) {
                    Downloads.setDownloadId(s, transfer.entityId, "");
                } else {
                    continue;
                }
                s.transfers.remove(transfer.id);
                ids.add(transfer.id);
            }
            return ids;
        });
        gone.forEach(area::delete);
    }

    /** Gives up an upload whose client cancelled the task; inside an update. */
    public void cancelled(CloudState s, Task task) {
        s.transfers.values().stream()
                .filter(t -> t.taskId.equals(task.id))
                .findFirst()
                .ifPresent(t -> {
                    Template template = s.templates.get(t.entityId);
                    if (template != null) {
                        template.status = -1;
                    }
                });
        Tasks.end(task, Task.Status.ABORTED, 400, "TASK_CANCELED", "The task was canceled.");
    }

    /** Imports that a restart interrupted are done again; the bytes are all there. */
    Consumer<CloudState> resume(TaskRun run, String transferId) throws Exception {
        return imports.run(run, transferId);
    }

    static Optional<Vdc> vdcOf(CloudState s, Principal by, Catalog catalog, XmlElement params) {
        Optional<String> profile = params.first("VdcStorageProfile")
                .flatMap(r -> r.attribute("href"))
                .flatMap(Hrefs::uuid);
        if (profile.isPresent()) {
            return s.vdcs.values().stream()
                    .filter(v -> v.storageProfileId.equals(profile.get()) && by.sees(v.orgId))
                    .findFirst();
        }
        return s.vdcs.values().stream()
                .filter(v -> v.orgId.equals(catalog.orgId))
                .findFirst();
    }

    /** The VDC whose storage an upload into a catalog uses. */
    public Vdc vdcFor(CloudState s, Principal by, Catalog catalog, XmlElement params) {
        return vdcOf(s, by, catalog, params)
                .orElseThrow(() -> ApiException.badRequest("The organization has no VDC with that storage profile."));
    }
}
