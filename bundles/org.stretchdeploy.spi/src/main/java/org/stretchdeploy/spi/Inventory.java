package org.stretchdeploy.spi;

import java.util.List;
import java.util.Optional;

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
