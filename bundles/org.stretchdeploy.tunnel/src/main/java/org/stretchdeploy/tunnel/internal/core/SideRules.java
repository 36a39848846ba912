package org.stretchdeploy.tunnel.internal.core;

import static org.stretchdeploy.tunnel.internal.core.FrameGuard.PASS;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.IpPorts;
import org.stretchdeploy.tunnel.internal.frame.Ipv6Packet;

/**
 * What gateway, DHCP server and IPv6 router of the target must not say or hear: in a stretched network those of the
 * source alone serve. Remembers the addresses of the source's IPv6 routers from their advertisements, so that nobody at
 * the target can answer for them. Any thread; neither locks nor allocates.
 */
final class SideRules {
    private static final int ROUTERS = 8;
    /** AdvDefaultLifetime of RFC 4861 section 6.2.1 with its default intervals. */
    private static final int ROUTER_SECONDS = 1800;

    private final AtomicLongArray routers = new AtomicLongArray(ROUTERS);
    private final AtomicLongArray routerSeconds = new AtomicLongArray(ROUTERS);

    /** Nothing is refused; advertisements are read. */
    int fromSource(ByteBuffer buffer, int typeAt, int end, int type, int nowSeconds) {
        if (type == Ethernet.TYPE_IPV6) {
            hear(buffer, typeAt + 2, end, nowSeconds);
        }
        return PASS;
    }

    /** What the target must never say to the source: it is the gateway, the DHCP server, the IPv6 router. */
    int fromTarget(GuardPolicy policy, ByteBuffer buffer, int typeAt, int end, int type, long source, int nowSeconds) {
        if (source == policy.localGatewayMac() && policy.localGatewayMac() != 0) {
            return DropReason.GATEWAY.ordinal();
        }
        int at = typeAt + 2;
        if (type == Ethernet.TYPE_ARP && Arp.isComplete(buffer, at, end)) {
            int sender = Arp.senderAddress(buffer, at);
            boolean gateway = sender != 0 && (sender == policy.gateway() || sender == policy.localGateway());
            return gateway ? DropReason.GATEWAY.ordinal() : PASS;
        }
        if (type == Ethernet.TYPE_IPV6 && speaksAsRouter(policy, buffer, at, end, nowSeconds)) {
            return DropReason.GATEWAY.ordinal();
        }
        return switch (classify(buffer, at, end, type)) {
            case IpPorts.DHCP_SERVER -> DropReason.DHCP.ordinal();
            case IpPorts.ROUTER_ADVERTISEMENT -> DropReason.ROUTER_ADVERTISEMENT.ordinal();
            default -> PASS;
        };
    }

    /** What must not reach the target's own edge: questions to its gateway and its DHCP server. */
    int toTarget(GuardPolicy policy, ByteBuffer buffer, int typeAt, int end, int type, long target, int nowSeconds) {
        if (target == policy.localGatewayMac() && policy.localGatewayMac() != 0) {
            return DropReason.GATEWAY.ordinal();
        }
        int at = typeAt + 2;
        if (type == Ethernet.TYPE_ARP && Arp.isComplete(buffer, at, end)) {
            boolean asked = policy.localGateway() != 0 && Arp.targetAddress(buffer, at) == policy.localGateway();
            return asked ? DropReason.GATEWAY.ordinal() : PASS;
        }
        if (type == Ethernet.TYPE_IPV6) {
            hear(buffer, at, end, nowSeconds);
        }
        return classify(buffer, at, end, type) == IpPorts.DHCP_CLIENT ? DropReason.DHCP.ordinal() : PASS;
    }

    private static int classify(ByteBuffer buffer, int at, int end, int type) {
        if (type == Ethernet.TYPE_IPV4) {
            return IpPorts.classifyIpv4(buffer, at, end);
        }
        return type == Ethernet.TYPE_IPV6 ? IpPorts.classifyIpv6(buffer, at, end) : IpPorts.OTHER;
    }

    /** Remembers a router of the source. */
    private void hear(ByteBuffer buffer, int at, int end, int nowSeconds) {
        long transport = Ipv6Packet.transport(buffer, at, end);
        if (transport == Ipv6Packet.NONE
                || Ipv6Packet.discovery(buffer, transport) != Ipv6Packet.ROUTER_ADVERTISEMENT) {
            return;
        }
        long router = Ipv6Packet.source(buffer, at);
        int place = 0;
        for (int i = 0; i < ROUTERS; i++) {
            if (routers.getOpaque(i) == router) {
                routerSeconds.setOpaque(i, nowSeconds);
                return;
            }
            if (routerSeconds.getOpaque(i) < routerSeconds.getOpaque(place)) {
                place = i;
            }
        }
        routerSeconds.setOpaque(place, nowSeconds);
        routers.setOpaque(place, router);
    }

    private boolean speaksAsRouter(GuardPolicy policy, ByteBuffer buffer, int at, int end, int nowSeconds) {
        long transport = Ipv6Packet.transport(buffer, at, end);
        if (transport == Ipv6Packet.NONE) {
            return false;
        }
        int type = Ipv6Packet.discovery(buffer, transport);
        if (type == 0) {
            return false;
        }
        boolean answers = type == Ipv6Packet.NEIGHBOUR_ADVERTISEMENT
                && isRouter(policy, Ipv6Packet.discoveryTarget(buffer, transport, end), nowSeconds);
        return answers || isRouter(policy, Ipv6Packet.source(buffer, at), nowSeconds);
    }

    private boolean isRouter(GuardPolicy policy, long address, int nowSeconds) {
        if (address == 0) {
            return false;
        }
        if (address == policy.gateway6()) {
            return true;
        }
        for (int i = 0; i < ROUTERS; i++) {
            if (routers.getOpaque(i) == address && nowSeconds - routerSeconds.getOpaque(i) <= ROUTER_SECONDS) {
                return true;
            }
        }
        return false;
    }
}
