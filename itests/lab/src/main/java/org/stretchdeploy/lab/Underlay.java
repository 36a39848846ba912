package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The world between and outside of the clouds: a router namespace that plays the Internet, a client, and the path by
 * which the edge appliances reach the controller, which listens on the machine's loopback only. The two network worlds
 * meet in a UNIX socket, so that nothing needs rights on the machine's own network.
 *
 * <pre>
 *   client 192.0.2.10 ── 192.0.2.1 sd-inet ──┬── 203.0.113.1   private cloud's external network
 *                       192.0.2.20:8444      └── 198.51.100.1  public cloud's external network
 *                            │ UNIX socket
 *                       127.0.0.1:8444 controller's agent endpoint
 * </pre>
 */
final class Underlay {
    static final String INTERNET = "sd-inet";
    static final String CLIENT = "sd-client";
    static final String CLIENT_ADDRESS = "192.0.2.10";
    static final String CONTROLLER_ADDRESS = "192.0.2.20";
    static final int AGENT_PORT = 8444;
    static final int SECOND_AGENT_PORT = 8454;

    private final Privilege privilege;
    private final LabFolder folder;

    Underlay(Privilege privilege, LabFolder folder) {
        this.privilege = privilege;
        this.folder = folder;
    }

    /** Where the appliances of both clouds reach the controller that listens on a port. */
    static String endpoint(int port) {
        return CONTROLLER_ADDRESS + ":" + port;
    }

    /** The same of both nodes, when there are two. */
    static String endpoints() {
        return endpoint(AGENT_PORT) + "," + endpoint(SECOND_AGENT_PORT);
    }

    void up() {
        for (String namespace : List.of(INTERNET, CLIENT)) {
            // From a network namespace of its own the command may always go back to where it came from.
            privilege.must("unshare", "-n", "ip", "netns", "add", namespace);
            privilege.must("ip", "-n", namespace, "link", "set", "lo", "up");
            sysctl(namespace, "net.ipv6.conf.all.disable_ipv6=1");
        }
        sysctl(INTERNET, "net.ipv4.ip_forward=1");
        privilege.must(
                "ip", "-n", INTERNET, "link", "add", "client", "type", "veth", "peer", "name", "eth0", "netns", CLIENT);
        privilege.must("ip", "-n", INTERNET, "addr", "add", "192.0.2.1/24", "dev", "client");
        privilege.must("ip", "-n", INTERNET, "addr", "add", CONTROLLER_ADDRESS + "/32", "dev", "lo");
        privilege.must("ip", "-n", INTERNET, "link", "set", "client", "up");
        privilege.must("ip", "-n", CLIENT, "addr", "add", CLIENT_ADDRESS + "/24", "dev", "eth0");
        privilege.must("ip", "-n", CLIENT, "link", "set", "eth0", "up");
        privilege.must("ip", "-n", CLIENT, "route", "add", "default", "via", "192.0.2.1");
        relay("", AGENT_PORT);
    }

    /** Opens the path to the second node. */
    void secondNode() {
        relay("-2", SECOND_AGENT_PORT);
    }

    private void sysctl(String namespace, String setting) {
        Exec.must(privilege.inside(namespace, List.of("sysctl", "-qw", setting)));
    }

    private void relay(String suffix, int port) {
        Path socket = folder.state().resolve("agents" + suffix + ".sock");
        spawn(
                "relay-host" + suffix,
                List.of("socat", "UNIX-LISTEN:" + socket + ",fork,mode=600", "TCP:127.0.0.1:" + port));
        Wait.until(Duration.ofSeconds(5), "the relay's socket", () -> Files.exists(socket));
        spawn(
                "relay-inet" + suffix,
                privilege.inside(
                        INTERNET,
                        List.of(
                                "socat",
                                "TCP-LISTEN:" + port + ",bind=" + CONTROLLER_ADDRESS + ",fork,reuseaddr",
                                "UNIX-CONNECT:" + socket)));
    }

    private void spawn(String name, List<String> command) {
        Spawned.start(folder, name, command);
    }

    void down() {
        for (String name : List.of("relay-host", "relay-inet", "relay-host-2", "relay-inet-2")) {
            Spawned.stop(folder, name);
        }
        for (String namespace : List.of(CLIENT, INTERNET)) {
            Exec.run(Duration.ofSeconds(10), privilege.command("ip", "netns", "del", namespace));
        }
        try {
            Files.deleteIfExists(folder.state().resolve("agents.sock"));
            Files.deleteIfExists(folder.state().resolve("agents-2.sock"));
        } catch (IOException e) {
            throw new LabException("cannot delete the relay's socket", e);
        }
    }
}
