package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.util.Set;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.internal.tap.TapPort;

/** Opens ports to stretched segments. */
public interface PortFactory {
    /**
     * Opens or adopts the port of a network.
     *
     * @throws IOException when there is no such NIC
     */
    TapPort open(NetworkConfig network, int queues) throws IOException;

    /** Removes what earlier processes left of other networks. */
    void keepOnly(Set<String> networks) throws IOException;
}
