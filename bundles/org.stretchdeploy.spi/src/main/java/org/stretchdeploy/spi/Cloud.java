package org.stretchdeploy.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A logged-in cloud. Logs in again by itself when a session has run out. Closing logs out. */
public interface Cloud extends AutoCloseable {
    Info info();

    Set<Capability> capabilities();

    Inventory inventory();

    VApps vApps();

    Catalogs catalogs();

    Edges edges();

    /** Present when {@link Capability#L2_VPN} is declared. */
    Optional<Tunnels> tunnels();

    /** State of long work. Unknown tasks are NOT_FOUND. */
    TaskStatus status(CloudTask task);

    /** Asks to stop it; the task's state tells whether it did. */
    void cancel(CloudTask task);

    @Override
    void close();

    /**
     * @param product    product and version as the cloud tells them
     * @param apiVersion version of the API that is spoken
     * @param clockSkew  the cloud's clock minus ours
     * @param rights     rights or roles of our account, for people
     */
    record Info(String product, String apiVersion, Duration clockSkew, Set<String> rights) {}
}
