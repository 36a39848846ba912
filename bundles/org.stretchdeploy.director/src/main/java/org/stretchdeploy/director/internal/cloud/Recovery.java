package org.stretchdeploy.director.internal.cloud;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.Transfer;
import org.stretchdeploy.director.internal.model.VApp;

/** What happens at the start of a director that ran before: half-done work is ended, the host is brought in line. */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private final Cloud cloud;
    private final Uploads uploads;
    private final TransferArea area;

    public Recovery(Cloud cloud, Uploads uploads) {
        this.cloud = cloud;
        this.uploads = uploads;
        this.area = new TransferArea(cloud.transferFolder());
    }

    public void run() throws IOException {
        List<Transfer> imports = cloud.store().update(Recovery::endTasks);
        cloud.store().change(Recovery::removeHalfMade);
        area.sweep(cloud.store().read(s -> Set.copyOf(s.transfers.keySet())));
        cloud.provisioner().applyInfrastructure();
        findGuests();
        cloud.store().read(s -> List.copyOf(s.vapps.keySet())).forEach(this::reconcile);
        sweepHost();
        imports.forEach(t -> cloud.tasks().schedule(t.taskId, run -> uploads.resume(run, t.id)));
    }

    private void reconcile(String vappId) {
        try {
            cloud.provisioner().reconcile(vappId);
        } catch (HostException e) {
            LOG.warn("event=vapp-not-restored vapp={} reason={}", vappId, e.getMessage());
        }
    }

    /** Tasks end in error, but for uploads: those that wait go on waiting, imports are done again. */
    private static List<Transfer> endTasks(CloudState s) {
        List<Transfer> imports = s.transfers.values().stream()
                .filter(t -> t.upload && t.files.stream().allMatch(f -> f.complete))
                .filter(t -> s.templates.containsKey(t.entityId)
                        && s.templates.get(t.entityId).status == 0
                        && s.templates.get(t.entityId).descriptorUploaded)
                .filter(t ->
                        s.tasks.containsKey(t.taskId) && s.tasks.get(t.taskId).running())
                .toList();
        Set<String> kept = imports.stream().map(t -> t.taskId).collect(java.util.stream.Collectors.toSet());
        for (Task task : s.tasks.values()) {
            if (task.running() && kept.contains(task.id)) {
                task.waitsForClient = false;
            } else if (task.running() && !task.waitsForClient) {
                Tasks.end(task, Task.Status.ERROR, 500, "INTERNAL_SERVER_ERROR", "The cell was restarted.");
            }
        }
        return imports;
    }

    private static void removeHalfMade(CloudState s) {
        List<VApp> vapps = s.vapps.values().stream()
                .filter(v -> v.progress == VApp.Progress.CREATING)
                .toList();
        for (VApp vapp : vapps) {
            s.vmsOf(vapp.id).forEach(v -> s.vms.remove(v.id));
            s.networksOf(vapp.id).forEach(n -> s.vappNetworks.remove(n.id));
            s.vapps.remove(vapp.id);
        }
        List<Template> templates = s.templates.values().stream()
                .filter(t -> t.status == 0 && t.uploadId.isEmpty())
                .toList();
        for (Template template : templates) {
            s.itemFor(template.id).ifPresent(i -> s.catalogItems.remove(i.id));
            s.networksOf(template.id).forEach(n -> s.vappNetworks.remove(n.id));
            s.templates.remove(template.id);
        }
    }

    /** A machine stays on when its guest still runs. */
    private void findGuests() {
        List<String> on = cloud.store().read(s -> s.vms.values().stream()
                .filter(v -> v.poweredOn)
                .map(v -> v.id)
                .toList());
        Set<String> running = on.stream()
                .filter(id -> cloud.host().vmState(id) == Host.VmState.RUNNING)
                .collect(java.util.stream.Collectors.toSet());
        Set<String> known = cloud.host().inventory().vms();
        cloud.store().change(s -> s.vms.values().forEach(v -> {
            boolean lives = running.contains(v.id) || !v.inTemplate && known.contains(v.id) && v.deployed;
            v.deployed = lives || v.deployed && !v.poweredOn && !on.contains(v.id);
            v.poweredOn = lives;
        }));
    }

    /** Removes from the host what nobody owns. */
    private void sweepHost() {
        Map<String, Set<String>> owned = cloud.provisioner().owned();
        Host.Inventory found = cloud.host().inventory();
        sweep("vm", found.vms(), owned.get("vms"), id -> cloud.host().stopVm(id, Host.StopMode.POWER_OFF));
        sweep("router", found.routers(), owned.get("routers"), cloud.host()::deleteRouter);
        sweep("network", found.networks(), owned.get("networks"), cloud.host()::deleteNetwork);
        sweep("disk", found.disks(), owned.get("disks"), cloud.host()::deleteDisk);
    }

    private static void sweep(String what, Set<String> found, Set<String> owned, Consumer<String> remove) {
        for (String id : found) {
            if (!owned.contains(id)) {
                try {
                    remove.accept(id);
                    LOG.info("event=orphan-removed kind={} id={}", what, id);
                } catch (HostException e) {
                    LOG.warn("event=orphan-stays kind={} id={} reason={}", what, id, e.getMessage());
                }
            }
        }
    }
}
