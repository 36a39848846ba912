package org.stretchdeploy.director.internal.model;

import java.util.List;

/** One subnet of a network. */
public record IpScope(
        boolean inherited,
        String gateway,
        int prefixLength,
        String dns1,
        String dns2,
        String dnsSuffix,
        List<IpRange> ranges) {

    public Subnet subnet() {
        return Subnet.of(gateway, prefixLength);
    }
}
