package org.stretchdeploy.vendor.vcd.internal;

import java.util.List;
import java.util.Map;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;

/** The role, put together from its parts. Thread-safe. */
final class VcdVApps implements VApps {
    private final VAppLifecycle lifecycle;
    private final VAppNetworking networking;
    private final VmTransfer transfer;
    private final VmSettings settings;
    private final FenceMark fence;

    VcdVApps(Entities entities) {
        this.networking = new VAppNetworking(entities);
        this.lifecycle = new VAppLifecycle(entities, networking);
        this.transfer = new VmTransfer(entities);
        this.settings = new VmSettings(entities);
        this.fence = new FenceMark(entities);
    }

    @Override
    public CloudTask create(ObjectId vdc, VAppSpec spec, Tag tag) {
        return lifecycle.create(vdc, spec, tag);
    }

    @Override
    public CloudTask instantiate(ObjectId vdc, String name, ObjectId template, Tag tag) {
        return lifecycle.instantiate(vdc, name, template, tag);
    }

    @Override
    public CloudTask delete(ObjectId vApp) {
        return lifecycle.delete(vApp);
    }

    @Override
    public CloudTask powerOnVApp(ObjectId vApp) {
        return lifecycle.powerOn(vApp);
    }

    @Override
    public CloudTask undeployVApp(ObjectId vApp) {
        return lifecycle.undeploy(vApp);
    }

    @Override
    public CloudTask addNetwork(ObjectId vApp, NetworkSpec network) {
        return networking.add(vApp, network);
    }

    @Override
    public CloudTask removeNetwork(ObjectId vApp, String network) {
        return networking.remove(vApp, network);
    }

    @Override
    public CloudTask addVm(ObjectId vApp, VmSpec vm, Tag tag) {
        return transfer.add(vApp, vm, tag);
    }

    @Override
    public CloudTask deleteVm(ObjectId vm) {
        return settings.delete(vm);
    }

    @Override
    public CloudTask powerOn(ObjectId vm) {
        return settings.powerOn(vm);
    }

    @Override
    public CloudTask powerOff(ObjectId vm) {
        return settings.stop(vm, "powerOff");
    }

    @Override
    public CloudTask shutdown(ObjectId vm) {
        return settings.stop(vm, "shutdown");
    }

    @Override
    public CloudTask setNics(ObjectId vm, List<Vm.Nic> nics) {
        return settings.setNics(vm, nics);
    }

    @Override
    public CloudTask describeVm(ObjectId vm, String name, String description) {
        return settings.describe(vm, name, description);
    }

    @Override
    public CloudTask setProperties(ObjectId vm, Map<String, String> properties) {
        return settings.setProperties(vm, properties);
    }

    @Override
    public CloudTask setStartup(ObjectId vApp, List<VApp.Startup> startup) {
        return settings.setStartup(vApp, startup);
    }

    @Override
    public CloudTask setMetadata(ObjectId object, String key, String value) {
        return settings.setMetadata(object, key, value);
    }

    @Override
    public CloudTask removeMetadata(ObjectId object, String key) {
        return settings.removeMetadata(object, key);
    }

    @Override
    public CloudTask fence(ObjectId vm, String why) {
        return fence.put(vm, why);
    }

    @Override
    public CloudTask unfence(ObjectId vm) {
        return fence.remove(vm);
    }
}
