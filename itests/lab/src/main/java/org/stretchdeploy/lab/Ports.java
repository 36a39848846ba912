package org.stretchdeploy.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ports of the machine's loopback address that the lab listens on. */
final class Ports {
    private static final Map<Integer, String> NEEDED = needed();
    private static final Pattern USER = Pattern.compile("\\(\\(\"([^\"]*)\",pid=(\\d+)");

    private Ports() {}

    private static Map<Integer, String> needed() {
        Map<Integer, String> all = new LinkedHashMap<>();
        all.put(CloudSite.PRIVATE.port(), "director of cloud private");
        all.put(CloudSite.PUBLIC.port(), "director of cloud public");
        all.put(ControllerProcess.HTTPS_PORT, "controller");
        all.put(ControllerProcess.SHELL_PORT, "controller's shell");
        all.put(Underlay.AGENT_PORT, "controller's endpoint for edge appliances");
        return all;
    }

    /** A sentence for each port that somebody listens on; empty when all are free. */
    static List<String> taken() {
        return NEEDED.entrySet().stream()
                .filter(e -> !free(e.getKey()))
                .map(e -> "port " + e.getKey() + " (" + e.getValue() + ") is taken" + by(e.getKey()))
                .toList();
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String by(int port) {
        Exec.Result listeners = Exec.run(Duration.ofSeconds(5), List.of("ss", "-ltnpH", "sport", "=", ":" + port));
        Matcher user = USER.matcher(listeners.output());
        return user.find() ? " by process " + user.group(2) + " (" + user.group(1) + ")" : "";
    }
}
