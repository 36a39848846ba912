package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;

/**
 * One stretched network at one edge.
 *
 * @param id same at both ends; unique among all networks of this agent
 * @param nicMac MAC address of the edge's NIC on the stretched segment, {@code 52:54:00:12:34:56}
 * @param side source keeps gateway and DHCP server, target is silenced
 * @param gatewayAddress IPv4 address of the stretched gateway (it lives at the source); may be null
 * @param localGatewayMac MAC address of the local vApp edge that must stay silent (target side); may be null
 * @param localGatewayAddress IPv4 address of that local edge; may be null
 * @param fencedMacs machines that must not be heard from this side (the source copy of a moved machine)
 * @param mtu layer-3 size that must pass, 0 means the NIC's own
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NetworkConfig(
        String id,
        String nicMac,
        NetworkSide side,
        String gatewayAddress,
        String localGatewayMac,
        String localGatewayAddress,
        List<String> fencedMacs,
        int mtu) {
    public NetworkConfig {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(nicMac, "nicMac");
        Objects.requireNonNull(side, "side");
        fencedMacs = fencedMacs == null ? List.of() : List.copyOf(fencedMacs);
    }

    /** A network without guards that need addresses. */
    public static NetworkConfig of(String id, String nicMac, NetworkSide side) {
        return new NetworkConfig(id, nicMac, side, null, null, null, List.of(), 0);
    }

    /** The same network with other fenced machines. */
    public NetworkConfig withFencedMacs(List<String> fenced) {
        return new NetworkConfig(id, nicMac, side, gatewayAddress, localGatewayMac, localGatewayAddress, fenced, mtu);
    }

    /** The same network with the stretched gateway and the local edge that stays silent (either may be null). */
    public NetworkConfig withGateway(String gateway, String localMac, String localAddress) {
        return new NetworkConfig(id, nicMac, side, gateway, localMac, localAddress, fencedMacs, mtu);
    }
}
