package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.spi.CloudException;

/** IPv4 netmasks. Pure functions. */
final class Ipv4 {
    private Ipv4() {}

    static String netmask(int prefixLength) {
        if (prefixLength < 1 || prefixLength > 32) {
            throw new CloudException(
                    "invalid-subnet", CloudException.Category.USER, "The prefix length of a subnet is 1 to 32.");
        }
        int mask = (int) (0xFFFFFFFFL << (32 - prefixLength));
        return (mask >>> 24) + "." + (mask >>> 16 & 255) + "." + (mask >>> 8 & 255) + "." + (mask & 255);
    }

    /** @return 0 when the text is no netmask */
    static int prefixLength(String netmask) {
        if (!address(netmask)) {
            return 0;
        }
        int bits = 0;
        for (String part : netmask.split("\\.")) {
            bits += Integer.bitCount(Integer.parseInt(part) & 255);
        }
        return bits;
    }

    /** Addresses of a range {@code first-last}, at most so many. */
    static List<String> addresses(String range, int most) {
        int dash = range.indexOf('-');
        if (dash < 0 || !address(range.substring(0, dash)) || !address(range.substring(dash + 1))) {
            return List.of();
        }
        long first = number(range.substring(0, dash));
        long last = Math.min(number(range.substring(dash + 1)), first + most - 1);
        List<String> addresses = new ArrayList<>();
        for (long n = first; n <= last; n++) {
            addresses.add((n >> 24 & 255) + "." + (n >> 16 & 255) + "." + (n >> 8 & 255) + "." + (n & 255));
        }
        return addresses;
    }

    private static boolean address(String text) {
        return text.matches("([0-9]{1,3}\\.){3}[0-9]{1,3}");
    }

    private static long number(String address) {
        long number = 0;
        for (String part : address.split("\\.")) {
            number = number << 8 | Integer.parseInt(part) & 255;
        }
        return number;
    }
}
