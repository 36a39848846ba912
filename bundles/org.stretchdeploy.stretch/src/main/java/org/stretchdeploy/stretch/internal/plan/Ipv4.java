package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.stretchdeploy.spi.Subnet;

/** Arithmetic on dotted IPv4 addresses. Pure functions; texts that are no address give empty or false. */
public final class Ipv4 {
    private static final int MOST_SCANNED = 65_535;

    private Ipv4() {}

    public static Optional<Long> parse(String text) {
        String[] parts = text == null ? new String[0] : text.strip().split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        long value = 0;
        for (String part : parts) {
            if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            value = value << 8 | Integer.parseInt(part);
        }
        return Optional.of(value);
    }

    public static String text(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    private static long mask(int prefixLength) {
        return prefixLength == 0 ? 0 : 0xffffffffL << 32 - prefixLength & 0xffffffffL;
    }

    /** Whether two subnets share addresses. */
    public static boolean overlap(String gatewayA, int prefixA, String gatewayB, int prefixB) {
        Optional<Long> a = parse(gatewayA);
        Optional<Long> b = parse(gatewayB);
        if (a.isEmpty() || b.isEmpty()) {
            return false;
        }
        long mask = mask(Math.min(prefixA, prefixB));
        return (a.get() & mask) == (b.get() & mask);
    }

    /** Whether a word of a rule (address, CIDR, {@code a-b}, Any) covers an address. */
    public static boolean covers(String word, String address) {
        Optional<Long> wanted = parse(address);
        if (word == null || wanted.isEmpty()) {
            return false;
        }
        String text = word.strip();
        if (text.equalsIgnoreCase("any")) {
            return true;
        }
        int slash = text.indexOf('/');
        if (slash > 0 && text.substring(slash + 1).matches("[0-9]{1,2}")) {
            int prefix = Math.min(32, Integer.parseInt(text.substring(slash + 1)));
            return parse(text.substring(0, slash))
                    .filter(net -> (net & mask(prefix)) == (wanted.get() & mask(prefix)))
                    .isPresent();
        }
        int dash = text.indexOf('-');
        if (dash > 0) {
            Optional<Long> first = parse(text.substring(0, dash));
            Optional<Long> last = parse(text.substring(dash + 1));
            return first.isPresent() && last.isPresent() && first.get() <= wanted.get() && wanted.get() <= last.get();
        }
        return parse(text).equals(wanted);
    }

    /** The host addresses of a subnet, or a part of them. */
    private record Hosts(long first, long last) {
        /** Empty where the subnet is none, or too large or small to be one with machines. */
        static Optional<Hosts> of(String gateway, int prefixLength) {
            return parse(gateway)
                    .filter(g -> prefixLength >= 8 && prefixLength <= 30)
                    .map(address -> {
                        long network = address & mask(prefixLength);
                        return new Hosts(network + 1, (network | ~mask(prefixLength) & 0xffffffffL) - 1);
                    });
        }

        /** Those of them that a range has, {@code first-last} or one address; none of a text that is no range. */
        Hosts within(String range) {
            String[] ends = range.split("-", 2);
            return new Hosts(
                    Math.max(first, parse(ends[0]).orElse(last + 1)),
                    Math.min(last, parse(ends[ends.length - 1]).orElse(0L)));
        }

        /** From the last one on, not endlessly many. */
        Stream<Long> downwards() {
            return Stream.iterate(last, a -> a >= first && a > last - MOST_SCANNED, a -> a - 1);
        }
    }

    /**
     * Addresses of a subnet that nobody is said to have: those that its cloud may give out first, the last ones of them first.
     *
     * @param taken addresses and ranges
     */
    public static List<String> free(Subnet subnet, List<String> taken, int most) {
        Optional<Hosts> hosts = Hosts.of(subnet.gateway(), subnet.prefixLength());
        List<String> pools = new ArrayList<>(subnet.ranges());
        Collections.reverse(pools);
        return hosts.stream()
                .flatMap(all -> Stream.concat(pools.stream().map(all::within), Stream.of(all)))
                .flatMap(Hosts::downwards)
                .filter(host -> !parse(subnet.gateway()).equals(Optional.of(host)))
                .map(Ipv4::text)
                .filter(host -> taken.stream().noneMatch(word -> covers(word, host)))
                .distinct()
                .limit(most)
                .toList();
    }

    /** The highest host address of the subnet that none of the used addresses and ranges has. */
    public static Optional<String> highestFree(
            String gateway, int prefixLength, Collection<String> used, List<String> ranges) {
        Set<Long> taken = new HashSet<>();
        parse(gateway).ifPresent(taken::add);
        used.forEach(u -> parse(u).ifPresent(taken::add));
        return Hosts.of(gateway, prefixLength).stream()
                .flatMap(Hosts::downwards)
                .filter(host -> !taken.contains(host))
                .map(Ipv4::text)
                .filter(host -> ranges.stream().noneMatch(range -> covers(range, host)))
                .findFirst();
    }
}
