package org.stretchdeploy.director.internal.cloud;

import java.util.List;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CatalogItem;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;

/**
 * Removes things. The record goes first, the disks after it: what a crash leaves in between belongs to nobody and is
 * found at the next start.
 */
public final class Deletions {
    private final Cloud cloud;
    private final TransferArea transfers;

    public Deletions(Cloud cloud, TransferArea transfers) {
        this.cloud = cloud;
        this.transfers = transfers;
    }

    public Task delete(CloudState s, Principal by, VApp vapp) {
        List<String> locks = Locks.of(s, vapp);
        if (s.deployed(vapp)) {
            throw ApiException.badRequest("The vApp \"" + vapp.name + "\" is running. Stop the vApp and try again.");
        }
        Tasks.Spec spec =
                Tasks.Spec.of("vdcDeleteVapp", "Deleting", "Deleted", "Virtual Application", vapp.ref(), locks);
        String id = vapp.id;
        return cloud.tasks().start(s, by, spec, run -> state -> forgetVApp(state, run, id));
    }

    public Task delete(CloudState s, Principal by, Vm vm) {
        List<String> locks = Locks.of(s, vm);
        requireUndeployed(vm);
        Tasks.Spec spec = Tasks.Spec.of("vappDeleteVm", "Deleting", "Deleted", "Virtual Machine", vm.ref(), locks);
        String id = vm.id;
        return cloud.tasks().start(s, by, spec, run -> state -> forgetVm(state, run, id));
    }

    public Task delete(CloudState s, Principal by, Template template) {
        abortUpload(s, template);
        List<String> locks = Locks.of(s, template);
        Tasks.Spec spec = Tasks.Spec.of(
                "vdcDeleteTemplate", "Deleting", "Deleted", "Virtual Application Template", template.ref(), locks);
        String id = template.id;
        return cloud.tasks().start(s, by, spec, run -> state -> forgetTemplate(state, run, id));
    }

    /**
     * Removes a catalog item with its template at once, so that its name is free when the request is answered; its bytes
     * go in the background.
     */
    public void delete(CloudState s, Principal by, CatalogItem item) {
        Template template = s.templates.get(item.templateId);
        abortUpload(s, template);
        Locks.of(s, template);
        TaskRun rest = new TaskRun();
        forgetTemplate(s, rest, template.id);
        Tasks.Spec spec =
                Tasks.Spec.of("catalogItemDelete", "Deleting", "Deleted", "Catalog Item", item.ref(), List.of());
        cloud.tasks().start(s, by, spec, run -> {
            run.atEnd(rest::finish);
            return state -> {};
        });
    }

    /** @param force also with items in it */
    public Task delete(CloudState s, Principal by, Catalog catalog, boolean force) {
        List<Template> templates = s.itemsOf(catalog.id).stream()
                .map(i -> s.templates.get(i.templateId))
                .toList();
        if (!force && !templates.isEmpty()) {
            throw ApiException.badRequest("The catalog \"" + catalog.name + "\" is not empty.");
        }
        templates.forEach(t -> {
            abortUpload(s, t);
            Locks.of(s, t);
        });
        Tasks.Spec spec =
                Tasks.Spec.of("catalogDelete", "Deleting", "Deleted", "Catalog", catalog.ref(), List.of(catalog.id));
        String id = catalog.id;
        return cloud.tasks().start(s, by, spec, run -> state -> {
            state.itemsOf(id).forEach(i -> forgetTemplate(state, run, i.templateId));
            state.catalogs.remove(id);
        });
    }

    /** Deleting what is still being uploaded gives the upload up. */
    private static void abortUpload(CloudState s, Template template) {
        s.tasksOf(template.id).stream()
                .filter(t -> t.running() && t.waitsForClient)
                .forEach(t -> Tasks.end(t, Task.Status.ABORTED, 400, "TASK_CANCELED", "The upload was given up."));
    }

    static void requireUndeployed(Vm vm) {
        if (vm.deployed || vm.poweredOn) {
            throw ApiException.badRequest("The VM \"" + vm.name + "\" is running. Stop the VM and try again.");
        }
    }

    /** Removes a whole source after a move; part of the change that completes it. */
    void forgetSource(CloudState s, TaskRun run, String id) {
        if (s.templates.containsKey(id)) {
            forgetTemplate(s, run, id);
        } else {
            forgetVApp(s, run, id);
        }
    }

    void forgetVApp(CloudState s, TaskRun run, String id) {
        VApp vapp = s.vapps.get(id);
        s.vmsOf(id).forEach(v -> forgetVm(s, run, v.id));
        s.networksOf(id).forEach(n -> s.vappNetworks.remove(n.id));
        transfers.forget(s, run, vapp.downloadId);
        s.vapps.remove(id);
        run.atEnd(() -> cloud.provisioner().reconcile(id));
    }

    void forgetVm(CloudState s, TaskRun run, String id) {
        Vm vm = s.vms.remove(id);
        if (!vm.inTemplate) {
            MachinePlan.leave(s, vm);
            run.atEnd(() -> cloud.provisioner().reconcile(vm.containerId));
        }
        for (VmDisk disk : vm.disks) {
            run.atEnd(() -> cloud.host().deleteDisk(disk.diskId()));
        }
    }

    void forgetTemplate(CloudState s, TaskRun run, String id) {
        Template template = s.templates.remove(id);
        if (template == null) {
            return;
        }
        s.vmsOf(id).forEach(v -> forgetVm(s, run, v.id));
        s.networksOf(id).forEach(n -> s.vappNetworks.remove(n.id));
        s.itemFor(id).ifPresent(item -> {
            s.catalogItems.remove(item.id);
            Catalog catalog = s.catalogs.get(item.catalogId);
            if (catalog != null) {
                catalog.version++;
            }
        });
        transfers.forget(s, run, template.uploadId);
        transfers.forget(s, run, template.downloadId);
    }
}
