package org.stretchdeploy.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The distribution, unpacked, started and used over REST, SOAP and the shell. */
class DistributionIT {
    private static final String REST = "/stretch/api/v1";
    private static final String SOAP = "/stretch/soap/v1";
    private static final String WATCHER = "watch-and-see-1234";

    private static RunningKaraf karaf;
    private static String password;

    @BeforeAll
    static void start() throws Exception {
        karaf = new RunningKaraf("distribution.tar.gz", "distribution");
        karaf.usePorts();
        karaf.start();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> Files.exists(karaf.home.resolve("data/stretch/admin-password")));
        password = karaf.adminPassword();
        karaf.awaitStatus(REST + "/clouds", "admin", password, 200);
        karaf.awaitStatus(SOAP + "?wsdl", "admin", password, 200);
        addWatcher();
        karaf.awaitStatus(REST + "/clouds", "watcher", WATCHER, 200);
    }

    /** The surfaces may be there before the shell and its commands are. */
    private static void addWatcher() {
        String realm = "jaas:realm-manage --realm karaf; ";
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(karaf.shell(
                                "admin",
                                password,
                                realm + "jaas:user-add watcher " + WATCHER
                                        + "; jaas:group-add watcher viewergroup; jaas:update; " + realm
                                        + "jaas:user-list"))
                        .containsPattern("watcher.*viewergroup"));
    }

    @AfterAll
    static void stop() throws Exception {
        karaf.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return karaf.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send(karaf.request(path, "admin", password));
    }

    private static HttpResponse<String> post(String user, String secret, String path, String type, String body)
            throws Exception {
        return send(karaf.request(path, user, secret)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonNode problem(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void onlyTls13IsSpoken() throws Exception {
        var plain = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + karaf.httpsPort + REST + "/clouds"))
                .build();
        assertThatThrownBy(() -> {
                    var response = HttpClient.newHttpClient().send(plain, HttpResponse.BodyHandlers.ofString());
                    throw new IOException("answered " + response.statusCode());
                })
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("answered 2");
        assertThatThrownBy(() -> handshake("TLSv1.2")).isInstanceOf(SSLHandshakeException.class);
        handshake("TLSv1.3");
    }

    private static void handshake(String protocol) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", karaf.httpsPort)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }

    @Test
    void nobodyGetsInWithoutAPassword() throws Exception {
        for (String path : List.of(REST + "/clouds", REST + "/openapi.json", SOAP + "?wsdl")) {
            var refused = send(karaf.request(path, null, null));
            assertThat(problem(refused, 401).path("code").asText()).isEqualTo("login-needed");
        }
        assertThat(problem(send(karaf.request(REST + "/clouds", "karaf", "karaf")), 401)
                        .path("code")
                        .asText())
                .isEqualTo("wrong-login");
    }

    @Test
    void secretsStayWithTheirOwner() throws Exception {
        for (String file : List.of(
                "etc/stretch-tls.p12",
                "etc/stretch-tls.password",
                "etc/users.properties",
                "data/stretch/admin-password")) {
            Path path = karaf.home.resolve(file);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as(file)
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(karaf.home.resolve("etc/users.properties")))
                .doesNotContain(password)
                .doesNotContain(WATCHER);
        assertThat(karaf.log()).doesNotContain(password).doesNotContain(WATCHER);
    }

    @Test
    void theDescriptionsAreServed() throws Exception {
        var stored =
                new ObjectMapper().readTree(Path.of("../../docs/openapi.json").toFile());
        assertThat(new ObjectMapper().readTree(get(REST + "/openapi.json").body()))
                .isEqualTo(stored);
        assertThat(get(SOAP + "?wsdl").body())
                .contains("targetNamespace=\"urn:stretchdeploy:v1\"")
                .contains("127.0.0.1:" + karaf.httpsPort + SOAP);
    }

    @Test
    void wrongInputIsAProblem() throws Exception {
        assertThat(problem(post("admin", password, REST + "/operations", "application/json", "{oops"), 400)
                        .path("code")
                        .asText())
                .isEqualTo("malformed-json");
        assertThat(problem(post("admin", password, REST + "/clouds", "application/json", "{\"colour\":1}"), 400)
                        .path("code")
                        .asText())
                .isEqualTo("unknown-field");
        assertThat(problem(get(REST + "/nothing"), 404).path("code").asText()).isEqualTo("no-such-resource");
        assertThat(problem(get(REST + "/operations/op-none"), 404).path("code").asText())
                .isNotBlank();
        String deploy = "{\"kind\":\"deploy\",\"source\":\"nowhere\",\"vApp\":\"shop\",\"target\":\"elsewhere\"}";
        assertThat(problem(post("admin", password, REST + "/plans", "application/json", deploy), 404)
                        .path("detail")
                        .asText())
                .contains("nowhere");
    }

    @Test
    void aCloudThatDoesNotAnswerIsNotRegistered() throws Exception {
        String cloud = "{\"name\":\"away\",\"endpoint\":\"https://127.0.0.1:" + RunningKaraf.freePort()
                + "\",\"organization\":\"acme\",\"user\":\"u\",\"password\":\"not-a-real-one\"}";
        var problem = problem(post("admin", password, REST + "/clouds", "application/json", cloud), 502);
        assertThat(problem.path("detail").asText()).isNotBlank();
        assertThat(get(REST + "/clouds").body()).isEqualTo("[]");
        assertThat(karaf.log()).doesNotContain("not-a-real-one");
    }

    @Test
    void aViewerMayLookButNotDeploy() throws Exception {
        assertThat(send(karaf.request(REST + "/operations", "watcher", WATCHER)).statusCode())
                .isEqualTo(200);
        String deploy = "{\"kind\":\"deploy\",\"source\":\"a\",\"vApp\":\"shop\",\"target\":\"b\"}";
        assertThat(problem(post("watcher", WATCHER, REST + "/operations", "application/json", deploy), 403)
                        .path("code")
                        .asText())
                .isEqualTo("forbidden");
        String soap = envelope(
                "<deploy xmlns=\"urn:stretchdeploy:v1\"><request><source>a</source><vApp>s</vApp><target>b</target></request></deploy>");
        assertThat(post("watcher", WATCHER, SOAP, "application/soap+xml", soap).body())
                .contains("<code>forbidden</code>");
        assertThat(karaf.shell("watcher", WATCHER, "stretch:deploy a shop b")).doesNotContain("exit 0");
        assertThat(karaf.shell("watcher", WATCHER, "stretch:list --json"))
                .contains("[ ]")
                .contains("exit 0");
    }

    private static String envelope(String body) {
        return "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>" + body
                + "</e:Body></e:Envelope>";
    }

    @Test
    void soapAnswersWithTypedFaults() throws Exception {
        var listed = post(
                "admin",
                password,
                SOAP,
                "application/soap+xml",
                envelope("<listClouds xmlns=\"urn:stretchdeploy:v1\"/>"));
        assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
        assertThat(listed.body()).contains("listCloudsResponse");
        var unknown = post(
                "admin",
                password,
                SOAP,
                "application/soap+xml",
                envelope("<getOperation xmlns=\"urn:stretchdeploy:v1\"><id>op-none</id></getOperation>"));
        assertThat(unknown.body()).contains("<kind>NOT_FOUND</kind>");
        var dtd = post(
                "admin",
                password,
                SOAP,
                "application/soap+xml",
                "<!DOCTYPE x>" + envelope("<listClouds xmlns=\"urn:stretchdeploy:v1\"/>"));
        assertThat(dtd.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(dtd.body()).contains("Fault");
    }

    @Test
    void theShellHasItsCommandsAndExitCodes() throws Exception {
        assertThat(karaf.shell("admin", password, "stretch:cloud-list"))
                .contains("No cloud is registered")
                .contains("exit 0");
        assertThat(karaf.shell("admin", password, "stretch:check nowhere"))
                .contains("nowhere")
                .doesNotContain("exit 0");
        String bundles = karaf.shell("admin", password, "bundle:list -t 75 --no-format");
        assertThat(bundles.lines().filter(line -> line.contains("Stretch Deploy ::")))
                .hasSizeGreaterThan(14)
                .allMatch(line -> line.contains("Active"));
    }

    @Test
    void theShellListensOnLoopbackOnly() throws Exception {
        try (var loopback = new Socket("127.0.0.1", karaf.sshPort)) {
            assertThat(loopback.isConnected()).isTrue();
        }
        String listening = String.format(":%04X ", karaf.sshPort);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            assertThat(Files.readAllLines(Path.of(table)).stream()
                            .filter(line -> line.contains(listening) && line.contains(" 0A ")))
                    .as(table)
                    .noneMatch(line -> line.matches(" *\\d+: 0+:.*"));
        }
    }
}
