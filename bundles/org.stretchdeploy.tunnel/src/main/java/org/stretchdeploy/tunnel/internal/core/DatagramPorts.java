package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelRole;
import org.stretchdeploy.tunnel.internal.datagram.DatagramEndpoint;
import org.stretchdeploy.tunnel.internal.datagram.DatagramSession;
import org.stretchdeploy.tunnel.internal.datagram.KeyAgreement;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/**
 * The UDP ports of an agent: one for each TCP port that it listens on, with the same number, and one for each tunnel that
 * it dials. Guarded by the engine's monitor.
 */
final class DatagramPorts {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramPorts.class);

    private final Map<String, DatagramEndpoint> byTunnel = new HashMap<>();

    /** Gives a tunnel its datagrams or takes them away, as it is configured. Again and again: a port may be taken. */
    void serve(Tunnel tunnel, Supplier<TlsIdentity> identity) {
        TunnelConfig config = tunnel.config();
        if (config.transport() == Transport.TLS || config.pair() != null) {
            tunnel.use(null);
            forget(tunnel);
        } else if (!tunnel.hasTransport()) {
            try {
                DatagramEndpoint endpoint = endpoint(config);
                byTunnel.put(config.id(), endpoint);
                DatagramSession session = new DatagramSession(endpoint, tunnel::datagramArrived);
                tunnel.use(new TunnelTransport(tunnel, session, new KeyAgreement(config, session, identity)));
            } catch (IOException e) {
                LOG.warn("event=no-datagrams tunnel={} cause=\"{}\"", config.id(), e.getMessage());
                tunnel.noDatagrams(Cause.of(e));
            }
        }
    }

    private DatagramEndpoint endpoint(TunnelConfig config) throws IOException {
        if (config.role() == TunnelRole.DIAL) {
            return DatagramEndpoint.open(0);
        }
        for (DatagramEndpoint present : byTunnel.values()) {
            if (present.port() == config.listenPort()) {
                return present;
            }
        }
        return DatagramEndpoint.open(config.listenPort());
    }

    /** The tunnel is gone or has no datagrams any more. */
    void forget(Tunnel tunnel) {
        DatagramEndpoint endpoint = byTunnel.remove(tunnel.id());
        if (endpoint != null && byTunnel.values().stream().noneMatch(other -> Objects.equals(other, endpoint))) {
            endpoint.close();
        }
    }
}
