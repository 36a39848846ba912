package org.stretchdeploy.spi.memory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;

/** The writing role for vApps and VMs: every call through the gate, the work in {@link VAppWork} and {@link VmWork}. */
final class MemoryVApps implements VApps {
    private final Gate gate;
    private final VAppWork vApps;
    private final VmWork vms;

    MemoryVApps(Gate gate, VAppWork vApps, VmWork vms) {
        this.gate = gate;
        this.vApps = vApps;
        this.vms = vms;
    }

    @Override
    public CloudTask create(ObjectId vdc, VAppSpec spec, Tag tag) {
        return gate.write("VApps.create", spec.name(), Optional.of(tag), () -> vApps.create(vdc, spec, tag));
    }

    @Override
    public CloudTask instantiate(ObjectId vdc, String name, ObjectId template, Tag tag) {
        return gate.write(
                "VApps.instantiate", name, Optional.of(tag), () -> vApps.instantiate(vdc, name, template, tag));
    }

    @Override
    public CloudTask delete(ObjectId vApp) {
        return write("delete", vApp, () -> vApps.delete(vApp));
    }

    @Override
    public CloudTask powerOnVApp(ObjectId vApp) {
        return write("powerOnVApp", vApp, () -> vApps.powerOn(vApp));
    }

    @Override
    public CloudTask undeployVApp(ObjectId vApp) {
        return write("undeployVApp", vApp, () -> vApps.undeploy(vApp));
    }

    @Override
    public CloudTask addNetwork(ObjectId vApp, NetworkSpec network) {
        return gate.write(
                "VApps.addNetwork",
                vApp + "/" + network.name(),
                Tag.in(network.description()),
                () -> vApps.addNetwork(vApp, network));
    }

    @Override
    public CloudTask removeNetwork(ObjectId vApp, String network) {
        return gate.write(
                "VApps.removeNetwork",
                vApp + "/" + network,
                Optional.empty(),
                () -> vApps.removeNetwork(vApp, network));
    }

    @Override
    public CloudTask addVm(ObjectId vApp, VmSpec vm, Tag tag) {
        return gate.write("VApps.addVm", vApp + "/" + vm.name(), Optional.of(tag), () -> vms.add(vApp, vm, tag));
    }

    @Override
    public CloudTask deleteVm(ObjectId vm) {
        return write("deleteVm", vm, () -> vms.delete(vm));
    }

    @Override
    public CloudTask powerOn(ObjectId vm) {
        return write("powerOn", vm, () -> vms.powerOn(vm));
    }

    @Override
    public CloudTask powerOff(ObjectId vm) {
        return write("powerOff", vm, () -> vms.powerOff(vm));
    }

    @Override
    public CloudTask shutdown(ObjectId vm) {
        return write("shutdown", vm, () -> vms.powerOff(vm));
    }

    @Override
    public CloudTask setNics(ObjectId vm, List<Vm.Nic> nics) {
        return write("setNics", vm, () -> vms.setNics(vm, nics));
    }

    @Override
    public CloudTask describeVm(ObjectId vm, String name, String description) {
        return write("describeVm", vm, () -> vms.describe(vm, name, description));
    }

    @Override
    public CloudTask setProperties(ObjectId vm, Map<String, String> properties) {
        return write("setProperties", vm, () -> vms.setProperties(vm, properties));
    }

    @Override
    public CloudTask setStartup(ObjectId vApp, List<VApp.Startup> startup) {
        return write("setStartup", vApp, () -> vApps.setStartup(vApp, startup));
    }

    @Override
    public CloudTask setMetadata(ObjectId object, String key, String value) {
        return write("setMetadata", object, () -> {
            vms.metadata(object).put(key, value);
            return CloudTask.done(object);
        });
    }

    @Override
    public CloudTask removeMetadata(ObjectId object, String key) {
        return write("removeMetadata", object, () -> {
            vms.metadata(object).remove(key);
            return CloudTask.done(object);
        });
    }

    @Override
    public CloudTask fence(ObjectId vm, String why) {
        return write("fence", vm, () -> vms.fence(vm, why));
    }

    @Override
    public CloudTask unfence(ObjectId vm) {
        return write("unfence", vm, () -> vms.unfence(vm));
    }

    private CloudTask write(String method, ObjectId target, Supplier<CloudTask> work) {
        return gate.write("VApps." + method, target.value(), Optional.empty(), work);
    }
}
