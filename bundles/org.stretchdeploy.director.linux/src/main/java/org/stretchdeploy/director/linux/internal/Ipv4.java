package org.stretchdeploy.director.linux.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.director.host.HostException;

/** IPv4 addresses as unsigned numbers, and the ways a rule writes a set of them. */
final class Ipv4 {
    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final long MAX = 0xffff_ffffL;

    private Ipv4() {}

    /** An inclusive range of addresses. */
    record Range(long first, long last) {
        Range {
            if (first < 0 || last > MAX || first > last) {
                throw new HostException("The address range " + format(first) + "-" + format(last) + " is empty");
            }
        }

        boolean contains(long address) {
            return first <= address && address <= last;
        }

        boolean single() {
            return first == last;
        }

        long size() {
            return last - first + 1;
        }

        @Override
        public String toString() {
            return single() ? format(first) : format(first) + "-" + format(last);
        }
    }

    /** An interface's address with its prefix length. */
    record Cidr(long address, int length) {
        Range subnet() {
            long mask = length == 0 ? 0 : MAX << (32 - length) & MAX;
            return new Range(address & mask, address & mask | ~mask & MAX);
        }

        String subnetText() {
            return format(subnet().first()) + "/" + length;
        }

        @Override
        public String toString() {
            return format(address) + "/" + length;
        }
    }

    static long parse(String text) {
        Matcher matcher = ADDRESS.matcher(text.strip());
        if (!matcher.matches()) {
            throw new HostException("'" + text + "' is not an IPv4 address");
        }
        long address = 0;
        for (int i = 1; i <= 4; i++) {
            int octet = Integer.parseInt(matcher.group(i));
            if (octet > 255) {
                throw new HostException("'" + text + "' is not an IPv4 address");
            }
            address = address << 8 | octet;
        }
        return address;
    }

    static String format(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    /** Reads {@code a.b.c.d/n}; without a length it is a host address. */
    static Cidr cidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new Cidr(parse(text), 32);
        }
        String length = text.substring(slash + 1).strip();
        if (!length.matches("\\d{1,2}") || Integer.parseInt(length) > 32) {
            throw new HostException("'" + text + "' has no valid prefix length");
        }
        return new Cidr(parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    /** Reads an address, a CIDR or {@code a-b}. */
    static Range range(String text) {
        int dash = text.indexOf('-');
        if (dash > 0) {
            return new Range(parse(text.substring(0, dash)), parse(text.substring(dash + 1)));
        }
        return cidr(text).subnet();
    }

    /** Reads a comma separated list of ranges and returns it sorted, with overlaps merged. */
    static List<Range> ranges(String text) {
        List<Range> sorted = new ArrayList<>();
        for (String part : text.split(",")) {
            sorted.add(range(part.strip()));
        }
        sorted.sort(Comparator.comparingLong(Range::first));
        List<Range> merged = new ArrayList<>();
        for (Range next : sorted) {
            Range previous = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (previous != null && next.first() <= previous.last() + 1) {
                merged.set(merged.size() - 1, new Range(previous.first(), Math.max(previous.last(), next.last())));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }

    /** Prefix length of a dotted netmask. */
    static int prefixLength(String netmask) {
        long mask = parse(netmask);
        int length = Long.bitCount(mask);
        if (mask != (length == 0 ? 0 : MAX << (32 - length) & MAX)) {
            throw new HostException("'" + netmask + "' is not a netmask");
        }
        return length;
    }
}
