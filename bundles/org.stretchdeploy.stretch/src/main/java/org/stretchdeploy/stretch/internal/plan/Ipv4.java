package org.stretchdeploy.stretch.internal.plan;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.Subnet;

/** Arithmetic on dotted IPv4 addresses. Pure functions; texts that are no address give empty or false. */
public final class Ipv4 {
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

    /**
     * Addresses of a subnet that nobody is said to have: those that its cloud may give out first, the last ones of them first.
     *
     * @param taken addresses and ranges
     */
    public static List<String> free(Subnet subnet, List<String> taken, int most) {
        Optional<Long> gateway = parse(subnet.gateway());
        if (gateway.isEmpty() || subnet.prefixLength() < 8 || subnet.prefixLength() > 30) {
            return List.of();
        }
        long network = gateway.get() & mask(subnet.prefixLength());
        long broadcast = network | ~mask(subnet.prefixLength()) & 0xffffffffL;
        Set<String> free = new LinkedHashSet<>();
        for (int pool = subnet.ranges().size() - 1; pool >= -1; pool--) {
            String[] range =
                    pool < 0 ? new String[0] : subnet.ranges().get(pool).split("-", 2);
            long first = range.length == 0 ? network : parse(range[0]).orElse(broadcast);
            long last = range.length == 0
                    ? broadcast
                    : parse(range[range.length - 1]).orElse(network);
            long lowest = Math.max(first, network + 1);
            for (long a = Math.min(last, broadcast - 1); a >= lowest && a > last - 65_536 && free.size() < most; a--) {
                String text = text(a);
                if (a != gateway.get() && taken.stream().noneMatch(word -> covers(word, text))) {
                    free.add(text);
                }
            }
        }
        return List.copyOf(free);
    }

    /** The highest host address of the subnet that none of the used addresses and ranges has. */
    public static Optional<String> highestFree(
            String gateway, int prefixLength, Collection<String> used, List<String> ranges) {
        Optional<Long> base = parse(gateway);
        if (base.isEmpty() || prefixLength < 8 || prefixLength > 30) {
            return Optional.empty();
        }
        Set<Long> taken = new HashSet<>();
        taken.add(base.get());
        used.forEach(u -> parse(u).ifPresent(taken::add));
        long network = base.get() & mask(prefixLength);
        long broadcast = network | ~mask(prefixLength) & 0xffffffffL;
        for (long candidate = broadcast - 1; candidate > network && candidate > broadcast - 65_536; candidate--) {
            String text = text(candidate);
            if (!taken.contains(candidate) && ranges.stream().noneMatch(r -> covers(r, text))) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }
}
