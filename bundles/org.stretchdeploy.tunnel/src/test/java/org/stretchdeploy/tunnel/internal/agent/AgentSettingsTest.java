package org.stretchdeploy.tunnel.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

class AgentSettingsTest {
    private static final String DIGEST = "ab".repeat(32);

    @TempDir
    Path folder;

    private static String environment(String properties) {
        return "<?xml version=\"1.0\"?><Environment xmlns=\"" + OvfEnvironment.NAMESPACE + "\" xmlns:oe=\""
                + OvfEnvironment.NAMESPACE + "\" oe:id=\"\"><PropertySection>" + properties
                + "</PropertySection><Entity oe:id=\"other\"><PropertySection><Property oe:key=\"stretch.agent\""
                + " oe:value=\"neighbour\"/></PropertySection></Entity></Environment>";
    }

    private static String property(String key, String value) {
        return "<Property oe:key=\"" + key + "\" oe:value=\"" + value + "\"/>";
    }

    private AgentSettings read(String document) throws IOException {
        return AgentSettings.fromOvfEnvironment(Files.writeString(folder.resolve("env.xml"), document));
    }

    @Test
    void readsOwnPropertiesOfAnOvfEnvironment() throws IOException {
        AgentSettings settings = read(environment(property("stretch.controller", "controller.example:8444")
                + property("org.stretchdeploy.edge.stretch.ca.sha256", DIGEST.toUpperCase(Locale.ROOT))
                + property("stretch.agent", "edge-1")
                + property("org.stretchdeploy.edge.stretch.token", "secret")));
        assertThat(settings)
                .isEqualTo(new AgentSettings(
                        List.of(new AgentSettings.Controller("controller.example", 8444)), DIGEST, "edge-1", "secret"));
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @Test
    void severalNodesOfTheControllerAreToldApart() throws IOException {
        AgentSettings settings = AgentSettings.of(Map.of(
                "stretch.controller",
                "one.example:8444, [2001:db8::2]:8445",
                "stretch.ca.sha256",
                DIGEST,
                "stretch.agent",
                "e"));
        assertThat(settings.controllers())
                .extracting(Object::toString)
                .containsExactly("one.example:8444", "[2001:db8::2]:8445");
        assertThatThrownBy(() -> AgentSettings.of(
                        Map.of("stretch.controller", "one:1,two", "stretch.ca.sha256", DIGEST, "stretch.agent", "e")))
                .hasMessageContaining("host:port");
    }

    @Test
    void refusesHostileAndIncompleteEnvironments() {
        assertThatThrownBy(() -> read("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("<other/>")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("not xml")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(environment("<a>".repeat(40) + "</a>".repeat(40))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(environment(property("stretch.agent", "edge-1"))))
                .hasMessageContaining("stretch.controller");
        assertThatThrownBy(() -> AgentSettings.of(
                        Map.of("stretch.controller", "host:1", "stretch.ca.sha256", DIGEST, "stretch.agent", "../x")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void commandLineSaysWhatIsWrong() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(AgentMain.run(new String[] {"--nonsense", "x"}, new PrintStream(out)))
                .isEqualTo(2);
        assertThat(AgentMain.run(new String[] {"--state", folder.toString()}, new PrintStream(out)))
                .isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--nonsense").contains("usage:");
    }

    @Test
    void certificateRequestIsRead() throws Exception {
        KeyPair keys = TestPki.newKeys();
        String pem = CertificateRequest.pem(keys, "edge-with-a-long-name-".repeat(5));
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            PKCS10CertificationRequest request = (PKCS10CertificationRequest) parser.readObject();
            assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
                    .isTrue();
            assertThat(request.getSubject().toString()).contains("edge-with-a-long-name-");
        }
    }

    @Test
    void stateIsTheOwnersOnlyAndOneProcessHasIt() throws Exception {
        Path state = folder.resolve("state");
        try (StateFolder first = new StateFolder(state)) {
            KeyPair keys = first.keys();
            assertThat(first.keys().getPublic()).isEqualTo(keys.getPublic());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("key.der"))))
                    .isEqualTo("rw-------");
            assertThat(first.identity()).isEmpty();
            DesiredState wanted = new DesiredState(5, null, null, null);
            first.storeDesired(wanted);
            assertThat(first.desired()).isEqualTo(wanted);
            Files.writeString(state.resolve("desired.json"), "{broken");
            assertThat(first.desired()).isEqualTo(DesiredState.EMPTY);
        }
    }
}
