package org.stretchdeploy.director.internal.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Ref;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.Transfer;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;
import org.stretchdeploy.director.internal.ovf.Manifest;
import org.stretchdeploy.director.internal.ovf.OvfWriter;

/** Packages that are offered: the export of a template or a stopped vApp. */
public final class Downloads {
    private final Cloud cloud;
    private final TransferArea area;

    public Downloads(Cloud cloud, TransferArea area) {
        this.cloud = cloud;
        this.area = area;
    }

    public Task enable(CloudState s, Principal by, Template template) {
        if (template.status != 8) {
            throw ApiException.badRequest("The vApp template \"" + template.name + "\" is not ready.");
        }
        return enable(s, by, template.ref(), template.vdcId, Locks.of(s, template));
    }

    public Task enable(CloudState s, Principal by, VApp vapp) {
        if (s.deployed(vapp)) {
            throw ApiException.badRequest("The vApp \"" + vapp.name + "\" is running. Stop the vApp and try again.");
        }
        return enable(s, by, vapp.ref(), vapp.vdcId, Locks.of(s, vapp));
    }

    private Task enable(CloudState s, Principal by, Ref owner, String vdcId, List<String> locks) {
        if (s.vmsOf(owner.id()).isEmpty()) {
            throw ApiException.badRequest("\"" + owner.name() + "\" has no VMs to download.");
        }
        Transfer transfer = new Transfer();
        transfer.id = UUID.randomUUID().toString();
        transfer.orgId = s.orgOfVdc(vdcId);
        transfer.entityId = owner.id();
        transfer.packageName = owner.name();
        Tasks.Spec spec = Tasks.Spec.of("vdcEnableDownload", "Exporting", "Exported", "entity", owner, locks);
        return cloud.tasks().start(s, by, spec, run -> {
            run.onFailure(() -> area.delete(transfer.id));
            return export(run, transfer, owner);
        });
    }

    private Consumer<CloudState> export(TaskRun run, Transfer transfer, Ref owner) throws IOException {
        area.create(transfer.id);
        List<OvfWriter.ExportedFile> files = new ArrayList<>();
        List<VmDisk> disks = cloud.store().read(s -> s.vmsOf(owner.id()).stream()
                .flatMap((Vm v) -> v.disks.stream())
                .toList());
        for (VmDisk disk : disks) {
            run.checkCancelled();
            String name = "disk-" + (files.size() + 1) + ".vmdk";
            Path file = add(transfer, name);
            cloud.host().exportDisk(disk.diskId(), file);
            files.add(new OvfWriter.ExportedFile(disk.diskId(), name, Files.size(file), disk.capacityBytes()));
            run.progress(files.size() * 90 / Math.max(1, disks.size()));
        }
        StringBuilder digests = new StringBuilder();
        for (OvfWriter.ExportedFile file : files) {
            digests.append(line(file.name(), area.file(transfer, file.name())));
        }
        descriptor(transfer, owner, files, false, digests.toString());
        descriptor(transfer, owner, files, true, digests.toString());
        for (Transfer.TransferFile file : transfer.files) {
            file.size = Files.size(area.file(transfer, file.name));
            file.complete = true;
        }
        return s -> {
            String before = downloadId(s, owner.id());
            area.forget(s, run, before);
            s.transfers.put(transfer.id, transfer);
            setDownloadId(s, owner.id(), transfer.id);
        };
    }

    private Path add(Transfer transfer, String name) {
        transfer.files.add(new Transfer.TransferFile(name, -1));
        return area.file(transfer, name);
    }

    /** A descriptor with its manifest, which lists the descriptor and the disks and nothing else. */
    private void descriptor(
            Transfer transfer, Ref owner, List<OvfWriter.ExportedFile> files, boolean identity, String digests)
            throws IOException {
        String base = identity ? "descriptor-with-id" : "descriptor";
        String text = cloud.store().read(s -> write(s, owner, files, identity));
        Path file = add(transfer, base + ".ovf");
        Files.writeString(file, text);
        Files.writeString(add(transfer, base + ".mf"), line(base + ".ovf", file) + digests);
    }

    private static String line(String name, Path file) throws IOException {
        return "SHA256(" + name + ")= " + Manifest.digest("SHA-256", file) + "\n";
    }

    /** The descriptor of a template or vApp without disks, for a look. */
    public static String write(CloudState s, Ref owner, List<OvfWriter.ExportedFile> files, boolean identity) {
        Template template = s.templates.get(owner.id());
        VApp vapp = s.vapps.get(owner.id());
        List<OvfWriter.ExportedFile> all = files;
        if (all.isEmpty()) {
            all = new ArrayList<>();
            for (Vm vm : s.vmsOf(owner.id())) {
                for (VmDisk disk : vm.disks) {
                    all.add(new OvfWriter.ExportedFile(
                            disk.diskId(), "disk-" + (all.size() + 1) + ".vmdk", 0, disk.capacityBytes()));
                }
            }
        }
        return new OvfWriter(identity)
                .write(
                        owner.name(),
                        template != null ? template.description : vapp.description,
                        template != null && template.customizeOnInstantiate,
                        s.networksOf(owner.id()),
                        s.vmsOf(owner.id()),
                        all);
    }

    /** Ends the offer; inside an update. */
    public void disable(CloudState s, String entityId) {
        String id = downloadId(s, entityId);
        if (s.transfers.remove(id) != null) {
            setDownloadId(s, entityId, "");
            area.delete(id);
        }
    }

    private static String downloadId(CloudState s, String entityId) {
        return s.templates.containsKey(entityId)
                ? s.templates.get(entityId).downloadId
                : s.vapps.get(entityId).downloadId;
    }

    static void setDownloadId(CloudState s, String entityId, String transferId) {
        if (s.templates.containsKey(entityId)) {
            s.templates.get(entityId).downloadId = transferId;
        } else {
            s.vapps.get(entityId).downloadId = transferId;
        }
    }

    /** Where an offered file is, its size, and its name. */
    public record Offered(Path file, long size) {}

    public Offered offered(CloudState s, Principal by, String transferId, String name) {
        Transfer transfer = s.transfers.get(transferId);
        if (transfer == null || transfer.upload || !by.sees(transfer.orgId)) {
            throw ApiException.forbidden(transferId);
        }
        Transfer.TransferFile file = transfer.file(name);
        if (file == null) {
            throw ApiException.notFound(name);
        }
        return new Offered(area.file(transfer, name), file.size);
    }

    /** The files of a package as one archive, in the order that the standard wants. */
    public List<OvaStream.Entry> archive(CloudState s, Principal by, String transferId, boolean identity) {
        Transfer transfer = s.transfers.get(transferId);
        if (transfer == null || transfer.upload || !by.sees(transfer.orgId)) {
            throw ApiException.forbidden(transferId);
        }
        String base = identity ? "descriptor-with-id" : "descriptor";
        List<OvaStream.Entry> entries = new ArrayList<>();
        for (String name : List.of(base + ".ovf", base + ".mf")) {
            entries.add(new OvaStream.Entry(name, area.file(transfer, name), transfer.file(name).size));
        }
        transfer.files.stream()
                .filter(f -> f.name.endsWith(".vmdk"))
                .forEach(f -> entries.add(new OvaStream.Entry(f.name, area.file(transfer, f.name), f.size)));
        return entries;
    }
}
