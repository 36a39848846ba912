package org.stretchdeploy.vendor.vcd.internal.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.CloudException;

/**
 * The one host and port that this adapter talks to. Links in answers are followed only there, so that no answer can send
 * us, with our token, to another machine.
 */
public final class Endpoint {
    /** What a path of the API may look like: no control characters, no spaces, no fragment, no climbing. */
    private static final Pattern PATH = Pattern.compile("/(?!/)[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]*");

    private final String host;
    private final int port;

    /** @param address its path and query do not matter */
    public Endpoint(URI address) {
        this.host = address.getHost();
        this.port = port(address);
    }

    private static int port(URI address) {
        return address.getPort() < 0 ? 443 : address.getPort();
    }

    /** The address of a path. */
    URI resolve(String path) {
        requirePath(path);
        return URI.create("https://" + host + ":" + port + path);
    }

    /**
     * The path (with query) of a link that the cloud gave; a path is taken as it is.
     *
     * @throws CloudException EXTERNAL when the link leads to another host or is none
     */
    public String path(String href) {
        if (href.startsWith("/")) {
            return requirePath(href);
        }
        try {
            URI link = new URI(href);
            boolean ours = "https".equalsIgnoreCase(link.getScheme())
                    && host.equalsIgnoreCase(link.getHost())
                    && port(link) == port;
            if (!ours) {
                throw new CloudException(
                        "foreign-link",
                        CloudException.Category.EXTERNAL,
                        "The cloud points to " + origin(link) + " although it was asked at " + this
                                + ". Register the cloud with the address that its own links use.");
            }
            String query = link.getRawQuery() == null ? "" : "?" + link.getRawQuery();
            return requirePath(link.getRawPath() + query);
        } catch (URISyntaxException e) {
            throw unusable();
        }
    }

    private static String origin(URI link) {
        return Failures.clean(link.getScheme() + "://" + link.getAuthority());
    }

    private static String requirePath(String path) {
        boolean climbs = path.contains("/../")
                || path.endsWith("/..")
                || path.toLowerCase(Locale.ROOT).contains("%2e%2e");
        if (path.length() > 4096 || climbs || !PATH.matcher(path).matches()) {
            throw unusable();
        }
        return path;
    }

    private static CloudException unusable() {
        return new CloudException(
                "unusable-link", CloudException.Category.EXTERNAL, "The cloud gave a link that cannot be followed.");
    }

    @Override
    public String toString() {
        return "https://" + host + (port == 443 ? "" : ":" + port);
    }
}
