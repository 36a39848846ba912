package org.stretchdeploy.lab;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a controller of the lab sits: what it is called, where it listens on the machine's loopback, and which database it
 * shares with others.
 *
 * @param name     of its process and folder, and of the node when there are several
 * @param https    port of REST
 * @param shell    port of Karaf's shell
 * @param rmi      first of two ports for JMX
 * @param agents   port for the edge appliances
 * @param database of a controller of several nodes; empty: H2 of its own
 */
record Seat(String name, int https, int shell, int rmi, int agents, Optional<Shared> database) {
    /** The lab's only controller. */
    static final Seat ALONE = new Seat("controller", 9443, 8101, 1099, Underlay.AGENT_PORT, Optional.empty());

    /**
     * What all nodes have in common.
     *
     * @param password file with the password at the database
     * @param key      file with the key that secrets are sealed with
     */
    record Shared(String jdbcUrl, String user, Path password, Path key) {}
}
