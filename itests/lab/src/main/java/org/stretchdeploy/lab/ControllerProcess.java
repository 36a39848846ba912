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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.cli.Controller;
import org.stretchdeploy.cli.ProblemException;
import org.stretchdeploy.cli.StretchClient;

/** The Karaf distribution, unpacked into the lab's folder and started as an administrator would. */
final class ControllerProcess {
    static final int HTTPS_PORT = Seat.ALONE.https();
    static final int SHELL_PORT = Seat.ALONE.shell();

    private final LabFolder folder;
    private final Seat seat;
    private final EdgeForm edges;
    private final Map<String, String> settings = new TreeMap<>();
    private Runnable prepared = () -> {};
    private String lastAnswer = "nothing";

    /** One that was started before, or whose clouds run edge appliances as programs. */
    ControllerProcess(LabFolder folder) {
        this(folder, EdgeForm.PROCESS);
    }

    ControllerProcess(LabFolder folder, EdgeForm edges) {
        this(folder, edges, Seat.ALONE);
    }

    ControllerProcess(LabFolder folder, EdgeForm edges, Seat seat) {
        this.seat = seat;
        this.folder = folder;
        this.edges = edges;
    }

    /** What is to happen between unpacking and the first start. */
    void beforeStart(Runnable work) {
        prepared = work;
    }

    /** A setting of {@code org.stretchdeploy.stretch}, from the first start on; while it runs, as an admin changes one. */
    void set(String key, String value) {
        settings.put(key, value);
        if (Files.isDirectory(home())) {
            Properties.set(settingsFile(), key, value);
        }
    }

    private Path settingsFile() {
        return home().resolve("etc/org.stretchdeploy.stretch.cfg");
    }

    void start() {
        launch();
        await();
    }

    void launch() {
        Path home = home();
        if (!Files.isDirectory(home)) {
            unpack(home);
            configure(home);
            prepared.run();
        }
        Path password = passwordFile();
        Spawned.start(
                folder,
                seat.name(),
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
        Properties.set(etc.resolve("org.ops4j.pax.web.cfg"), "org.osgi.service.http.port.secure", "" + seat.https());
        Properties.set(etc.resolve("org.ops4j.pax.web.cfg"), "org.ops4j.pax.web.listening.addresses", "127.0.0.1");
        settings.forEach((key, value) -> Properties.set(settingsFile(), key, value));
        Path appliance = etc.resolve("org.stretchdeploy.appliance.cfg");
        Properties.set(appliance, "listenAddress", "127.0.0.1");
        Properties.set(appliance, "listenPort", "" + seat.agents());
        Properties.set(
                appliance,
                "controllerEndpoint",
                seat.database().isEmpty() ? Underlay.endpoint(seat.agents()) : Underlay.endpoints());
        Properties.set(etc.resolve("org.apache.karaf.shell.cfg"), "sshPort", "" + seat.shell());
        Properties.set(etc.resolve("org.apache.karaf.management.cfg"), "rmiRegistryPort", "" + seat.rmi());
        Properties.set(etc.resolve("org.apache.karaf.management.cfg"), "rmiServerPort", "" + (seat.rmi() + 1));
        seat.database().ifPresent(shared -> share(etc, shared));
        if (edges == EdgeForm.MACHINE) {
            Properties.set(
                    appliance,
                    "packageDirectory",
                    folder.appliance().resolve("package").toString());
        }
        if (Files.exists(passwordFile())) {
            return; // another node's
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

    private void share(Path etc, Seat.Shared shared) {
        Path store = etc.resolve("org.stretchdeploy.store.cfg");
        Properties.set(store, "jdbcUrl", shared.jdbcUrl());
        Properties.set(store, "user", shared.user());
        Properties.set(store, "passwordFile", shared.password().toString());
        Properties.set(store, "keyFile", shared.key().toString());
        Properties.set(etc.resolve("org.stretchdeploy.workflow.cfg"), "node", seat.name());
    }

    private Path home() {
        return folder.state().resolve(seat.name());
    }

    String name() {
        return seat.name();
    }

    Path passwordFile() {
        return folder.made().resolve("admin-password");
    }

    private Path fingerprintFile() {
        return home().resolve("data/stretch/tls/fingerprint");
    }

    /** Waits until REST and the services behind it answer, the adapter of the lab's clouds among them. */
    void await() {
        Path log = home().resolve("data/log/karaf.log");
        lastAnswer = "nothing";
        try {
            awaitAnswer(log);
        } catch (LabException e) {
            throw new LabException(e.getMessage() + "; its last answer: " + lastAnswer, e);
        }
    }

    private void awaitAnswer(Path log) {
        Wait.until(Duration.ofSeconds(120), "the controller (see " + log + ")", () -> {
            if (Spawned.find(folder, seat.name()).isEmpty()) {
                throw new LabException("the controller ended at once; see " + Spawned.log(folder, seat.name()));
            }
            return client().map(this::answers).orElse(false);
        });
    }

    private boolean answers(StretchClient client) {
        try {
            lastAnswer =
                    client.get("/operations").isArray() ? client.get("/vendors").toString() : "no list of operations";
            return lastAnswer.contains("vcd");
        } catch (ProblemException e) {
            lastAnswer = e.status() + " " + e.getMessage();
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
                    URI.create("https://127.0.0.1:" + seat.https() + "/stretch/api/v1"),
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

    /** The operation as this node sees it; empty while it does not answer. */
    Optional<Operation> operation(String id) {
        try {
            return client().map(client -> client.read(client.get("/operations/" + id), Operation.class));
        } catch (ProblemException e) {
            if (e.status() == 0 || e.status() >= 500) {
                return Optional.empty();
            }
            throw e;
        }
    }

    boolean runs() {
        return Spawned.find(folder, seat.name()).isPresent();
    }

    /** As a power cut would: no shutdown hook runs. */
    void kill() {
        Spawned.kill(folder, seat.name());
    }

    void stop() {
        Spawned.stop(folder, seat.name());
    }
}
