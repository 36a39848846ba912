package org.stretchdeploy.director.linux.internal;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.stretchdeploy.director.host.VmSpec;

/** A {@link Lab} with the guest image and ways to ask guests what they are. */
final class GuestLab extends Lab {
    /** Far more than a boot takes, because the machine may be busy with other things. */
    static final Duration BOOT = Duration.ofSeconds(60);

    static final ObjectMapper JSON = new ObjectMapper();

    /** The guest's disk as streamOptimized VMDK. */
    final Path image;

    GuestLab(Path folder) {
        super(folder);
        image = buildImage();
    }

    /** Does nothing but look when the image is built already. */
    private static Path buildImage() {
        Path out = Path.of("target", "lab-image").toAbsolutePath();
        Path script = Path.of("..", "..", "itests", "lab-image", "build-guest.sh");
        try {
            int exit = new ProcessBuilder(script.toAbsolutePath().normalize().toString(), out.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(new File("target", "lab-image.log"))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("The guest image cannot be built; see target/lab-image.log");
            }
            return out.resolve("lab-guest-disk1.vmdk");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String edge() {
        return names.router("urn:vcloud:gateway:1");
    }

    /** A guest on the inside network with a fixed address. */
    VmSpec guest(String name, String disk, String address, String mac, boolean connected) {
        return guest(
                name,
                disk,
                mac,
                connected,
                Map.of("guest.hostname", name, "guest.address", address, "guest.gateway", "10.9.0.1"));
    }

    VmSpec guest(String name, String disk, String mac, boolean connected, Map<String, String> properties) {
        String environment =
                "<?xml version=\"1.0\"?>\n<Environment xmlns:oe=\"http://schemas.dmtf.org/ovf/environment/1\">"
                        + new TreeMap<>(properties)
                                .entrySet().stream()
                                        .map(e -> "<Property oe:key=\"" + e.getKey() + "\"\n oe:value=\"" + e.getValue()
                                                + "\"/>")
                                        .collect(Collectors.joining())
                        + "</Environment>";
        return new VmSpec(
                name,
                name,
                1,
                96,
                UUID.randomUUID().toString(),
                List.of(new VmSpec.Disk(disk, "PVSCSI", 0)),
                List.of(nic(mac, Optional.of(Routed.INSIDE), connected, "")),
                Optional.empty(),
                Map.of("guest.hostname", "ignored"),
                environment);
    }

    /** Frames that came out of the guest's first NIC. */
    long sent(String vmId) {
        return namespaces
                .query(List.of("ip", "-n", names.fabric(), "-s", "-j", "link", "show", "dev", names.nicPort(vmId, 0)))
                .get(0)
                .path("stats64")
                .path("rx")
                .path("packets")
                .asLong();
    }

    String get(String namespace, String address, String path) {
        return in(namespace, "curl", "-s", "-f", "-m", "3", "http://" + address + "/" + path)
                .output();
    }

    Optional<JsonNode> state(String namespace, String address) {
        try {
            String answer = get(namespace, address, "cgi-bin/state");
            return answer.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(answer));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    JsonNode awaitState(String namespace, String address, String host, int boot) {
        return await().atMost(BOOT)
                .until(() -> state(namespace, address), answer -> answer.filter(
                                s -> s.path("host").asText().equals(host)
                                        && s.path("boot").asInt() == boot)
                        .isPresent())
                .orElseThrow();
    }
}
