package org.stretchdeploy.lab;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.cli.Controller;
import org.stretchdeploy.cli.ProblemException;
import org.stretchdeploy.cli.StretchClient;

/** The Karaf distribution, unpacked into the lab's folder and started as an administrator would. */
final class ControllerProcess {
    static final int HTTPS_PORT = 9443;
    static final int SHELL_PORT = 8101;
    private static final String NAME = "controller";

    private final LabFolder folder;
    private final EdgeForm edges;
    private Runnable prepared = () -> {};

    /** One that was started before, or whose clouds run edge appliances as programs. */
    ControllerProcess(LabFolder folder) {
        this(folder, EdgeForm.PROCESS);
    }

    ControllerProcess(LabFolder folder, EdgeForm edges) {
        this.folder = folder;
        this.edges = edges;
    }

    /** What is to happen between unpacking and the first start. */
    void beforeStart(Runnable work) {
        prepared = work;
    }

    void start() {
        launch();
        await();
    }

    void launch() {
        Path home = folder.controller();
        if (!Files.isDirectory(home)) {
            unpack(home);
            configure(home);
            prepared.run();
        }
        Path password = passwordFile();
        Spawned.start(
                folder,
                NAME,
                List.of(home.resolve("bin/karaf").toString(), "server"),
                Map.of(
                        "KARAF_EXEC",
                        "exec",
                        "STRETCH_ADMIN_PASSWORD_FILE",
                        password.toString(),
                        "JAVA_MAX_MEM",
                        "640m",
                        "EXTRA_JAVA_OPTS",
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"));
    }

    private void unpack(Path home) {
        Path archive = distribution();
        folder.made();
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new LabException("cannot make the controller's folder", e);
        }
        Exec.must(List.of("tar", "xzf", archive.toString(), "-C", home.toString(), "--strip-components=1"));
    }

    private Path distribution() {
        Path target = folder.root().resolve("karaf-assembly/target");
        try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
            return files.filter(f -> f.getFileName().toString().matches("stretch-deploy-.*\\.tar\\.gz"))
                    .findFirst()
                    .orElseThrow(() -> new LabException("The distribution is not built; run ./stretch build first."));
        } catch (IOException e) {
            throw new LabException("cannot look for the distribution", e);
        }
    }

    private void configure(Path home) {
        Path etc = home.resolve("etc");
        Properties.set(etc.resolve("org.ops4j.pax.web.cfg"), "org.osgi.service.http.port.secure", "" + HTTPS_PORT);
        Properties.set(etc.resolve("org.ops4j.pax.web.cfg"), "org.ops4j.pax.web.listening.addresses", "127.0.0.1");
        Path appliance = etc.resolve("org.stretchdeploy.appliance.cfg");
        Properties.set(appliance, "listenAddress", "127.0.0.1");
        Properties.set(appliance, "listenPort", "" + Underlay.AGENT_PORT);
        Properties.set(appliance, "controllerEndpoint", Underlay.CONTROLLER_ADDRESS + ":" + Underlay.AGENT_PORT);
        if (edges == EdgeForm.MACHINE) {
            Properties.set(
                    appliance,
                    "packageDirectory",
                    folder.appliance().resolve("package").toString());
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        try {
            Files.writeString(passwordFile(), HexFormat.of().formatHex(random) + "\n");
            Files.setPosixFilePermissions(passwordFile(), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new LabException("cannot write the admin's password file", e);
        }
    }

    Path passwordFile() {
        return folder.made().resolve("admin-password");
    }

    private Path fingerprintFile() {
        return folder.controller().resolve("data/stretch/tls/fingerprint");
    }

    /** Waits until REST and the services behind it answer, the adapter of the lab's clouds among them. */
    void await() {
        Path log = folder.controller().resolve("data/log/karaf.log");
        Wait.until(Duration.ofSeconds(120), "the controller (see " + log + ")", () -> {
            if (Spawned.find(folder, NAME).isEmpty()) {
                throw new LabException("the controller ended at once; see " + Spawned.log(folder, NAME));
            }
            return client().map(ControllerProcess::answers).orElse(false);
        });
    }

    private static boolean answers(StretchClient client) {
        try {
            return client.get("/operations").isArray()
                    && client.get("/vendors").toString().contains("vcd");
        } catch (ProblemException e) {
            return false;
        }
    }

    /** How to reach it; empty while it has not made its certificate. */
    Optional<Controller> controller() {
        try {
            if (!Files.exists(fingerprintFile()) || !Files.exists(passwordFile())) {
                return Optional.empty();
            }
            String fingerprint = Files.readString(fingerprintFile()).strip();
            if (fingerprint.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Controller(
                    URI.create("https://127.0.0.1:" + HTTPS_PORT + "/stretch/api/v1"),
                    Optional.of(fingerprint),
                    "admin",
                    Secret.of(Files.readString(passwordFile()).strip())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Optional<StretchClient> client() {
        return controller().map(StretchClient::new);
    }

    boolean runs() {
        return Spawned.find(folder, NAME).isPresent();
    }

    /** As a power cut would: no shutdown hook runs. */
    void kill() {
        Spawned.kill(folder, NAME);
    }

    void stop() {
        Spawned.stop(folder, NAME);
    }
}
