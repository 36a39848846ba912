package org.stretchdeploy.tunnel.internal.frame;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** An IPv6 address as the hash that {@link Ipv6Packet} makes of it, without any name look-up. */
public final class Ipv6Address {
    private Ipv6Address() {}

    /** True for what can only be an IPv6 address. */
    public static boolean isOne(String text) {
        return text.indexOf(':') >= 0;
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static long parse(String text) {
        if (!isOne(text) || !text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)) {
            throw new IllegalArgumentException("not an IPv6 address: " + text);
        }
        try {
            // With a colon in it, this is never looked up as a name.
            InetAddress address = InetAddress.getByName(text);
            if (!(address instanceof Inet6Address)) {
                throw new IllegalArgumentException("not an IPv6 address: " + text);
            }
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            return Ipv6Packet.hash(bytes.getLong(), bytes.getLong());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IPv6 address: " + text, e);
        }
    }
}
