package org.stretchdeploy.spi;

import java.util.Optional;

/**
 * A network of a vApp.
 *
 * @param parent        name of the organization VDC network above it
 * @param externalIp    address of the vApp edge on the parent network, when it has one now
 * @param retainAddresses keep NAT addresses over an undeploy
 */
public record VAppNetwork(
        ObjectId id,
        String name,
        String description,
        FenceMode fenceMode,
        Optional<String> parent,
        Optional<Subnet> subnet,
        Optional<String> externalIp,
        boolean retainAddresses) {
    /** How a vApp network is connected to its parent. */
    public enum FenceMode {
        /** One layer-2 network with the parent. */
        BRIDGED,
        /** No way out. */
        ISOLATED,
        /** Behind a vApp edge. */
        NAT_ROUTED
    }
}
