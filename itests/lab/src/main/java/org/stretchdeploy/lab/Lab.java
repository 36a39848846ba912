package org.stretchdeploy.lab;

import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.stretchdeploy.cli.StretchClient;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.vendor.vcd.internal.VcdVendor;

/** The whole lab: underlay, two clouds, controller, shop. */
final class Lab {
    private final LabFolder folder;
    private final EdgeForm edges;
    private final Privilege privilege;
    private final Underlay underlay;
    private final Directors directors;
    private ControllerProcess controller;
    private final PrintStream out;

    Lab(LabFolder folder, PrintStream out) {
        this(folder, out, EdgeForm.PROCESS);
    }

    Lab(LabFolder folder, PrintStream out, EdgeForm edges) {
        this.folder = folder;
        this.edges = edges;
        this.out = out;
        folder.made();
        this.privilege = Privilege.obtain(folder);
        this.underlay = new Underlay(privilege, folder);
        this.directors = new Directors(privilege, folder, edges);
        this.controller = new ControllerProcess(folder, edges);
    }

    LabFolder folder() {
        return folder;
    }

    Directors directors() {
        return directors;
    }

    ControllerProcess controller() {
        return controller;
    }

    /** From now on this is the controller that is asked. */
    void ask(ControllerProcess other) {
        controller = other;
    }

    Underlay underlay() {
        return underlay;
    }

    EdgeForm edges() {
        return edges;
    }

    SmallDisk smallDisk() {
        return new SmallDisk(folder);
    }

    /** From the first start on, what the controller keeps lies on a small disk; without root it does not. */
    void withSmallDisk() {
        if (Privilege.isRoot()) {
            controller.beforeStart(smallDisk()::mount);
        }
    }

    Flows flows() {
        return new Flows(privilege, folder);
    }

    StretchClient client() {
        return controller
                .client()
                .orElseThrow(
                        () -> new LabException("The controller does not run; start it with ./stretch demo --keep."));
    }

    /** Brings everything up, the shop running and both clouds registered. */
    void up() {
        step("guest image", () -> image("itests/lab-image/build-guest.sh", folder.image()));
        if (edges == EdgeForm.MACHINE) {
            step(
                    "edge appliance's image",
                    () -> image("bundles/org.stretchdeploy.appliance/image/build-appliance.sh", folder.appliance()));
        }
        step("underlay: Internet, client, path to the controller", underlay::up);
        step("two cloud directors and the controller", this::processes);
        step("vApp shop in the private cloud: web, app, db", this::shop);
        step("both clouds registered with the controller", this::register);
    }

    private void step(String title, Runnable work) {
        long started = System.nanoTime();
        out.print("  " + title + " ... ");
        out.flush();
        work.run();
        out.printf("%.1f s%n", (System.nanoTime() - started) / 1e9);
    }

    private void image(String builder, Path into) {
        Path script = folder.root().resolve(builder);
        Exec.Result result = Exec.run(Duration.ofMinutes(5), List.of("bash", script.toString(), into.toString()));
        if (!result.ok()) {
            throw new LabException("an image cannot be built:\n" + result.output());
        }
    }

    private void processes() {
        controller.launch();
        directors.launch(CloudSite.PRIVATE);
        directors.launch(CloudSite.PUBLIC);
        directors.await(CloudSite.PRIVATE);
        directors.await(CloudSite.PUBLIC);
        controller.await();
    }

    /** Starts the controller and the directors that do not run; what they had written is still there. */
    List<String> startAgain() {
        List<String> started = new ArrayList<>();
        for (CloudSite site : CloudSite.ALL) {
            if (!directors.runs(site)) {
                started.add(Directors.process(site));
                step(Directors.process(site) + " again", () -> directors.start(site));
            }
        }
        if (!controller.runs()) {
            started.add(controller.name());
            step(controller.name() + " again", controller::start);
        }
        return started;
    }

    private void shop() {
        try (Cloud target = open(CloudSite.PUBLIC);
                Cloud source = open(CloudSite.PRIVATE)) {
            Shop.letOut(target, CloudSite.PUBLIC);
            Shop.build(source, CloudSite.PRIVATE, folder.image());
        }
    }

    /** An admin's own view of a cloud, past the controller. */
    Cloud open(CloudSite site) {
        CloudVendor vendor = new VcdVendor();
        return Shop.open(vendor, site, password(site), certificate(site));
    }

    private String password(CloudSite site) {
        return Credentials.password(directors.credentials(site), "admin@" + site.organization());
    }

    /** Both clouds, at the controller that is asked. */
    void register() {
        StretchClient client = client();
        for (CloudSite site : CloudSite.ALL) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", site.name());
            body.put("endpoint", site.endpoint());
            body.put("organization", site.organization());
            body.put("user", "admin");
            body.put("password", password(site));
            body.put("certificateSha256", certificate(site));
            client.post("/clouds", body, Map.of());
        }
    }

    /** SHA-256 of the certificate that a director shows; the lab trusts what it has started itself. */
    static String certificate(CloudSite site) {
        URI endpoint = URI.create(site.endpoint());
        X509Certificate[] seen = new X509Certificate[1];
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Recorder(seen)}, new SecureRandom());
            try (Socket socket = context.getSocketFactory().createSocket(endpoint.getHost(), endpoint.getPort())) {
                ((SSLSocket) socket).startHandshake();
            }
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(seen[0].getEncoded()));
        } catch (Exception e) {
            throw new LabException("director " + site.name() + " does not show a certificate: " + e.getMessage(), e);
        }
    }

    private record Recorder(X509Certificate[] seen) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("only servers are looked at");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen[0] = chain[0];
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Takes a cloud's external network away for a while. */
    void cutUnderlay(CloudSite site, Duration time) {
        String link = Exec.must(privilege.inside(Underlay.INTERNET, List.of("ip", "-o", "-4", "addr")))
                .lines()
                .filter(l -> l.contains(" " + site.external() + ".1/"))
                .map(l -> l.trim().split("\\s+")[1])
                .findFirst()
                .orElseThrow(() -> new LabException("cloud " + site.name() + " has no link to the underlay"));
        privilege.must("ip", "-n", Underlay.INTERNET, "link", "set", link, "down");
        long end = System.nanoTime() + time.toNanos();
        Wait.until(time.plusSeconds(10), "the cut to end", () -> System.nanoTime() > end);
        privilege.must("ip", "-n", Underlay.INTERNET, "link", "set", link, "up");
    }

    /** A command inside a namespace of the lab. */
    List<String> inside(String namespace, List<String> command) {
        return privilege.inside(namespace, command);
    }

    /** Names of all network namespaces of the lab: what a finished stretch must not have added to. */
    TreeSet<String> namespaces() {
        TreeSet<String> names = new TreeSet<>();
        Exec.must(privilege.command("ip", "netns", "list"))
                .lines()
                .map(l -> l.split(" ")[0])
                .filter(n -> n.startsWith("sd-"))
                .forEach(names::add);
        return names;
    }

    /** Takes everything down, also what a killed run left. */
    static void down(LabFolder folder) {
        if (Files.isDirectory(folder.state())) {
            takeDown(folder);
        }
    }

    /** Removes network namespaces of a lab whose folder is gone; only root's are seen by others at all. */
    static void removeStrays(LabFolder folder) {
        if (Privilege.isRoot()
                && Exec.run(Duration.ofSeconds(10), List.of("ip", "netns", "list"))
                        .output()
                        .contains("sd-")) {
            folder.made();
            takeDown(folder);
        }
    }

    private static void takeDown(LabFolder folder) {
        Privilege privilege = Privilege.obtain(folder);
        new Flows(privilege, folder).stop();
        new ControllerProcess(folder).stop();
        TwoNodes.down(folder);
        Directors directors = new Directors(privilege, folder, EdgeForm.PROCESS);
        directors.cleanUp(CloudSite.PRIVATE);
        directors.cleanUp(CloudSite.PUBLIC);
        new Underlay(privilege, folder).down();
        Leftovers.kill(folder.state());
        new SmallDisk(folder).unmount();
        privilege.release(folder);
        LabFolder.delete(folder.state());
    }
}
