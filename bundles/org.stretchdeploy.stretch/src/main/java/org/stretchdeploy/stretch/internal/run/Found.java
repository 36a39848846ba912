package org.stretchdeploy.stretch.internal.run;

import java.util.Optional;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.Vm;

/** Finds objects again. */
final class Found {
    private Found() {}

    static Optional<ObjectId> byTag(Cloud cloud, Tag tag) {
        return cloud.inventory().tagged(tag.operation()).stream()
                .filter(t -> t.tag().equals(tag))
                .map(Inventory.Tagged::id)
                .findFirst();
    }

    static Optional<Vm> vm(Cloud cloud, ObjectId vApp, String name) {
        return cloud.inventory().findVApp(vApp).flatMap(v -> v.vm(name));
    }

    static Vm requireVm(Cloud cloud, ObjectId vApp, String name) {
        return vm(cloud, vApp, name)
                .orElseThrow(() -> new CloudException(
                        "vm-not-found",
                        CloudException.Category.NOT_FOUND,
                        "The VM " + name + " is not in the vApp where it has to be; somebody may have moved it."));
    }

    static boolean off(Vm vm) {
        return vm.state() == PowerState.OFF;
    }
}
