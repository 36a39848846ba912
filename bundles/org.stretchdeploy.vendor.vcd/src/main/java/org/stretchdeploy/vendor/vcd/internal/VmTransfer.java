package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.map.Nics;
import org.stretchdeploy.vendor.vcd.internal.map.Requests;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.map.Vms;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * Brings VMs into vApps by recomposing the target. The cloud promises neither that a moved VM keeps its id nor that the
 * task tells the new VM, so a VM is found again by its name in the target. Thread-safe.
 */
final class VmTransfer {
    private final Entities entities;
    private final Api api;

    VmTransfer(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    CloudTask add(ObjectId id, VApps.VmSpec spec, Tag tag) {
        String path = entities.vApp(id);
        Elem target = api.get(path);
        return existing(target, spec, tag).orElseGet(() -> recompose(id, path, target, spec, tag));
    }

    /** What an earlier call has done: the copy with our tag, or the moved VM that is no longer anywhere else. */
    private Optional<CloudTask> existing(Elem target, VApps.VmSpec spec, Tag tag) {
        Optional<Elem> sameName = VAppDocuments.vm(target, spec.name());
        if (sameName.isEmpty()) {
            return Optional.empty();
        }
        Elem vm = sameName.get();
        ObjectId vmId = entities.id(vm);
        boolean ours = spec.mode() == VApps.Mode.COPY
                ? vm.rawText("Description").contains(tag.text())
                : vmId.equals(spec.source()) || api.find(sourcePath(spec)).isEmpty();
        if (!ours) {
            throw new CloudException(
                    "DUPLICATE_NAME",
                    Category.CONFLICT,
                    "The vApp has another VM of the name \"" + spec.name() + "\" already.");
        }
        return Optional.of(entities.settled(target, vmId));
    }

    private CloudTask recompose(ObjectId id, String path, Elem target, VApps.VmSpec spec, Tag tag) {
        Elem source = api.get(sourcePath(spec));
        if (Vms.state(source) == PowerState.ON || source.attribute("deployed").equals("true")) {
            throw new CloudException(
                    "vm-deployed",
                    Category.CONFLICT,
                    "The VM \"" + spec.name()
                            + "\" has to be off and undeployed before it is brought into another vApp.");
        }
        List<Vm.Nic> nics = spec.nics().isEmpty() ? Nics.detached(Vms.nics(source)) : spec.nics();
        Requests.Sourced sourced = new Requests.Sourced(source.attribute("href"), spec, nics);
        Optional<Tag> tagged = spec.mode() == VApps.Mode.COPY ? Optional.of(tag) : Optional.empty();
        Elem body = Requests.recompose(target.attribute("name"), sourced, tagged);
        try {
            return entities.work(api.write("POST", path + "/action/recomposeVApp", media("recomposeVAppParams"), body))
                    .map(work -> work.then(Work.Next.OWNER_VM, Work.pathAndName(path, spec.name())))
                    .map(work -> work.running(Optional.empty()))
                    .orElseGet(() -> CloudTask.done(id));
        } catch (CloudException e) {
            if (e.category() == Category.EXTERNAL) {
                return existing(api.get(path), spec, tag).orElseThrow(() -> e);
            }
            throw e;
        }
    }

    private String sourcePath(VApps.VmSpec spec) {
        return spec.source().value().startsWith("/api/vAppTemplate/")
                ? entities.path(spec.source(), "/api/vAppTemplate/vm-")
                : entities.vm(spec.source());
    }
}
