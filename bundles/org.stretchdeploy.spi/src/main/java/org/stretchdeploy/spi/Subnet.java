package org.stretchdeploy.spi;

import java.util.List;

/**
 * An IPv4 subnet as a cloud describes it.
 *
 * @param gateway      address of the gateway
 * @param prefixLength 1 to 30
 * @param ranges       addresses that the cloud may give out, {@code first-last}
 */
public record Subnet(String gateway, int prefixLength, List<String> dns, String dnsSuffix, List<String> ranges) {
    public Subnet {
        dns = List.copyOf(dns);
        ranges = List.copyOf(ranges);
    }
}
