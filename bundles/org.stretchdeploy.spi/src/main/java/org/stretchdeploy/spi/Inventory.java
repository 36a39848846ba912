package org.stretchdeploy.spi;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads; never writes. */
public interface Inventory {
    List<OrgVdc> vdcs();

    List<OrgVdcNetwork> networks(ObjectId vdc);

    List<EdgeGateway> edgeGateways(ObjectId vdc);

    /** The vApps of all VDCs, without their parts. */
    List<VAppEntry> vApps();

    /** @throws CloudException NOT_FOUND */
    VApp vApp(ObjectId id);

    /** The vApp if it is there. */
    Optional<VApp> findVApp(ObjectId id);

    /**
     * Those of the given VMs that are powered on; unknown ones are not. Meant for a look every few seconds: an adapter
     * should need one call, however many VMs are asked for.
     */
    default Set<ObjectId> running(Set<ObjectId> vms) {
        Set<ObjectId> found = new HashSet<>();
        for (VAppEntry entry : vApps()) {
            findVApp(entry.id()).stream()
                    .flatMap(vApp -> vApp.vms().stream())
                    .filter(vm -> vm.state() == PowerState.ON && vms.contains(vm.id()))
                    .forEach(vm -> found.add(vm.id()));
        }
        return found;
    }

    /**
     * Everything that carries a tag of the operation: what a crash could leave behind.
     *
     * @param operation the operation's id
     */
    List<Tagged> tagged(String operation);

    /** A line of the list of vApps. */
    record VAppEntry(ObjectId id, String name, String description, ObjectId vdc, PowerState state, boolean busy) {}

    /** @param kind {@code VApp, Vm, VAppTemplate, Catalog, NatRule, FirewallRule, VAppNetwork} */
    record Tagged(String kind, ObjectId id, String name, Tag tag) {}
}
