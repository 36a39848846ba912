package org.stretchdeploy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.cli.Follower;
import org.stretchdeploy.cli.ProblemException;
import org.stretchdeploy.cli.StretchClient;
import org.stretchdeploy.spi.Cloud;

/** The main job in the lab: two directors, real guests, real frames, real TLS, the real Karaf distribution. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EndToEndIT {
    private static LabFolder folder;
    private static Lab lab;
    private static Demo one;
    private static Demo all;

    @BeforeAll
    static void up() {
        StretchClient.allowPinnedNames();
        folder = LabFolder.of(
                Path.of(System.getProperty("stretch.root")).toAbsolutePath().normalize());
        Lab.down(folder);
        lab = new Lab(folder, System.out);
        one = new Demo(lab, System.out, false, false);
        all = new Demo(lab, System.out, false, true);
        one.prepare();
        all.join(one);
    }

    @AfterAll
    static void down() {
        Diagnosis.keep(folder, folder.root().resolve("itests/lab/target/last-run"));
        Lab.down(folder);
    }

    @Test
    @Order(1)
    void wrongInputIsRefusedWithASentenceBeforeAnythingIsWritten() {
        StretchClient client = lab.client();
        assertThatThrownBy(() -> client.post("/plans", wish("nowhere", "shop", "web"), Map.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> client.post("/plans", wish("public", "no such vApp", "web"), Map.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("no such vApp");
        assertThatThrownBy(() -> client.post("/operations", wish("public", "shop", "nobody"), Map.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("no VM of that name");
        Map<String, Object> cloud = new LinkedHashMap<>();
        cloud.put("name", "third");
        cloud.put("endpoint", CloudSite.PRIVATE.endpoint());
        cloud.put("organization", "acme");
        cloud.put("user", "admin");
        cloud.put("password", "wrong");
        cloud.put("certificateSha256", Lab.certificate(CloudSite.PRIVATE));
        assertThatThrownBy(() -> client.post("/clouds", cloud, Map.of())).isInstanceOf(ProblemException.class);
        cloud.put("endpoint", "https://127.0.0.1:9");
        assertThatThrownBy(() -> client.post("/clouds", cloud, Map.of())).isInstanceOf(ProblemException.class);
        assertThat(client.get("/clouds")).hasSize(2);
        assertThat(client.get("/operations")).isEmpty();
        one.equal();
    }

    private static Map<String, Object> wish(String target, String vApp, String vm) {
        Map<String, Object> body = new LinkedHashMap<>(one.deployBody());
        body.put("target", target);
        body.put("vApp", vApp);
        body.put("vms", List.of(vm));
        return body;
    }

    @Test
    @Order(2)
    void aVmMovesAndReturnsAndTheWireBetweenTheCloudsShowsOnlyTls() throws IOException {
        one.plan();
        Capture capture = new Capture(lab, CloudSite.PUBLIC);
        capture.start();
        FenceChecks fence = new FenceChecks(lab, one);
        assertThat(fence.deploys().proven()).isTrue();
        byte[] wire = capture.stop();
        String text = new String(wire, StandardCharsets.ISO_8859_1);
        assertThat(wire.length).as("bytes captured between the clouds").isGreaterThan(20_000);
        assertThat(text).doesNotContain("cgi-bin").doesNotContain("logLines");
        fence.holdsWhileItIsStretched();
        assertThat(one.bringBack().proven()).isTrue();
        one.equal();
    }

    @Test
    @Order(3)
    void aControllerKilledInTheMiddleGoesBackByItselfAndTheNextDeployWorks() {
        StretchClient client = lab.client();
        String id = client.post("/operations", one.deployBody(), Map.of())
                .path("id")
                .asText();
        Wait.until(Duration.ofSeconds(120), "the copy to begin", () -> {
            Operation now = client.read(client.get("/operations/" + id), Operation.class);
            return now.steps().stream()
                    .anyMatch(s -> s.number().startsWith("2.3") && s.startedAt().isPresent());
        });
        lab.controller().kill();
        lab.controller().start();
        Operation end = new Follower(lab.client(), System.out, false).follow(id);
        assertThat(end.state()).isEqualTo(Operation.State.COMPENSATED);
        one.awaitFlows();
        one.equal();
    }

    @Test
    @Order(4)
    void theWholeVAppMovesAndLosesAnEdgeApplianceThatHasASecondOneAndReturns() {
        all.remember();
        standby("both");
        assertThat(all.deploy().proven()).isTrue();
        // the length of a pause is for a machine that does nothing else: PairLabIT, ./stretch demo --standby both
        assertThat(all.lose(CloudSite.PUBLIC, true).gapMillis()).isLessThan(5000);
        assertThat(all.bringBack().proven()).isTrue();
        all.equal();
        standby("none");
    }

    /** Changes the setting of the controller that runs, and waits until its plans are made by it. */
    private static void standby(String word) {
        lab.controller().set("standby", word);
        Wait.until(Duration.ofSeconds(60), "the setting to be in force", () -> {
            try {
                Plan plan = lab.client().read(lab.client().post("/plans", one.deployBody(), Map.of()), Plan.class);
                return plan.summary().contains("has two appliances") != word.equals("none");
            } catch (ProblemException e) {
                return false; // it takes the setting over just now
            }
        });
    }

    @Test
    @Order(5)
    void killsAndCutsAtRandomMomentsLeaveNothingAndNeverTwoCopies() {
        one.remember();
        assertThat(new Chaos(lab, one, System.out).run(2, 20261123, 2)).isZero();
    }

    @Test
    @Order(6)
    void aNodeIsKilledAndTheDatabaseStoppedAndTheOtherNodeGoesOn() {
        one.remember();
        try (TwoNodes nodes = new TwoNodes(lab);
                Witness witness = new Witness(lab)) {
            nodes.up();
            TwoNodesDrill drill = new TwoNodesDrill(nodes, System.out);
            TwoNodesDrill.Taken taken = drill.kill(one.deployBody(), "2.3");
            ControllerProcess survivor = taken.heir();
            lab.ask(survivor);
            nodes.other(survivor).launch();
            if (taken.end() == Operation.State.COMPENSATED) {
                // it was in the middle of an action, not between two looks at a cloud
                one.awaitFlows();
                one.equal();
                one.deploy();
            } else {
                assertThat(taken.end()).isEqualTo(Operation.State.SUCCEEDED);
            }
            one.awaitFlows();
            try (Cloud source = lab.open(CloudSite.PRIVATE)) {
                assertThat(TwoNodesDrill.isFenced(source, "web")).isTrue();
            }
            Operation home = drill.databaseAway(survivor, one.returnBody(), "2.");
            assertThat(home.state()).isEqualTo(Operation.State.SUCCEEDED);
            one.awaitFlows();
            one.equal();
            assertThat(witness.looks()).isPositive();
            assertThat(witness.violations()).isEmpty();
        }
    }

    /** What passes between a cloud's edge gateway and the Internet. */
    private static final class Capture {
        private final Lab lab;
        private final CloudSite site;
        private final Path file;

        Capture(Lab lab, CloudSite site) {
            this.lab = lab;
            this.site = site;
            this.file = lab.folder().state().resolve("underlay.pcap");
        }

        void start() throws IOException {
            Files.deleteIfExists(file);
            Spawned.start(
                    lab.folder(),
                    "capture",
                    lab.inside(
                            Underlay.INTERNET,
                            List.of(
                                    "tcpdump",
                                    "-Z",
                                    "root",
                                    "-U",
                                    "-n",
                                    "-i",
                                    "any",
                                    "-w",
                                    file.toString(),
                                    "net",
                                    site.external() + ".0/24")));
            Wait.until(Duration.ofSeconds(10), "the capture to begin", () -> Files.exists(file));
        }

        byte[] stop() throws IOException {
            Spawned.stop(lab.folder(), "capture");
            return Files.readAllBytes(file);
        }
    }
}
