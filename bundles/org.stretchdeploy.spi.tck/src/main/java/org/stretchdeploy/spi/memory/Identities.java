package org.stretchdeploy.spi.memory;

import java.util.HashMap;
import java.util.Map;
import org.stretchdeploy.spi.ObjectId;

/** Gives out ids and MAC addresses, the same ones in the same order for the same name of a cloud. */
final class Identities {
    private final String cloud;
    private final Map<String, Integer> counters = new HashMap<>();
    private int macs;

    Identities(String cloud) {
        this.cloud = cloud;
    }

    ObjectId next(String kind) {
        return new ObjectId(cloud + "/" + kind + "-" + counters.merge(kind, 1, Integer::sum));
    }

    String localId() {
        return cloud + "-local-" + counters.merge("local", 1, Integer::sum);
    }

    /** Locally administered, made of the cloud's name and a counter. */
    String mac() {
        int name = cloud.hashCode();
        int number = ++macs;
        return String.format(
                "02:%02x:%02x:%02x:%02x:%02x",
                name >> 16 & 255, name >> 8 & 255, name & 255, number >> 8 & 255, number & 255);
    }
}
