package org.stretchdeploy.spi;

import java.util.List;
import java.util.Optional;

/** A cloud's native layer-2 VPN between edge gateways (NSX-T style). */
public interface Tunnels {
    List<L2VpnTunnel> list(ObjectId edgeGateway);

    /** Makes one end. Idempotent by tag. The owner of the task is the tunnel. */
    CloudTask create(ObjectId edgeGateway, L2VpnTunnel tunnel, Tag tag);

    Optional<L2VpnTunnel> find(ObjectId edgeGateway, ObjectId tunnel);

    /** {@code UP}, {@code DOWN} or {@code UNKNOWN}. */
    String runtimeStatus(ObjectId edgeGateway, ObjectId tunnel);

    /** Absent is done. */
    CloudTask delete(ObjectId edgeGateway, ObjectId tunnel);

    /** Which end. */
    enum SessionMode {
        SERVER,
        CLIENT
    }

    /** @param tunnelId number of the stretched network; 0 lets the server choose */
    record StretchedNetwork(ObjectId network, String name, int tunnelId) {}

    /**
     * @param peerCode     a secret of the server side that the client side is given
     * @param preSharedKey SERVER only
     */
    record L2VpnTunnel(
            Optional<ObjectId> id,
            String name,
            SessionMode mode,
            boolean enabled,
            String localEndpoint,
            String remoteEndpoint,
            Optional<String> peerCode,
            Optional<String> preSharedKey,
            List<StretchedNetwork> networks) {
        @Override
        public String toString() {
            return "L2VpnTunnel[" + name + " " + mode + " " + localEndpoint + "-" + remoteEndpoint + "]";
        }
    }
}
