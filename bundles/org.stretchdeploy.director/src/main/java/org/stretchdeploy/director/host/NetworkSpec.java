package org.stretchdeploy.director.host;

import java.util.Optional;

/**
 * A layer-2 segment.
 *
 * @param id       the director's id, stable for the life of the network
 * @param name     for people
 * @param uplink   present on an external network: how the segment reaches the world outside the cloud
 * @param mtu      largest layer-3 packet in bytes, 1280 to 9000
 */
public record NetworkSpec(String id, String name, Optional<Uplink> uplink, int mtu) {

    /**
     * The outside end of an external network.
     *
     * @param gateway       address with prefix length that the outside router has on this segment, e.g. {@code 203.0.113.1/24}
     * @param attachTo      name of the network namespace that plays the outside world
     */
    public record Uplink(String gateway, String attachTo) {}
}
