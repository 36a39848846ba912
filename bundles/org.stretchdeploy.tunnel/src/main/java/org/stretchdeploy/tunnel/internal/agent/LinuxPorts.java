package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.util.Set;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.internal.core.PortFactory;
import org.stretchdeploy.tunnel.internal.tap.BridgedTap;
import org.stretchdeploy.tunnel.internal.tap.TapPort;

/** Ports on this machine (or network namespace). */
final class LinuxPorts implements PortFactory {
    @Override
    public TapPort open(NetworkConfig network, int queues) throws IOException {
        return BridgedTap.open(network.id(), network.nicMac(), network.mtu(), queues);
    }

    @Override
    public void keepOnly(Set<String> networks) throws IOException {
        BridgedTap.removeOthers(networks);
    }
}
