package org.stretchdeploy.spi.memory;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** IPv4 arithmetic. */
final class Addresses {
    private Addresses() {}

    static long number(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            throw Refusal.user("bad-address", "Not an IPv4 address: " + address + ".");
        }
        long bits = 0;
        for (String part : parts) {
            if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
                throw Refusal.user("bad-address", "Not an IPv4 address: " + address + ".");
            }
            bits = bits << 8 | Integer.parseInt(part);
        }
        return bits;
    }

    static String text(long bits) {
        return (bits >> 24 & 255) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
    }

    /** All addresses of ranges {@code a-b} or single ones, in order. */
    static Stream<String> inRanges(List<String> ranges) {
        return ranges.stream().flatMapToLong(Addresses::range).mapToObj(Addresses::text);
    }

    static int count(List<String> ranges) {
        return (int) Math.min(
                Integer.MAX_VALUE,
                ranges.stream().flatMapToLong(Addresses::range).count());
    }

    private static LongStream range(String range) {
        int dash = range.indexOf('-');
        String first = dash < 0 ? range : range.substring(0, dash);
        String last = dash < 0 ? range : range.substring(dash + 1);
        return LongStream.rangeClosed(number(first.strip()), number(last.strip()));
    }
}
