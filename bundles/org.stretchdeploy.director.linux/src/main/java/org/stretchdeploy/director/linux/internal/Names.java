package org.stretchdeploy.director.linux.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.stretchdeploy.director.host.HostException;

/**
 * How the host calls things in the kernel. Interface names have 15 characters at most, so they are made of a hash of
 * the director's id; namespaces carry the cloud's prefix, so that everything of one cloud can be found and removed
 * without knowing anything else.
 */
record Names(String prefix) {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,14}");
    private static final Pattern MAC = Pattern.compile("(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");

    Names {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new HostException("The prefix '" + prefix + "' must be letters, digits, dash and underscore");
        }
    }

    /** The namespace with all bridges of the cloud. */
    String fabric() {
        return prefix + "-fab";
    }

    String router(String routerId) {
        return prefix + "-r-" + hash(routerId);
    }

    String appliance(String vmId) {
        return prefix + "-a-" + hash(vmId);
    }

    /** True for the namespaces of exactly this cloud, not for those of a cloud whose prefix begins with ours. */
    boolean owns(String namespace) {
        return namespace.startsWith(prefix)
                && namespace.substring(prefix.length()).matches("-fab|-[ra]-[0-9a-f]{10}");
    }

    String bridge(String networkId) {
        return "b" + hash(networkId);
    }

    /** Both ends of the pair that leads an external network outside; unique among clouds that share an outside. */
    String uplink(String networkId) {
        return "u" + hash(prefix + "/" + networkId);
    }

    /** Fabric end of a router's interface. */
    String routerPort(String routerId, String interfaceName) {
        return "r" + hash(routerId + "/" + interfaceName);
    }

    /** Tap of a guest's NIC or fabric end of an appliance's. */
    String nicPort(String vmId, int index) {
        return "t" + hash(vmId + "/" + index);
    }

    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the id if it can be a file name. */
    static String id(String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw new HostException("The id '" + printable(id) + "' is not one a host can use");
        }
        return id;
    }

    static String interfaceName(String name) {
        if (name == null || !INTERFACE.matcher(name).matches() || name.equals("lo")) {
            throw new HostException("'" + printable(name) + "' is not a name for an interface");
        }
        return name;
    }

    static String mac(String mac) {
        if (mac == null || !MAC.matcher(mac).matches()) {
            throw new HostException("'" + printable(mac) + "' is not a MAC address");
        }
        return mac.toLowerCase(Locale.ROOT);
    }

    static String namespace(String name) {
        if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")) {
            throw new HostException("'" + printable(name) + "' is not a name for a network namespace");
        }
        return name;
    }

    private static String printable(String text) {
        String clean = String.valueOf(text).replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= 80 ? clean : clean.substring(0, 80) + "...";
    }
}
