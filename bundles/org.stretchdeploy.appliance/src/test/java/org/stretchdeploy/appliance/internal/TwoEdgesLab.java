package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.stretchdeploy.appliance.Enrolment;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TunnelConfig;

/**
 * Two segments, two edges, two real agents, one real agent endpoint.
 *
 * <pre>
 *   h1 ── s1 ── ea(leg) ═ wan 10.99.0.1 ─── 10.99.0.2 wan ═ eb(leg) ── s2 ── h2
 *          192.168.77.1                                        192.168.77.2
 *   each edge: 127.0.0.1:8444 ── socat ── unix socket ── socat ── the endpoint on the host's loopback
 * </pre>
 */
final class TwoEdgesLab implements AutoCloseable {
    static final String H1_MAC = "52:54:00:00:00:01";
    static final String H2_MAC = "52:54:00:00:00:02";
    static final String LEG_A = "52:54:00:aa:00:01";
    static final String LEG_B = "52:54:00:bb:00:01";

    private final String prefix = "sdt" + ProcessHandle.current().pid() + "-";
    private final List<String> namespaces = new ArrayList<>(List.of("h1", "h2", "s1", "s2", "ea", "eb"));
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, Process> agents = new HashMap<>();
    private final Path folder;
    private final Store store = TestStore.inMemory();
    private EdgeAppliancesService service;
    private final int port;

    TwoEdgesLab(Path folder, Duration certificateLife) throws Exception {
        this.folder = folder;
        this.service = service(0, certificateLife);
        this.port = service.port();
        namespaces.forEach(one -> {
            ip("netns add " + prefix + one);
            in(one, "ip link set lo up");
        });
        cable("h1", "eth0", "s1", "p1", H1_MAC);
        cable("h2", "eth0", "s2", "p1", H2_MAC);
        cable("ea", "leg", "s1", "p2", LEG_A);
        cable("eb", "leg", "s2", "p2", LEG_B);
        cable("ea", "wan", "eb", "wan", "52:54:00:cc:00:01");
        for (String segment : List.of("s1", "s2")) {
            in(segment, "ip link add name sw type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
            in(segment, "ip link set p1 master sw");
            in(segment, "ip link set p2 master sw");
            in(segment, "ip link set sw up");
            plainSwitch(segment);
        }
        for (String edge : List.of("ea", "eb")) {
            in(edge, "sysctl -qw net.ipv6.conf.wan.disable_ipv6=1");
        }
        in("ea", "ip addr add 10.99.0.1/24 dev wan");
        in("eb", "ip addr add 10.99.0.2/24 dev wan");
        for (int host = 1; host <= 2; host++) {
            in("h" + host, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
            in("h" + host, "ip addr add 192.168.77." + host + "/24 dev eth0");
        }
        Path socket = folder.resolve("endpoint.sock");
        processes.add(Shell.start(
                folder.resolve("relay.log"),
                List.of("socat", "UNIX-LISTEN:" + socket + ",fork", "TCP:127.0.0.1:" + port)));
        relay("ea");
        relay("eb");
    }

    private void relay(String edge) {
        processes.add(Shell.start(
                folder.resolve("relay.log"),
                inside(
                        edge,
                        "socat TCP-LISTEN:8444,bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:"
                                + folder.resolve("endpoint.sock"))));
    }

    /** One more edge at a segment; its MAC address there is {@code leg}. */
    void addEdge(String edge, String segment, String leg) {
        namespaces.add(edge);
        ip("netns add " + prefix + edge);
        in(edge, "ip link set lo up");
        cable(edge, "leg", segment, edge, leg);
        in(segment, "ip link set " + edge + " master sw");
        relay(edge);
    }

    /** A cable between two edges: {@code 10.<net>.0.1} at the one, NIC {@code w<net>}, and .2 at the other. */
    void wan(String one, String other, int net) {
        String nic = "w" + net;
        cable(one, nic, other, nic, "52:54:00:cc:01:" + net);
        for (String edge : List.of(one, other)) {
            in(edge, "sysctl -qw net.ipv6.conf." + nic + ".disable_ipv6=1");
        }
        in(one, "ip addr add 10." + net + ".0.1/24 dev " + nic);
        in(other, "ip addr add 10." + net + ".0.2/24 dev " + nic);
    }

    /** Where the machine filters what bridges forward, it would check headers and cut frames; a switch does not. */
    private void plainSwitch(String segment) {
        for (String family : List.of("iptables", "ip6tables", "arptables")) {
            Shell.run(inside(segment, "sysctl -qw net.bridge.bridge-nf-call-" + family + "=0"));
        }
    }

    private EdgeAppliancesService service(int listenPort, Duration certificateLife) throws Exception {
        return new EdgeAppliancesService(
                new ApplianceSettings(
                        "127.0.0.1",
                        listenPort,
                        "127.0.0.1:8444",
                        folder.resolve("pki"),
                        Optional.empty(),
                        Duration.ofMinutes(10),
                        certificateLife),
                store,
                Clock.systemUTC());
    }

    EdgeAppliancesService service() {
        return service;
    }

    void stopController() throws IOException {
        service.close();
    }

    void startController(Duration certificateLife) throws Exception {
        service = service(port, certificateLife);
    }

    /** Both agents are to stretch the one network. */
    void stretch(Transport transport) {
        NetworkConfig source = NetworkConfig.of("net1", LEG_A, NetworkSide.SOURCE);
        NetworkConfig target = NetworkConfig.of("net1", LEG_B, NetworkSide.TARGET);
        TunnelConfig listen = TunnelConfig.listen("tun1", 8443, service.identity("eb"), List.of(source));
        TunnelConfig dial = TunnelConfig.dial("tun1", "10.99.0.1", 8443, service.identity("ea"), List.of(target));
        service.configure("ea", new DesiredState(0, List.of(listen.withTransport(transport)), List.of(), List.of()));
        service.configure("eb", new DesiredState(0, List.of(dial.withTransport(transport)), List.of(), List.of()));
    }

    static void ip(String arguments) {
        Shell.must("ip " + arguments);
    }

    private void cable(String one, String oneName, String other, String otherName, String mac) {
        ip("link add name " + oneName + " netns " + prefix + one + " address " + mac + " type veth peer name "
                + otherName + " netns " + prefix + other);
        in(one, "ip link set " + oneName + " up");
        in(other, "ip link set " + otherName + " up");
    }

    /** A second cable between the two segments: a loop once the tunnel forwards. */
    void shortCircuit(boolean on) {
        if (on) {
            ip("link add name x1 netns " + prefix + "s1 type veth peer name x2 netns " + prefix + "s2");
            for (int side = 1; side <= 2; side++) {
                in("s" + side, "ip link set x" + side + " master sw");
                in("s" + side, "ip link set x" + side + " up");
            }
        } else {
            in("s1", "ip link del x1");
        }
    }

    List<String> inside(String namespace, String command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", prefix + namespace));
        whole.addAll(List.of(command.split(" ")));
        return whole;
    }

    String in(String namespace, String command) {
        Shell.Result result = Shell.run(inside(namespace, command));
        if (!result.ok()) {
            throw new IllegalStateException(namespace + ": " + command + ": " + result.output());
        }
        return result.output();
    }

    Process startIn(String namespace, String command, String log) {
        Process process = Shell.start(folder.resolve(log), inside(namespace, command));
        processes.add(process);
        return process;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    boolean pings(String options) {
        return Shell.run(inside("h1", "ping -q -W 1 " + options + " 192.168.77.2"))
                .ok();
    }

    /** Writes the settings of an agent that is to enrol. */
    void prepare(String agent, Enrolment enrolment) throws IOException {
        Properties properties = new Properties();
        properties.putAll(enrolment.properties());
        try (var out = Files.newOutputStream(folder.resolve(agent + ".properties"))) {
            properties.store(out, null);
        }
    }

    void startAgent(String agent) throws IOException {
        startAgent(agent, "");
    }

    /** The same with more options for Java, each with a blank behind it. */
    void startAgent(String agent, String options) throws IOException {
        Path jar = agentJar();
        List<String> command = inside(
                agent,
                System.getProperty("java.home") + "/bin/java -Xmx48m -XX:+UseSerialGC -Xss512k"
                        + " -XX:ReservedCodeCacheSize=48m " + options + "-jar " + jar + " --properties "
                        + folder.resolve(agent + ".properties") + " --state " + folder.resolve("state-" + agent));
        Process process = Shell.start(folder.resolve(agent + ".log"), command);
        processes.add(process);
        agents.put(agent, process);
    }

    /** {@code ip netns exec} becomes the program itself, so this is the agent's own process. */
    Process agent(String agent) {
        return agents.get(agent);
    }

    static Path agentJar() throws IOException {
        Path target = Path.of("..", "org.stretchdeploy.tunnel", "target");
        try (var files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().endsWith("-agent.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("build org.stretchdeploy.tunnel first"))
                    .toAbsolutePath()
                    .normalize();
        }
    }

    @Override
    public void close() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly();
            process.waitFor();
        }
        service.close();
        store.close();
        for (String one : namespaces) {
            Shell.run(List.of("ip", "netns", "del", prefix + one));
        }
    }
}
