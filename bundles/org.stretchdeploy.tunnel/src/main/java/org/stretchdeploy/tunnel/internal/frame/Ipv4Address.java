package org.stretchdeploy.tunnel.internal.frame;

import java.util.regex.Pattern;

/** An IPv4 address as an int, without any name look-up. */
public final class Ipv4Address {
    private static final Pattern DOT = Pattern.compile("\\.");

    private Ipv4Address() {}

    /**
     * Reads dotted decimal.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static int parse(String text) {
        String[] parts = DOT.split(text, -1);
        int address = 0;
        if (parts.length != 4) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Character::isDigit)) {
                throw new IllegalArgumentException("not an IPv4 address: " + text);
            }
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                throw new IllegalArgumentException("not an IPv4 address: " + text);
            }
            address = address << 8 | octet;
        }
        return address;
    }

    /** Writes dotted decimal. */
    public static String format(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}
