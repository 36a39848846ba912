package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.TunnelConfig;

/** Two nodes of one deployment: an agent may call either, and what one is told the other passes on. */
class TwoNodesTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    private final Store store = TestStore.inMemory();

    @AfterEach
    void close() {
        store.close();
    }

    private EdgeAppliancesService node(String name) throws IOException, GeneralSecurityException {
        return new EdgeAppliancesService(
                new ApplianceSettings(
                        "127.0.0.1", 0, "one:8444,two:8444", folder.resolve(name), Optional.empty(), LIFE, LIFE),
                store,
                Clock.systemUTC());
    }

    private static DesiredState wanted(String peer) {
        NetworkConfig network = NetworkConfig.of("n", "52:54:00:00:00:01", NetworkSide.SOURCE);
        return new DesiredState(99, List.of(TunnelConfig.listen("t", 8443, peer, List.of(network))), null, null);
    }

    @Test
    void anAgentThatEnrolledAtOneNodeIsServedByTheOther() throws Exception {
        try (EdgeAppliancesService one = node("one");
                EdgeAppliancesService two = node("two")) {
            TestAgent agent = new TestAgent(two.port(), one.enrol("edge-1", null));
            assertThat(agent.enrol()).isEqualTo(200);
            assertThat(agent.at(one.port()).get("/agent/v1/desired")).isEqualTo(200);
            long version = one.configure("edge-1", wanted("p"));
            CompletableFuture<Integer> waiting =
                    CompletableFuture.supplyAsync(() -> agent.at(two.port()).await(version));
            assertThat(one.configure("edge-1", wanted("q"))).isGreaterThan(version);
            assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(200);
            one.forget("edge-1");
            assertThat(agent.at(two.port()).get("/agent/v1/desired")).isEqualTo(403);
        }
    }

    /** Who is refused might give up; who is put off goes on as it is and asks again. */
    @Test
    void whileTheStoreIsAwayAnAgentIsPutOffNotRefused() throws Exception {
        try (EdgeAppliancesService one = node("one")) {
            TestAgent agent = new TestAgent(one.port(), one.enrol("edge-1", null));
            assertThat(agent.enrol()).isEqualTo(200);
            assertThat(agent.get("/agent/v1/desired")).isEqualTo(200);
            store.close();
            assertThat(agent.get("/agent/v1/desired")).isEqualTo(503);
        }
    }

    @Test
    void filesOfAnEarlierReleaseAreBroughtInOnce() throws Exception {
        Path pki = folder.resolve("old");
        byte[] key;
        String certificate;
        try (Store elsewhere = TestStore.inMemory()) {
            DeploymentCa.open(elsewhere);
            String[] parts = elsewhere
                    .documents()
                    .find("certificate-authority", "deployment")
                    .orElseThrow()
                    .split("\n", 2);
            key = elsewhere.vault().open("certificate-authority/key", parts[0]);
            certificate = parts[1];
        }
        Files.createDirectories(pki.resolve("ca"));
        Files.createDirectories(pki.resolve("agents"));
        Files.write(pki.resolve("ca/ca.key"), key);
        Files.writeString(pki.resolve("ca/ca.pem"), certificate);
        AgentRecord agent = new AgentRecord(
                "edge-1", List.of(new AgentRecord.Token("d", Instant.parse("2026-01-01T00:00:00Z"), null)), "k");
        Files.write(pki.resolve("agents/edge-1.agent.json"), ControlJson.write(agent));
        Files.write(pki.resolve("agents/edge-1.desired.json"), ControlJson.write(wanted("p")));
        for (int start = 1; start <= 2; start++) {
            try (EdgeAppliancesService node = node("old")) {
                assertThat(node.agents()).containsExactly("edge-1");
                assertThat(node.configured("edge-1")).contains(wanted("p"));
                assertThat(node.packageSigner().chain().get(1).getEncoded())
                        .as("the CA is the old one")
                        .isEqualTo(der(certificate));
            }
        }
        assertThat(new AgentStore(store).agent("edge-1")).contains(agent);
        assertThat(pki.resolve("agents")).doesNotExist();
        assertThat(pki.resolve("agents.imported")).isDirectory();
        assertThat(store.documents().find("certificate-authority", "deployment").orElseThrow())
                .as("the key is sealed")
                .doesNotContain(Base64.getEncoder().encodeToString(key));
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", "").getBytes(StandardCharsets.US_ASCII));
    }
}
