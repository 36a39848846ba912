package org.stretchdeploy.tunnel.internal.datagram;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.stretchdeploy.tunnel.internal.os.SocketCalls;

/**
 * A {@code struct sockaddr_in} or {@code sockaddr_in6} as the kernel reads it. Immutable.
 *
 * @param bytes 28 of a socket of both families (an IPv4 address is mapped, RFC 4291 section 2.5.5.2), 16 of one of IPv4
 */
record UdpAddress(byte[] bytes) {
    static final int MAX_BYTES = 28;

    /** For a socket of this kind. */
    static UdpAddress of(InetSocketAddress address, boolean bothFamilies) {
        InetAddress host = address.getAddress();
        byte[] raw = host.getAddress();
        ByteBuffer buffer = ByteBuffer.allocate(bothFamilies ? MAX_BYTES : 16);
        buffer.order(ByteOrder.nativeOrder())
                .putShort((short) (bothFamilies ? SocketCalls.AF_INET6 : SocketCalls.AF_INET));
        buffer.order(ByteOrder.BIG_ENDIAN).putShort((short) address.getPort());
        if (!bothFamilies) {
            if (raw.length != 4) {
                throw new IllegalArgumentException("no IPv6 here: " + host);
            }
            return new UdpAddress(buffer.put(raw).array());
        }
        buffer.putInt(0);
        if (raw.length == 4) {
            buffer.putLong(0).putInt(0xffff);
        }
        buffer.put(raw);
        if (host instanceof java.net.Inet6Address six) {
            buffer.order(ByteOrder.nativeOrder()).putInt(six.getScopeId());
        }
        return new UdpAddress(buffer.array());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UdpAddress address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "UDP port " + ((bytes[2] & 0xff) << 8 | bytes[3] & 0xff);
    }
}
