package org.stretchdeploy.stretch.internal.model;

import java.util.List;

/**
 * The copy that deploy and return have in common: VMs out of one vApp, as an OVF package, into another cloud.
 *
 * @param from   cloud that the VMs leave
 * @param fromVApp their vApp there
 * @param to     cloud that they go to
 */
public record Relocation(
        String from, String fromVdc, String fromVApp, String to, String toVdc, List<Item> items, long bytes) {
    /**
     * @param vm    identity of the VM that leaves
     * @param wasOn it runs now
     */
    public record Item(int number, String vm, String name, int order, boolean wasOn) {}
}
