package org.stretchdeploy.spi.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudVendor;

/** The vendor of clouds in memory; a cloud is found by the host of its endpoint. Thread-safe. */
public final class MemoryVendor implements CloudVendor {
    /** Name of this vendor. */
    public static final String NAME = "memory";

    private final Map<String, Door> doors = new ConcurrentHashMap<>();

    private record Door(MemoryCloud cloud, String user, Secret password) {}

    /**
     * Registers a cloud.
     *
     * @param host host of the endpoint, for instance {@code private.example}
     */
    public MemoryVendor add(String host, MemoryCloud cloud, String user, Secret password) {
        doors.put(host, new Door(cloud, user, password));
        return this;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Cloud open(CloudAccount account) {
        if (!account.registration().vendor().equals(NAME)) {
            throw new CloudException("other-vendor", Category.USER, "This is no cloud of the vendor \"memory\".");
        }
        Door door = doors.get(account.registration().endpoint().getHost());
        if (door == null) {
            throw new CloudException(
                    "unreachable",
                    Category.TRANSIENT,
                    "The cloud at " + account.registration().endpoint().getHost() + " cannot be reached.");
        }
        if (!door.user().equals(account.registration().user())
                || !door.password().equals(account.password())) {
            throw new CloudException("login-failed", Category.DENIED, "The cloud did not accept user and password.");
        }
        door.cloud().info();
        return door.cloud();
    }
}
