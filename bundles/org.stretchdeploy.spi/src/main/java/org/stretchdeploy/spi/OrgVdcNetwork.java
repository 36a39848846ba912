package org.stretchdeploy.spi;

import java.util.Optional;

/**
 * A network of an organization VDC.
 *
 * @param kind          how it is connected
 * @param freeAddresses addresses left in its static pool
 * @param edgeGateway   name of the edge gateway that routes it
 */
public record OrgVdcNetwork(
        ObjectId id,
        String name,
        ObjectId vdc,
        Kind kind,
        Optional<Subnet> subnet,
        int freeAddresses,
        Optional<String> edgeGateway) {
    /** How the network is connected. */
    public enum Kind {
        ROUTED,
        ISOLATED,
        DIRECT
    }
}
