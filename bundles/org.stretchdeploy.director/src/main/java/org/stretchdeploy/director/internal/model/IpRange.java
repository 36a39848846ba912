package org.stretchdeploy.director.internal.model;

/** Addresses from the first to the last, both included. */
public record IpRange(String start, String end) {

    /** Reads {@code first-last} or one address. */
    public static IpRange parse(String text) {
        String[] parts = text.trim().split("\\s*-\\s*", 2);
        IpRange range = new IpRange(parts[0], parts[parts.length - 1]);
        if (Ipv4.number(range.start) > Ipv4.number(range.end)) {
            throw new IllegalArgumentException("The address range " + text + " ends before it begins.");
        }
        return range;
    }

    public boolean contains(String address) {
        long n = Ipv4.number(address);
        return n >= Ipv4.number(start) && n <= Ipv4.number(end);
    }

    public long size() {
        return Ipv4.number(end) - Ipv4.number(start) + 1;
    }
}
