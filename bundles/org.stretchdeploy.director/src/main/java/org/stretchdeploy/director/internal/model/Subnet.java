package org.stretchdeploy.director.internal.model;

/** An IPv4 network: its lowest address and prefix length. */
public record Subnet(long network, int prefixLength) {

    public static Subnet of(String address, int prefixLength) {
        if (prefixLength < 1 || prefixLength > 31) {
            throw new IllegalArgumentException("A prefix length of " + prefixLength + " cannot be used here.");
        }
        return new Subnet(Ipv4.number(address) & Ipv4.mask(prefixLength), prefixLength);
    }

    public static Subnet parse(String cidr) {
        String[] parts = cidr.split("/", 2);
        if (parts.length != 2 || !parts[1].matches("\\d{1,2}")) {
            throw new IllegalArgumentException("'" + cidr + "' is not an address with a prefix length.");
        }
        return of(parts[0], Integer.parseInt(parts[1]));
    }

    public boolean contains(String address) {
        return (Ipv4.number(address) & Ipv4.mask(prefixLength)) == network;
    }

    /** True for an address that a machine can have: neither the network's nor the broadcast address. */
    public boolean isHost(String address) {
        long n = Ipv4.number(address);
        return contains(address) && n != network && n != (network | ~Ipv4.mask(prefixLength) & 0xFFFFFFFFL);
    }

    public String netmask() {
        return Ipv4.netmask(prefixLength);
    }
}
