package org.stretchdeploy.tunnel.internal.tap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs iproute2's {@code ip}, in the network namespace of this process. */
final class IpCommand {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OUTPUT_LIMIT = 4 << 20;

    private IpCommand() {}

    /** Runs lines of {@code ip -batch}; stops at the first that fails. */
    static void batch(List<String> lines) throws IOException {
        run(List.of("ip", "-batch", "-"), String.join("\n", lines) + "\n");
    }

    /** Runs one command and forgives its failure. */
    static void attempt(String... arguments) {
        try {
            List<String> command = new ArrayList<>(List.of("ip"));
            command.addAll(List.of(arguments));
            run(command, "");
        } catch (IOException expected) {
            // The caller says that it may fail: the object may not be there.
        }
    }

    /** All links with details. */
    static List<LinkInfo> links() throws IOException {
        List<LinkInfo> links = new ArrayList<>();
        for (JsonNode node : JSON.readTree(run(List.of("ip", "-json", "-details", "link", "show"), ""))) {
            links.add(new LinkInfo(
                    node.path("ifname").asText(""),
                    node.path("address").asText("").toLowerCase(java.util.Locale.ROOT),
                    node.path("linkinfo").path("info_kind").asText(""),
                    node.path("master").asText(""),
                    node.path("ifalias").asText(""),
                    node.path("mtu").asInt(1500)));
        }
        return links;
    }

    /** One network device. */
    record LinkInfo(String name, String address, String kind, String master, String alias, int mtu) {}

    private static String run(List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output;
        try (var stdout = process.getInputStream()) {
            output = new String(stdout.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8);
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no end: " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + String.join(" ", command), e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.strip());
        }
        return output;
    }
}
