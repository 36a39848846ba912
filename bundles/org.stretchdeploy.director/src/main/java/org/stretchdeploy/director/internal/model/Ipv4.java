package org.stretchdeploy.director.internal.model;

/** Arithmetic on dotted IPv4 addresses. */
public final class Ipv4 {
    private Ipv4() {}

    /** @throws IllegalArgumentException when the text is not a dotted address */
    public static long number(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("'" + address + "' is not an IPv4 address.");
        }
        long number = 0;
        for (String part : parts) {
            if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
                throw new IllegalArgumentException("'" + address + "' is not an IPv4 address.");
            }
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }

    public static String text(long number) {
        return (number >> 24 & 255) + "." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    public static String netmask(int prefixLength) {
        return text(mask(prefixLength));
    }

    static long mask(int prefixLength) {
        return prefixLength == 0 ? 0 : 0xFFFFFFFFL << 32 - prefixLength & 0xFFFFFFFFL;
    }

    /** @throws IllegalArgumentException when the mask has holes */
    public static int prefixLength(String netmask) {
        long n = number(netmask);
        int length = Long.bitCount(n);
        if (mask(length) != n) {
            throw new IllegalArgumentException("'" + netmask + "' is not a netmask.");
        }
        return length;
    }

    public static boolean isAddress(String text) {
        try {
            number(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
