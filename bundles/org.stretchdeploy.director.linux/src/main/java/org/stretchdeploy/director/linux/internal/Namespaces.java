package org.stretchdeploy.director.linux.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.stretchdeploy.director.host.HostException;

/**
 * Network namespaces and the links in them. Every link is made inside a namespace of ours, so that the same commands
 * work for root and inside a user namespace, and the machine's own network is never touched.
 */
final class Namespaces {
    private static final Path FOLDER = Path.of("/run/netns");
    private final Commands commands;
    private final ObjectMapper json = new ObjectMapper();

    Namespaces(Commands commands) {
        this.commands = commands;
    }

    /** A link as the kernel sees it. */
    record Link(String name, Optional<String> master, boolean up, int mtu, String mac, Optional<String> alias) {}

    boolean exists(String namespace) {
        return Files.exists(FOLDER.resolve(namespace));
    }

    /** Makes the namespace if it is missing; returns true if it did. IPv6 is off in all of ours. */
    synchronized boolean ensure(String namespace, List<String> settings) {
        if (exists(namespace)) {
            return false;
        }
        add(namespace);
        List<String> command = inside(namespace, "sysctl", "-q", "-w");
        command.add("net.ipv6.conf.all.disable_ipv6=1");
        command.add("net.ipv6.conf.default.disable_ipv6=1");
        command.addAll(settings);
        try {
            commands.run(command);
            ip(namespace, "link set lo up");
        } catch (HostException e) {
            delete(namespace);
            throw e;
        }
        return true;
    }

    /**
     * In a user namespace the program makes the namespace and then may not go back to the one it came from, which
     * belongs to somebody else. What counts is that the new one is there and ours.
     */
    private void add(String namespace) {
        Commands.Result result = commands.attempt(List.of("ip", "netns", "add", namespace));
        if (!result.ok()
                && !commands.attempt(List.of("ip", "-n", namespace, "link", "show", "lo"))
                        .ok()) {
            commands.attempt(List.of("ip", "netns", "del", namespace));
            throw new HostException("Cannot make the network namespace " + namespace + " ("
                    + result.errors().strip()
                    + "); the host needs root, or a user namespace of its own with a /run it can write to");
        }
    }

    /**
     * Removes the namespace. The kernel would take its links away some time later, while their other ends still look
     * alive; so they are removed one by one before, which is done when the call returns.
     */
    void delete(String namespace) {
        if (!exists(namespace)) {
            return;
        }
        String lines = links(namespace).stream()
                .filter(link -> !link.name().equals("lo"))
                .map(link -> "link del " + link.name() + "\n")
                .collect(Collectors.joining());
        commands.attempt(lines, List.of("ip", "-n", namespace, "-force", "-batch", "-"));
        commands.run(List.of("ip", "netns", "del", namespace));
    }

    List<String> list() {
        List<String> names = new ArrayList<>();
        for (String line : commands.run(List.of("ip", "netns", "list")).split("\n")) {
            if (!line.isBlank()) {
                names.add(line.strip().split("\\s+")[0]);
            }
        }
        return names;
    }

    /** Ids of the processes whose network is this namespace. */
    List<Long> processes(String namespace) {
        if (!exists(namespace)) {
            return List.of();
        }
        Commands.Result result = commands.attempt(List.of("ip", "netns", "pids", namespace));
        return result.output()
                .lines()
                .map(String::strip)
                .filter(s -> s.matches("\\d+"))
                .map(Long::valueOf)
                .toList();
    }

    /** A command line that runs inside the namespace; the list can be added to. */
    List<String> inside(String namespace, String... command) {
        List<String> full = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        full.addAll(List.of(command));
        return full;
    }

    /** Runs several ip commands in the namespace, in order; the first failure ends it. Arguments hold no blanks. */
    void ip(String namespace, List<String> lines) {
        if (!lines.isEmpty()) {
            commands.runWithInput(String.join("\n", lines) + "\n", List.of("ip", "-n", namespace, "-batch", "-"));
        }
    }

    void ip(String namespace, String line) {
        ip(namespace, List.of(line));
    }

    List<Link> links(String namespace) {
        List<Link> links = new ArrayList<>();
        for (JsonNode node : query(List.of("ip", "-n", namespace, "-j", "link", "show"))) {
            links.add(new Link(
                    node.path("ifname").asText(),
                    Optional.ofNullable(node.path("master").textValue()),
                    contains(node.path("flags"), "UP"),
                    node.path("mtu").asInt(),
                    node.path("address").asText(),
                    Optional.ofNullable(node.path("ifalias").textValue())));
        }
        return links;
    }

    Optional<Link> link(String namespace, String name) {
        return links(namespace).stream()
                .filter(link -> link.name().equals(name))
                .findFirst();
    }

    /** IPv4 addresses with prefix length of a link, in the kernel's order. */
    List<String> addresses(String namespace, String name) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode link : query(List.of("ip", "-n", namespace, "-j", "-4", "addr", "show", "dev", name))) {
            for (JsonNode address : link.path("addr_info")) {
                addresses.add(address.path("local").asText() + "/"
                        + address.path("prefixlen").asInt());
            }
        }
        return addresses;
    }

    JsonNode query(List<String> command) {
        String output = commands.run(command);
        try {
            return json.readTree(output.isBlank() ? "[]" : output);
        } catch (JsonProcessingException e) {
            throw new HostException(command.get(0) + " printed something that is not JSON", e);
        }
    }

    private static boolean contains(JsonNode array, String word) {
        for (JsonNode node : array) {
            if (node.asText().equals(word)) {
                return true;
            }
        }
        return false;
    }
}
