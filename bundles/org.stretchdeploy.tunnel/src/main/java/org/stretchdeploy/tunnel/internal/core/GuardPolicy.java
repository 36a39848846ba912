package org.stretchdeploy.tunnel.internal.core;

import java.util.Arrays;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.frame.Ipv6Address;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;

/**
 * What the guards of one network need to know, in a form that costs nothing per frame. Immutable; a changed
 * configuration is a new policy.
 *
 * @param target whether this edge stands at the target
 * @param gateway IPv4 address of the stretched gateway, 0 when unknown
 * @param gateway6 hash of its IPv6 address, 0 when unknown
 * @param localGatewayMac MAC address of the local edge to silence, 0 when unknown
 * @param localGateway its IPv4 address, 0 when unknown
 * @param fenced MAC addresses, sorted
 * @param maxFrame largest finished frame in bytes, with two VLAN tags
 */
record GuardPolicy(
        boolean target,
        int gateway,
        long gateway6,
        long localGatewayMac,
        int localGateway,
        long[] fenced,
        int maxFrame) {
    private static final int TAGGED_HEADER = 22;

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException when an address is not one
     */
    static GuardPolicy of(NetworkConfig config, int mtu) {
        return new GuardPolicy(
                config.side() == NetworkSide.TARGET,
                address(config.gatewayAddress()),
                address6(config.gatewayAddress()),
                config.localGatewayMac() == null ? 0 : MacAddress.parse(config.localGatewayMac()),
                address(config.localGatewayAddress()),
                config.fencedMacs().stream()
                        .mapToLong(MacAddress::parse)
                        .sorted()
                        .toArray(),
                mtu + TAGGED_HEADER);
    }

    private static int address(String text) {
        return text == null || text.isEmpty() || Ipv6Address.isOne(text) ? 0 : Ipv4Address.parse(text);
    }

    private static long address6(String text) {
        return text != null && Ipv6Address.isOne(text) ? Ipv6Address.parse(text) : 0;
    }

    boolean isFenced(long mac) {
        return fenced.length > 0 && Arrays.binarySearch(fenced, mac) >= 0;
    }
}
