package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.stretchdeploy.tunnel.control.AgentIdentity;

/**
 * What an edge is told at its first start.
 *
 * @param controllers where the controller's nodes are reached, at least one; any of them will do
 * @param authorityDigest SHA-256 of the deployment CA's certificate, lower-case hexadecimal
 * @param agent this agent's id
 * @param token one-time token, empty when it was used before
 */
record AgentSettings(List<Controller> controllers, String authorityDigest, String agent, String token) {
    /** Host (no brackets) and TCP port. */
    record Controller(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    AgentSettings {
        controllers = List.copyOf(controllers);
    }

    static final String CONTROLLER = "stretch.controller";
    static final String AUTHORITY = "stretch.ca.sha256";
    static final String AGENT = "stretch.agent";
    static final String TOKEN = "stretch.token";

    private static final String PRODUCT_CLASS = "org.stretchdeploy.edge.";
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final long FILE_LIMIT = 1 << 20;

    /** Reads an OVF environment document. */
    static AgentSettings fromOvfEnvironment(Path file) throws IOException {
        return of(OvfEnvironment.properties(limited(file)));
    }

    /** Reads a properties file. */
    static AgentSettings fromProperties(Path file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = new java.io.ByteArrayInputStream(limited(file))) {
            properties.load(in);
        }
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return of(values);
    }

    private static byte[] limited(Path file) throws IOException {
        if (Files.size(file) > FILE_LIMIT) {
            throw new IOException("too large: " + file);
        }
        return Files.readAllBytes(file);
    }

    static AgentSettings of(Map<String, String> values) throws IOException {
        List<Controller> controllers = controllers(required(values, CONTROLLER));
        String digest = required(values, AUTHORITY).toLowerCase(Locale.ROOT).replace(":", "");
        if (!DIGEST.matcher(digest).matches()) {
            throw new IOException(AUTHORITY + " is 64 hexadecimal digits");
        }
        String agent = required(values, AGENT);
        try {
            new AgentIdentity("any", agent);
            return new AgentSettings(controllers, digest, agent, value(values, TOKEN));
        } catch (IllegalArgumentException e) {
            throw new IOException("bad setting: " + e.getMessage(), e);
        }
    }

    /** One or more of host:port, with commas between. */
    private static List<Controller> controllers(String text) throws IOException {
        List<Controller> controllers = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            String one = each.strip();
            int colon = one.lastIndexOf(':');
            if (colon <= 0) {
                throw new IOException(CONTROLLER + " is host:port, or several with commas between");
            }
            String host = one.substring(0, colon).replace("[", "").replace("]", "");
            try {
                controllers.add(new Controller(host, Integer.parseInt(one.substring(colon + 1))));
            } catch (NumberFormatException e) {
                throw new IOException("bad setting: " + e.getMessage(), e);
            }
        }
        return controllers;
    }

    /** A property's plain name, or its full name with the product class in front (DSP0243 section 9.5.1). */
    private static String value(Map<String, String> values, String key) {
        return values.getOrDefault(key, values.getOrDefault(PRODUCT_CLASS + key, ""))
                .strip();
    }

    private static String required(Map<String, String> values, String key) throws IOException {
        String value = value(values, key);
        if (value.isEmpty()) {
            throw new IOException("setting missing: " + key);
        }
        return value;
    }

    @Override
    public String toString() {
        return "AgentSettings[agent=" + agent + ", controllers=" + controllers + "]";
    }
}
