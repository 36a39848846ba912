package org.stretchdeploy.lab;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.OperationText;
import org.stretchdeploy.api.text.PlanText;
import org.stretchdeploy.cli.Follower;
import org.stretchdeploy.cli.StretchClient;
import org.stretchdeploy.spi.Cloud;

/** The main job on real parts: plan, deploy, proof, return, proof, equality. */
final class Demo {
    private static final Duration SETTLED = Duration.ofSeconds(20);

    /** What a connection of a guest may stand still when an edge appliance that has a second one is lost. */
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** And without such a loss, on a machine that does little else. */
    private static final long USUAL_PAUSE_MILLIS = 150;

    private final Lab lab;
    private final PrintStream out;
    private final boolean terminal;
    private final boolean wholeVApp;
    private final List<CloudSite> pairs;
    private final Ink ink;
    private Flows flows;
    private List<String> host = List.of();
    private Map<String, String> before = Map.of();

    Demo(Lab lab, PrintStream out, boolean terminal, boolean wholeVApp) {
        this(lab, out, terminal, wholeVApp, List.of());
    }

    /** @param pairs clouds whose end of the tunnel has a second edge appliance, and loses the first one */
    Demo(Lab lab, PrintStream out, boolean terminal, boolean wholeVApp, List<CloudSite> pairs) {
        this.pairs = pairs;
        this.lab = lab;
        this.out = out;
        this.terminal = terminal;
        this.wholeVApp = wholeVApp;
        this.ink = terminal ? Ink.COLOURED : Ink.PLAIN;
    }

    /** Throws a {@link LabException} when any check fails. */
    void run() {
        List<String> times = new ArrayList<>();
        long started = System.nanoTime();
        timed(times, "both clouds up", this::prepare);
        timed(times, "plan", this::plan);
        timed(times, "deploy", this::deploy);
        if (!pairs.isEmpty()) {
            timed(times, "takeover", this::takeOver);
        }
        timed(times, "return", this::bringBack);
        timed(times, "comparison", this::equal);
        out.printf("%nDone in %.0f s: %s.%n", (System.nanoTime() - started) / 1e9, String.join(", ", times));
    }

    private static void timed(List<String> times, String what, Runnable part) {
        long started = System.nanoTime();
        part.run();
        times.add(String.format("%s %.0f s", what, (System.nanoTime() - started) / 1e9));
    }

    /** Brings the lab up until every flow is answered by its guest, and remembers what it looks like. */
    void prepare() {
        title("Two clouds on this machine");
        lab.up();
        flows = lab.flows();
        flows.start();
        flows.awaitAll(Duration.ofSeconds(60));
        remember();
    }

    /** Uses the lab, and the memory, of another one. */
    void join(Demo other) {
        flows = other.flows;
        host = other.host;
        before = other.before;
    }

    void awaitFlows() {
        flows.awaitAll(Duration.ofSeconds(90));
    }

    /** Takes what is there now as the state to come back to. */
    void remember() {
        host = HostState.of(lab);
        before = configurations();
    }

    Plan plan() {
        title("Precheck and plan");
        StretchClient client = lab.client();
        Plan plan = client.read(client.post("/plans", deployBody(), Map.of()), Plan.class);
        out.print(PlanText.of(plan, ink));
        check(plan.executable(), "the plan is blocked");
        return plan;
    }

    ContinuityReport deploy() {
        title("Stretch deploy from private to public");
        return operate(lab.client(), deployBody());
    }

    ContinuityReport bringBack() {
        title("Return from public to private");
        return operate(lab.client(), returnBody());
    }

    /**
     * At each end with two edge appliances the one that forwards is lost. It comes back, but for the last one: the return
     * has to do without it.
     */
    private void takeOver() {
        for (int i = 0; i < pairs.size(); i++) {
            boolean last = i == pairs.size() - 1;
            Takeover.Lost lost = lose(pairs.get(i), last);
            judge(lost.gapMillis(), lost.usualMillis());
            if (!last) {
                judge(new Takeover(lab, out).repair(lost, Shop.GUESTS.get(0)), lost.usualMillis());
            }
        }
    }

    /** A connection that stands still now and then anyway, because this machine has other things to do, measures no takeover. */
    private void judge(long pause, long usual) {
        if (pause >= LONGEST_PAUSE_MILLIS && usual > USUAL_PAUSE_MILLIS) {
            out.println(ink.red("  longer than a second; but this machine is busy, and that says little"));
        }
        check(
                pause < (usual > USUAL_PAUSE_MILLIS ? 10 * LONGEST_PAUSE_MILLIS : LONGEST_PAUSE_MILLIS),
                "the connection paused for " + pause + " ms");
    }

    /**
     * The machine of the appliance that forwards at an end is switched off; the guests are still answered.
     *
     * @param forGood nobody will switch it on again: what comes next has to do without it
     */
    Takeover.Lost lose(CloudSite site, boolean forGood) {
        title("The edge appliance that forwards in the " + site.name() + " cloud is lost");
        Takeover takeover = new Takeover(lab, out);
        Takeover.Lost lost = takeover.strike(site, Shop.GUESTS.get(0));
        if (forGood) {
            takeover.outdated(lost);
        }
        flows.awaitAll(Duration.ofSeconds(60));
        return lost;
    }

    /** Both clouds, and both hosts, are as they were when they were remembered. */
    void equal() {
        title("Both clouds against the snapshot from before");
        compare(before, configurations());
        awaitHost();
        check(lab.client().get("/tunnels").isEmpty(), "the controller still shows a tunnel");
        out.println(ink.green("  equal; no object of ours is left in either cloud or on either host"));
    }

    private void title(String text) {
        out.println();
        out.println(ink.bold("== " + text));
    }

    Map<String, Object> deployBody() {
        Map<String, Object> body = returnBody();
        body.put("kind", "deploy");
        body.put("target", "public");
        return body;
    }

    Map<String, Object> returnBody() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", "return");
        body.put("source", "private");
        body.put("vApp", Shop.VAPP);
        body.put("vms", wholeVApp ? List.of() : List.of("web"));
        body.put("acceptedLosses", List.of("*"));
        if (wholeVApp) {
            // every guest has a web server; between start orders it has to be there
            body.put("gate", List.of("tcp:80", "app=ping"));
        }
        return body;
    }

    private ContinuityReport operate(StretchClient client, Map<String, Object> body) {
        Flows.Baseline baseline = flows.baseline();
        String id = client.post("/operations", body, Map.of()).path("id").asText();
        Operation end = new Follower(client, out, terminal).follow(id);
        out.print(OperationText.page(end, ink));
        check(end.state() == Operation.State.SUCCEEDED, "operation " + id + " ended " + end.state());
        Optional<String> notice = end.notices().stream().findFirst();
        check(notice.isEmpty(), "the configurations differ: " + notice.orElse(""));
        flows.awaitAll(Duration.ofSeconds(60));
        ContinuityReport report = flows.report(baseline, wholeVApp);
        out.println();
        out.println("Measured from the guests' own answers, ten times a second:");
        out.print(OperationText.continuity(report, ink));
        Path chart = lab.folder()
                .root()
                .resolve("target/continuity-" + end.kind().name().toLowerCase(java.util.Locale.ROOT) + ".svg");
        Charts.write(chart, end.title() + ": who answered when", flows, baseline);
        out.println("  drawn in " + chart);
        check(report.proven(), "continuity is not proven");
        return report;
    }

    private Map<String, String> configurations() {
        Map<String, String> all = new LinkedHashMap<>();
        for (CloudSite site : CloudSite.ALL) {
            try (Cloud cloud = lab.open(site)) {
                all.put(site.name(), Configuration.of(cloud));
            }
        }
        return all;
    }

    private void compare(Map<String, String> before, Map<String, String> after) {
        List<String> differences = new ArrayList<>();
        before.forEach((cloud, text) -> differences(
                        text.lines().toList(), after.get(cloud).lines().toList())
                .forEach(d -> differences.add(cloud + ": " + d)));
        differences.forEach(d -> out.println("  " + d));
        check(differences.isEmpty(), "the clouds are not as they were before");
    }

    /** The directors take some of it away after they have answered. */
    private void awaitHost() {
        List<String> differences = new ArrayList<>();
        try {
            Wait.until(SETTLED, "the hosts to be as before", () -> {
                differences.clear();
                differences.addAll(differences(host, HostState.of(lab)));
                return differences.isEmpty();
            });
        } catch (LabException late) {
            differences.forEach(d -> out.println("  host: " + d));
            throw new LabException("FAILED: the hosts are not as they were before", late);
        }
    }

    /** What went and what came; a line that is there twice counts twice. */
    private static List<String> differences(List<String> before, List<String> after) {
        List<String> gone = new ArrayList<>(before);
        after.forEach(gone::remove);
        List<String> come = new ArrayList<>(after);
        before.forEach(come::remove);
        List<String> all = new ArrayList<>();
        gone.forEach(line -> all.add("- " + line));
        come.forEach(line -> all.add("+ " + line));
        return all;
    }

    private static void check(boolean good, String otherwise) {
        if (!good) {
            throw new LabException("FAILED: " + otherwise);
        }
    }

    /** How to look at what {@code --keep} leaves running. */
    void explain() {
        if (flows != null) {
            // ten questions a second would keep the guests busy for as long as the lab is kept
            flows.stop();
        }
        out.println();
        out.println("Everything is left running:");
        out.println("  controller   https://127.0.0.1:" + ControllerProcess.HTTPS_PORT
                + "/stretch/api/v1   user admin, password in "
                + lab.controller().passwordFile());
        out.println("  shell        ssh -p " + ControllerProcess.SHELL_PORT
                + " admin@127.0.0.1   with the same password, then stretch:list");
        for (CloudSite site : CloudSite.ALL) {
            out.println("  cloud " + String.format("%-8s", site.name()) + site.endpoint() + "   user admin@"
                    + site.organization() + ", password in " + lab.directors().credentials(site));
        }
        out.println("  commands     ./stretch status, cloud-list, list, show, stretched, clean, and for instance");
        out.println("               ./stretch plan --from private --to public --vapp " + Shop.VAPP + " --vm web");
    }
}
