package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Nics;
import org.stretchdeploy.vendor.vcd.internal.map.Properties;
import org.stretchdeploy.vendor.vcd.internal.map.Requests;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.map.Vms;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Power and settings of VMs, start order and metadata. Sections are changed in place. Thread-safe. */
final class VmSettings {
    private final Entities entities;
    private final Api api;

    VmSettings(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    CloudTask delete(ObjectId id) {
        String path = entities.vm(id);
        Optional<Elem> vm = api.find(path);
        if (vm.isEmpty()) {
            return CloudTask.done(id);
        }
        if (Vms.state(vm.get()) == PowerState.ON) {
            throw new CloudException(
                    "vm-running", Category.CONFLICT, "The VM is running; switch it off before it is deleted.");
        }
        if (vm.get().attribute("deployed").equals("true")) {
            return undeploying(path, "powerOff")
                    .map(work -> work.then(Work.Next.DELETE, path).running(Optional.of(id)))
                    .orElseGet(() -> entities.task(api.write("DELETE", path), id));
        }
        return entities.task(api.write("DELETE", path), id);
    }

    CloudTask powerOn(ObjectId id) {
        String path = entities.vm(id);
        Elem vm = api.get(path);
        if (Vms.state(vm) == PowerState.ON) {
            return entities.settled(vm, id);
        }
        return entities.task(api.write("POST", path + "/power/action/powerOn"), id);
    }

    /** @param action what happens to the guest before its resources are given back */
    CloudTask stop(ObjectId id, String action) {
        String path = entities.vm(id);
        Optional<Elem> vm = api.find(path);
        if (vm.isEmpty()) {
            return CloudTask.done(id);
        }
        PowerState state = Vms.state(vm.get());
        if (state == PowerState.OFF) {
            return entities.settled(vm.get(), id);
        }
        return undeploying(path, action)
                .map(work -> work.running(Optional.of(id)))
                .orElseGet(() -> CloudTask.done(id));
    }

    private Optional<Work> undeploying(String path, String action) {
        return entities.work(
                api.write("POST", path + "/action/undeploy", media("undeployVAppParams"), Requests.undeploy(action)));
    }

    CloudTask setNics(ObjectId id, List<Vm.Nic> nics) {
        String path = entities.vm(id);
        Elem vm = api.get(path);
        if (Vms.nics(vm).equals(nics)) {
            return entities.settled(vm, id);
        }
        requireMacsMayChange(vm, nics);
        String sectionPath = path + "/networkConnectionSection/";
        Elem section = api.get(sectionPath);
        Nics.change(section, nics);
        return entities.task(api.write("PUT", sectionPath, media("networkConnectionSection"), section), id);
    }

    private static void requireMacsMayChange(Elem vm, List<Vm.Nic> nics) {
        boolean sameMacs = Vms.nics(vm).stream()
                .map(Vm.Nic::mac)
                .toList()
                .equals(nics.stream().map(Vm.Nic::mac).toList());
        if (!sameMacs && Vms.state(vm) != PowerState.OFF) {
            throw new CloudException(
                    "vm-running",
                    Category.CONFLICT,
                    "MAC addresses and the number of NICs only change while the VM is off and undeployed.");
        }
    }

    CloudTask describe(ObjectId id, String name, String description) {
        String path = entities.vm(id);
        Elem vm = api.get(path);
        if (vm.attribute("name").equals(name) && vm.rawText("Description").equals(description)) {
            return entities.settled(vm, id);
        }
        Elem body = Requests.describeVm(name, description);
        return entities.task(api.write("POST", path + "/action/reconfigureVm", media("vm"), body), id);
    }

    CloudTask setProperties(ObjectId id, Map<String, String> properties) {
        String path = entities.vm(id) + "/productSections";
        Elem sections = api.get(path);
        Properties.change(sections, properties);
        return entities.task(api.write("PUT", path, media("productSections"), sections), id);
    }

    CloudTask setStartup(ObjectId id, List<VApp.Startup> startup) {
        String path = entities.vApp(id) + "/startupSection/";
        Elem section = api.get(path);
        VAppDocuments.changeStartup(section, startup);
        return entities.task(api.write("PUT", path, media("startupSection"), section), id);
    }

    CloudTask setMetadata(ObjectId id, String key, String value) {
        String path = described(id);
        if (value.equals(VAppDocuments.metadata(api.get(path + "/metadata")).get(key))) {
            return CloudTask.done(id);
        }
        return entities.task(
                api.write("POST", path + "/metadata", media("metadata"), Requests.metadataEntry(key, value)), id);
    }

    CloudTask removeMetadata(ObjectId id, String key) {
        String path = described(id) + "/metadata";
        boolean present = api.find(path)
                .map(metadata -> VAppDocuments.metadata(metadata).containsKey(key))
                .orElse(false);
        if (!present) {
            return CloudTask.done(id);
        }
        String entry = path + "/" + Api.encode(key);
        Reply reply = api.tryWrite("DELETE", entry);
        if (reply.status() == 403 || reply.status() == 404) {
            return CloudTask.done(id);
        }
        if (!reply.ok()) {
            throw api.refusal(entry, reply);
        }
        return entities.task(reply, id);
    }

    private String described(ObjectId id) {
        return id.value().startsWith("/api/vApp/vm-") ? entities.vm(id) : entities.vApp(id);
    }
}
