package org.stretchdeploy.lab;

import java.util.List;

/**
 * One cloud of the lab.
 *
 * @param number     1 or 2: makes its addresses
 * @param external   first three numbers of its external network
 */
record CloudSite(String name, int number, String external, int port) {
    static final CloudSite PRIVATE = new CloudSite("private", 1, "203.0.113", 9441);
    static final CloudSite PUBLIC = new CloudSite("public", 2, "198.51.100", 9442);

    static final List<CloudSite> ALL = List.of(PRIVATE, PUBLIC);

    String organization() {
        return "acme";
    }

    String vdc() {
        return name + "-vdc";
    }

    String edgeGateway() {
        return name + "-edge";
    }

    String orgNetwork() {
        return name + "-net";
    }

    String orgSubnet() {
        return "10." + number + ".0.0/24";
    }

    /** Address that its edge gateway has outside. */
    String publicAddress() {
        return external + ".10";
    }

    String endpoint() {
        return "https://127.0.0.1:" + port;
    }

    String prefix() {
        return "sd-" + name;
    }
}
