package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.appliance.Enrolment;
import org.stretchdeploy.ovf.OvfReader;
import org.stretchdeploy.ovf.disk.VmdkInspector;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.control.TunnelConfig;

/** The whole service over its real port, with a client that says what it likes. */
class EdgeAppliancesServiceTest {
    private static final Duration LIFE = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final Store store = TestStore.inMemory();

    private final MovingClock clock = new MovingClock();
    private EdgeAppliancesService service;

    private static final class MovingClock extends Clock {
        private Duration ahead = Duration.ZERO;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }
    }

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        service = new EdgeAppliancesService(
                new ApplianceSettings(
                        "127.0.0.1", 0, "controller.example:8444", folder.resolve("pki"), Optional.empty(), LIFE, LIFE),
                store,
                clock);
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
        store.close();
    }

    private TestAgent agent(String id) throws Exception {
        return new TestAgent(service.port(), service.enrol(id, null));
    }

    private static DesiredState wanted(String peer) {
        NetworkConfig network = NetworkConfig.of("n", "52:54:00:00:00:01", NetworkSide.SOURCE);
        return new DesiredState(99, List.of(TunnelConfig.listen("t", 8443, peer, List.of(network))), null, null);
    }

    private static byte[] report(String agent) {
        return org.stretchdeploy.tunnel.control.ControlJson.write(new StatusReport(
                agent, "1", Instant.now(), Instant.now(), 1, null, null, null, null, null, null, null, null));
    }

    @Test
    void enrolmentGivesPropertiesAndACertificateOfItsIdentity() throws Exception {
        Enrolment enrolment = service.enrol("edge-1", Duration.ofMinutes(5));
        assertThat(enrolment.properties())
                .containsEntry("stretch.controller", "controller.example:8444")
                .containsEntry("stretch.agent", "edge-1")
                .containsKeys("stretch.ca.sha256", "stretch.token");
        assertThat(enrolment.toString()).doesNotContain(enrolment.properties().get("stretch.token"));
        TestAgent agent = new TestAgent(service.port(), enrolment);
        assertThat(agent.enrol()).isEqualTo(200);
        assertThat(AgentEndpoint.ClientTrust.identity(agent.certificate()).uri())
                .isEqualTo(enrolment.identity());
        assertThat(AgentIdentity.parse(service.identity("edge-1")))
                .get()
                .extracting(AgentIdentity::agent)
                .isEqualTo("edge-1");
        assertThat(store.documents().find(AgentStore.AGENT, "edge-1").orElseThrow())
                .contains("digest")
                .doesNotContain(enrolment.properties().get("stretch.token"));
    }

    @Test
    void tokenServesOneKeyUntilItsEnd() throws Exception {
        Enrolment enrolment = service.enrol("edge-1", Duration.ofMinutes(5));
        TestAgent agent = new TestAgent(service.port(), enrolment);
        assertThat(agent.enrol()).isEqualTo(200);
        assertThat(agent.enrol()).as("the reply may have been lost").isEqualTo(200);
        assertThat(new TestAgent(service.port(), enrolment).enrol())
                .as("another key")
                .isEqualTo(403);
        clock.ahead = Duration.ofMinutes(6);
        assertThat(agent.enrol()).as("expired").isEqualTo(403);
    }

    @Test
    void earlierTokensStayValidSoThatARepeatedStepDoesNoHarm() throws Exception {
        Enrolment first = service.enrol("edge-1", null);
        service.enrol("edge-1", null);
        assertThat(new TestAgent(service.port(), first).enrol()).isEqualTo(200);
    }

    @Test
    void everythingButEnrolmentNeedsACertificateThatIsStillGood() throws Exception {
        TestAgent agent = agent("edge-1");
        assertThat(agent.get("/agent/v1/desired")).isEqualTo(403);
        assertThat(agent.post("/agent/v1/status", report("edge-1"))).isEqualTo(403);
        agent.enrol();
        assertThat(agent.get("/agent/v1/desired")).isEqualTo(200);
        assertThat(agent.post("/agent/v1/status", report("edge-1"))).isEqualTo(204);
        assertThat(agent.post("/agent/v1/status", report("edge-2"))).isEqualTo(403);
        assertThat(agent.get("/agent/v1/other")).isEqualTo(404);
        assertThat(agent.renew()).isEqualTo(200);
        service.forget("edge-1");
        assertThat(agent.get("/agent/v1/desired")).isEqualTo(403);
        assertThat(agent.renew()).isEqualTo(403);
    }

    @Test
    void enrolmentWithAnotherKeyEndsTheOldOne() throws Exception {
        TestAgent old = agent("edge-1");
        old.enrol();
        TestAgent fresh = agent("edge-1");
        assertThat(fresh.enrol()).isEqualTo(200);
        assertThat(old.get("/agent/v1/desired")).isEqualTo(403);
        assertThat(fresh.get("/agent/v1/desired")).isEqualTo(200);
    }

    @Test
    void expiredCertificateServesOnlyToRenew() throws Exception {
        try (EdgeAppliancesService shortLived = new EdgeAppliancesService(
                new ApplianceSettings(
                        "127.0.0.1", 0, "x:1", folder.resolve("short"), Optional.empty(), LIFE, Duration.ofSeconds(1)),
                store,
                clock)) {
            TestAgent agent = new TestAgent(shortLived.port(), shortLived.enrol("edge-1", null));
            agent.enrol();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> agent.certificate().getNotAfter().toInstant().isBefore(Instant.now()));
            assertThat(agent.get("/agent/v1/desired")).isEqualTo(403);
            assertThat(agent.renew()).isEqualTo(200);
            shortLived.forget("edge-1");
            assertThat(agent.renew()).isEqualTo(403);
        }
    }

    @Test
    void hostileRequestsAreRefused() throws Exception {
        TestAgent agent = agent("edge-1");
        assertThat(agent.post("/agent/v1/enrol", new byte[20_000])).isEqualTo(413);
        assertThat(agent.post("/agent/v1/enrol", "{".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(400);
        assertThat(agent.post(
                        "/agent/v1/enrol", "{\"agent\":\"../x\",\"token\":\"t\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(403);
        assertThat(agent.post("/agent/v1/enrol", "{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(403);
        agent.enrol();
        assertThat(agent.post("/agent/v1/status", "[]".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(400);
        assertThat(agent.post("/agent/v1/status", new byte[HttpExchange.BODY_LIMIT + 1]))
                .isEqualTo(413);
        assertThat(agent.get("/agent/v1/desired")).isEqualTo(200);
    }

    @Test
    void sameContentKeepsItsVersionAndAnotherGetsAHigherOne() throws Exception {
        assertThatThrownBy(() -> service.configure("edge-1", wanted("p"))).isInstanceOf(IllegalArgumentException.class);
        service.enrol("edge-1", null);
        long first = service.configure("edge-1", wanted("p"));
        assertThat(service.configure("edge-1", wanted("p"))).isEqualTo(first);
        long second = service.configure("edge-1", wanted("q"));
        assertThat(second).isGreaterThan(first);
        int port = service.port();
        service.close();
        service = new EdgeAppliancesService(
                new ApplianceSettings("127.0.0.1", port, "x:1", folder.resolve("pki"), Optional.empty(), LIFE, LIFE),
                store,
                clock);
        assertThat(service.configured("edge-1"))
                .get()
                .extracting(DesiredState::version)
                .isEqualTo(second);
        assertThat(service.configure("edge-1", wanted("q"))).isEqualTo(second);
        assertThat(service.agents()).containsExactly("edge-1");
    }

    @Test
    void changeIsToldAtOnce() throws Exception {
        TestAgent agent = agent("edge-1");
        agent.enrol();
        long first = service.configure("edge-1", wanted("p"));
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> agent.await(first));
        CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> agent.await(0));
        assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo(200);
        assertThat(waiting.isDone()).isFalse();
        service.configure("edge-1", wanted("q"));
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(200);
    }

    @Test
    void statusHasItsAge() throws Exception {
        TestAgent agent = agent("edge-1");
        agent.enrol();
        assertThat(service.status("edge-1")).isEmpty();
        agent.post("/agent/v1/status", report("edge-1"));
        clock.ahead = Duration.ofSeconds(30);
        assertThat(service.status("edge-1").orElseThrow().age())
                .isBetween(Duration.ofSeconds(29), Duration.ofSeconds(60));
    }

    @Test
    void controllerOfAnotherDeploymentIsNotTrusted() throws Exception {
        Enrolment enrolment = service.enrol("edge-1", null);
        try (Store foreignStore = TestStore.inMemory();
                EdgeAppliancesService other = new EdgeAppliancesService(
                        new ApplianceSettings(
                                "127.0.0.1", 0, "", folder.resolve("other"), Optional.empty(), LIFE, LIFE),
                        foreignStore,
                        clock)) {
            assertThatThrownBy(() -> new TestAgent(other.port(), enrolment).enrol())
                    .isInstanceOf(javax.net.ssl.SSLException.class);
            TestAgent foreign = new TestAgent(other.port(), other.enrol("edge-1", null));
            foreign.enrol();
            assertThatThrownBy(() -> foreign.at(service.port()).get("/agent/v1/desired"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void silentClientsDoNotKeepOthersOut() throws Exception {
        List<java.net.Socket> idle = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                idle.add(new java.net.Socket("127.0.0.1", service.port()));
            }
            assertThat(agent("edge-1").enrol()).isEqualTo(200);
        } finally {
            for (java.net.Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void packageIsCompleteAndStable() throws Exception {
        Path written = service.appliancePackage();
        byte[] manifest = Files.readAllBytes(written.resolve("edge.mf"));
        assertThat(service.appliancePackage()).isEqualTo(written);
        assertThat(Files.readAllBytes(written.resolve("edge.mf"))).isEqualTo(manifest);
        for (String line : new String(manifest, StandardCharsets.UTF_8).split("\n")) {
            String name = line.substring(line.indexOf('(') + 1, line.indexOf(')'));
            assertThat(line).endsWith(Secrets.digest(Files.readAllBytes(written.resolve(name))));
        }
        String descriptor = Files.readString(written.resolve("edge.ovf"));
        assertThat(descriptor).contains("org.stretchdeploy.edge").doesNotContain("${");
        assertThat(new OvfReader().read(Files.readAllBytes(written.resolve("edge.ovf"))))
                .isNotNull();
        try (var disk = Files.newInputStream(written.resolve("edge-disk1.vmdk"))) {
            assertThat(VmdkInspector.inspect(disk)).isNotNull();
        }
    }

    @Test
    void signerChainsToTheDeployment() throws Exception {
        var signer = service.packageSigner();
        signer.chain().get(0).verify(signer.chain().get(1).getPublicKey());
        assertThat(signer.chain().get(0).getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.3");
        assertThatThrownBy(
                        () -> AgentEndpoint.ClientTrust.identity(signer.chain().get(0)))
                .isInstanceOf(java.security.cert.CertificateException.class);
    }
}
