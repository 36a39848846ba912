package org.stretchdeploy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.ContinuityReport;

/** The flows of the shop, asked ten times a second by the client outside; each is judged by what a guest says. */
final class Flows {
    private static final String NAME = "prober";
    private static final long RECENT_MILLIS = 5000;

    /**
     * @param moved    the guest that moves is the one that answers
     * @param speaker  name that the answer has to bear
     */
    record Flow(String id, String title, String address, String speaker, boolean moved) {}

    private final Privilege privilege;
    private final LabFolder folder;
    private final List<Flow> flows;

    Flows(Privilege privilege, LabFolder folder) {
        this.privilege = privilege;
        this.folder = folder;
        String outside = "http://" + CloudSite.PRIVATE.publicAddress();
        String web = "192.168.77.10";
        this.flows = List.of(
                new Flow(
                        "outside-web",
                        "outside client -> web through the source's NAT",
                        outside + ":80/cgi-bin/state",
                        "web",
                        true),
                new Flow(
                        "app-web", "app -> web", outside + ":8081/cgi-bin/reach?host=" + web + "&port=80", "web", true),
                new Flow("db-web", "db -> web", outside + ":8082/cgi-bin/reach?host=" + web + "&port=80", "web", true),
                new Flow(
                        "app-db",
                        "app -> db on the isolated network",
                        outside + ":8081/cgi-bin/reach?host=192.168.78.30&port=80",
                        "db",
                        false),
                new Flow(
                        "web-app",
                        "web -> app",
                        outside + ":80/cgi-bin/reach?host=192.168.77.20&port=80",
                        "app",
                        false),
                new Flow(
                        "web-db",
                        "web -> db (silent, static)",
                        outside + ":80/cgi-bin/reach?host=192.168.77.30&port=80",
                        "db",
                        false),
                new Flow(
                        "web-outside",
                        "web -> outside",
                        outside + ":80/cgi-bin/reach?host=" + Underlay.CLIENT_ADDRESS + "&port=80",
                        "outside",
                        false),
                new Flow("outside-app", "outside client -> app", outside + ":8081/cgi-bin/state", "app", false),
                new Flow("outside-db", "outside client -> db", outside + ":8082/cgi-bin/state", "db", false));
    }

    List<Flow> all() {
        return flows;
    }

    Path file() {
        return folder.state().resolve("samples.tsv");
    }

    Samples samples() {
        return new Samples(file());
    }

    void start() {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ownClasses(),
                Prober.class.getName(),
                file().toString()));
        flows.forEach(f -> command.addAll(List.of(f.id(), f.address())));
        try {
            Files.deleteIfExists(file());
        } catch (IOException e) {
            throw new LabException("cannot delete old samples", e);
        }
        Spawned.start(folder, NAME, privilege.inside(Underlay.CLIENT, command));
    }

    /** Where the classes of the lab are. */
    static String ownClasses() {
        return Path.of(java.net.URI.create(Flows.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
    }

    void stop() {
        Spawned.stop(folder, NAME);
    }

    /** Waits until every flow is answered by the right guest. */
    void awaitAll(Duration limit) {
        Samples samples = samples();
        String[] missing = new String[1];
        try {
            Wait.until(limit, "all flows to be answered", () -> {
                missing[0] = "";
                for (Flow flow : flows) {
                    boolean good =
                            samples.last(flow.id()).filter(s -> good(flow, s)).isPresent();
                    missing[0] += good ? "" : flow.title() + "; ";
                }
                return missing[0].isEmpty();
            });
        } catch (LabException e) {
            throw new LabException("These flows are not answered by the guest they should reach: " + missing[0], e);
        }
    }

    /** Whether the guest that should answer did. */
    static boolean good(Flow flow, Samples.Sample sample) {
        return sample.ok()
                && sample.field("host").filter(flow.speaker()::equals).isPresent();
    }

    /** What the guests said about themselves when all was well. */
    record Baseline(long at, List<Samples.Sample> last) {}

    Baseline baseline() {
        Samples samples = samples();
        return new Baseline(
                System.currentTimeMillis(),
                flows.stream()
                        .map(f -> samples.last(f.id(), s -> good(f, s)).orElseThrow())
                        .toList());
    }

    /** Compares now with a baseline: same speakers, same MAC addresses, boot counter + 1 for what moved, logs that go on. */
    ContinuityReport report(Baseline before, boolean allMoved) {
        Samples samples = samples();
        long now = System.currentTimeMillis();
        List<ContinuityReport.Flow> lines = new ArrayList<>();
        boolean proven = true;
        for (int i = 0; i < flows.size(); i++) {
            Flow flow = flows.get(i);
            Samples.Sample old = before.last().get(i);
            Optional<Samples.Sample> current = samples.last(
                            flow.id(), s -> s.asked() > Math.max(before.at(), now - RECENT_MILLIS) && good(flow, s))
                    .or(() -> samples.last(flow.id()).filter(s -> s.asked() > before.at()));
            String fault = current.map(c -> fault(flow, old, c, allMoved)).orElse("no answer");
            proven &= fault.isEmpty();
            lines.add(new ContinuityReport.Flow(
                    flow.title(),
                    "http",
                    true,
                    fault.isEmpty(),
                    samples.longestGap(flow.id(), before.at(), now, s -> good(flow, s)),
                    fault.isEmpty() ? evidence(current.orElseThrow()) : fault));
        }
        return new ContinuityReport(java.time.Instant.now(), proven, lines);
    }

    private static String fault(Flow flow, Samples.Sample before, Samples.Sample now, boolean allMoved) {
        if (!good(flow, now)) {
            return "answered by nobody or by another guest: " + now.text();
        }
        if (!before.field("mac").equals(now.field("mac"))) {
            return "another MAC address: " + now.field("mac").orElse("none");
        }
        long boots = now.number("boot") - before.number("boot");
        boolean moved = flow.moved() || allMoved && !flow.speaker().equals("outside");
        if (moved && boots != 1) {
            return "boot counter went from " + before.number("boot") + " to " + now.number("boot");
        }
        if (!moved && boots != 0) {
            return "a guest that did not move was restarted";
        }
        if (now.number("logLines") >= 0 && now.number("logLines") <= before.number("logLines")) {
            return "the guest's log does not go on";
        }
        return "";
    }

    private static String evidence(Samples.Sample sample) {
        return sample.field("host").orElse("?") + " says"
                + sample.field("mac").map(m -> " mac " + m).orElse("")
                + sample.field("ip").map(ip -> " ip " + ip).orElse("")
                + (sample.number("boot") >= 0
                        ? " boot " + sample.number("boot") + ", " + sample.number("logLines") + " log lines"
                        : "");
    }
}
