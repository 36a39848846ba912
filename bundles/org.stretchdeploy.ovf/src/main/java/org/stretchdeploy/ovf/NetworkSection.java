package org.stretchdeploy.ovf;

import java.util.List;
import java.util.Optional;

/**
 * The logical networks of the package.
 *
 * @param info text for people
 * @param networks the networks
 * @param extensions what is kept beyond the specification
 */
public record NetworkSection(String info, List<Network> networks, Extensions extensions) {
    public NetworkSection {
        networks = List.copyOf(networks);
    }

    /** A section without foreign parts. */
    public static NetworkSection of(List<Network> networks) {
        return new NetworkSection("Logical networks", networks, Extensions.NONE);
    }

    /**
     * A logical network.
     *
     * @param name what the {@code Connection} of a NIC refers to
     * @param description text for people
     * @param extensions what is kept beyond the specification
     */
    public record Network(String name, Optional<String> description, Extensions extensions) {
        /** A network without foreign parts. */
        public static Network of(String name) {
            return new Network(name, Optional.empty(), Extensions.NONE);
        }
    }
}
