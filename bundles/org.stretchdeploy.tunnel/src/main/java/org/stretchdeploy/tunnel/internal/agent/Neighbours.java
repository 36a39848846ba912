package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How soon this machine asks again for the hardware address of its next hop. After a cut the kernel must first find the
 * next hop again, and by default it asks once a second (RetransTimer, RFC 4861 section 10): that alone could be the second
 * within which traffic shall flow again.
 */
final class Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
    private static final Path SETTINGS = Path.of("/proc/sys/net");
    private static final String KERNELS_OWN = "1000";
    private static final String MILLIS = "200";

    private Neighbours() {}

    /** For every NIC, and those that come later; a setting that somebody chose is left as it is. */
    static void askSooner() {
        for (String family : new String[] {"ipv4", "ipv6"}) {
            try (DirectoryStream<Path> devices =
                    Files.newDirectoryStream(SETTINGS.resolve(family).resolve("neigh"))) {
                for (Path device : devices) {
                    Path setting = device.resolve("retrans_time_ms");
                    if (!device.endsWith("lo")
                            && Files.readString(setting).strip().equals(KERNELS_OWN)) {
                        Files.write(setting, MILLIS.getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException e) {
                // A kernel without IPv6, or settings that are read-only: a cut then takes up to a second longer.
                LOG.debug("event=setting-absent path={}", e.getMessage());
            }
        }
    }
}
