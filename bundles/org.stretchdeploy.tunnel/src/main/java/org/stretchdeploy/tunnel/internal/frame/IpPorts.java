package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;

/** Finds the few IP packets that the guards care about: DHCP, DHCPv6 and router advertisements. */
public final class IpPorts {
    /** Answers of a DHCP (RFC 2131) or DHCPv6 (RFC 8415) server or relay. */
    public static final int DHCP_SERVER = 1;
    /** Requests of a DHCP or DHCPv6 client. */
    public static final int DHCP_CLIENT = 2;
    /** ICMPv6 router advertisement or redirect (RFC 4861). */
    public static final int ROUTER_ADVERTISEMENT = 3;
    /** Anything else. */
    public static final int OTHER = 0;

    private static final int UDP = 17;

    private IpPorts() {}

    /** Classifies an IPv4 packet that starts at {@code at}. */
    public static int classifyIpv4(ByteBuffer buffer, int at, int end) {
        if (end - at < 28 || buffer.get(at + 9) != UDP || (buffer.getShort(at + 6) & 0x1fff) != 0) {
            return OTHER;
        }
        int udp = at + (buffer.get(at) & 15) * 4;
        if (udp + 4 > end) {
            return OTHER;
        }
        return classifyPorts(buffer.getInt(udp), 67, 68);
    }

    /** Classifies an IPv6 packet that starts at {@code at}; extension headers are skipped. */
    public static int classifyIpv6(ByteBuffer buffer, int at, int end) {
        long transport = Ipv6Packet.transport(buffer, at, end);
        int offset = (int) transport;
        if (transport == Ipv6Packet.NONE || offset + 4 > end) {
            return OTHER;
        }
        int type = Ipv6Packet.discovery(buffer, transport);
        if (type == Ipv6Packet.ROUTER_ADVERTISEMENT || type == Ipv6Packet.REDIRECT) {
            return ROUTER_ADVERTISEMENT;
        }
        return transport >>> 32 == Ipv6Packet.UDP ? classifyPorts(buffer.getInt(offset), 547, 546) : OTHER;
    }

    private static int classifyPorts(int ports, int serverPort, int clientPort) {
        int source = ports >>> 16;
        int target = ports & 0xffff;
        if (source == serverPort) {
            return target == serverPort ? DHCP_CLIENT : DHCP_SERVER;
        }
        return target == serverPort && source == clientPort ? DHCP_CLIENT : OTHER;
    }
}
