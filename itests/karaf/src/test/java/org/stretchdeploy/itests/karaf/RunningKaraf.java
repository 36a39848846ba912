package org.stretchdeploy.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A Karaf of its own folder and ports, started by its scripts. */
final class RunningKaraf implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    final Path home;
    final int httpsPort = freePort();
    final int sshPort = freePort();
    final int agentPort = freePort();

    private Process process;

    RunningKaraf(String archive, String name) throws IOException, InterruptedException {
        home = Path.of(System.getProperty("work"), name).toAbsolutePath();
        must(List.of("rm", "-rf", home.toString()));
        Files.createDirectories(home);
        Path file = Path.of(System.getProperty("archives"), archive);
        must(List.of("tar", "xzf", file.toString(), "-C", home.toString(), "--strip-components=1"));
    }

    void setting(String file, String key, String value) throws IOException {
        Path path = home.resolve("etc").resolve(file);
        var lines = new ArrayList<String>();
        if (Files.exists(path)) {
            Files.readAllLines(path).stream()
                    .filter(line -> !line.matches("\\s*" + key.replace(".", "\\.") + "\\s*=.*"))
                    .forEach(lines::add);
        }
        lines.add(key + " = " + value);
        Files.write(path, lines);
    }

    void usePorts() throws IOException {
        setting("org.ops4j.pax.web.cfg", "org.osgi.service.http.port.secure", Integer.toString(httpsPort));
        setting("org.apache.karaf.shell.cfg", "sshPort", Integer.toString(sshPort));
        setting("org.stretchdeploy.appliance.cfg", "listenPort", Integer.toString(agentPort));
        setting("org.stretchdeploy.appliance.cfg", "listenAddress", "127.0.0.1");
    }

    void start() throws IOException {
        var builder = new ProcessBuilder("bin/karaf", "server")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("console.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("KARAF_EXEC", "exec");
        builder.environment().put("JAVA_MAX_MEM", "640m");
        process = builder.start();
    }

    /** Waits until an address answers with a status. */
    void awaitStatus(String path, String user, String password, int status) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> {
                    assertThat(process.isAlive())
                            .as("Karaf ended; see %s", home.resolve("console.log"))
                            .isTrue();
                    return client().send(request(path, user, password).build(), HttpResponse.BodyHandlers.ofString())
                                    .statusCode()
                            == status;
                });
    }

    String adminPassword() throws IOException {
        return Files.readString(home.resolve("data/stretch/admin-password")).strip();
    }

    HttpRequest.Builder request(String path, String user, String password) {
        var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + httpsPort + path))
                .timeout(Duration.ofSeconds(60));
        if (user != null) {
            String pair = user + ":" + password;
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return request;
    }

    /** A client that trusts the certificate whose fingerprint Karaf has left in its data folder, and no other. */
    HttpClient client() throws Exception {
        String pinned =
                Files.readString(home.resolve("data/stretch/tls/fingerprint")).strip();
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new Pinned(pinned)}, null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    /** Runs a command of the ssh shell; returns what it printed and its exit code in the last line. */
    String shell(String user, String password, String command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                        "bin/client", "-a", Integer.toString(sshPort), "-u", user, "-p", password, "-b")
                .directory(home.toFile())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process client = builder.start();
        try (var input = client.getOutputStream()) {
            input.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return printed + "\nexit " + client.exitValue();
    }

    String log() throws IOException {
        return Files.readString(home.resolve("data/log/karaf.log"));
    }

    static String must(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, printed).isZero();
        return printed;
    }

    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private record Pinned(String sha256) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("not a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            try {
                var digest = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
                if (!HexFormat.of().formatHex(digest).equals(sha256)) {
                    throw new CertificateException("another certificate than the pinned one");
                }
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new CertificateException(e);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
