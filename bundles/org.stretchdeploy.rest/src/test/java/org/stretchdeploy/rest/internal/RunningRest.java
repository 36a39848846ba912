package org.stretchdeploy.rest.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.servlet.DispatcherType;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.stretchdeploy.rest.fake.FakeClouds;
import org.stretchdeploy.rest.fake.FakeStretchDeploy;
import org.stretchdeploy.rest.internal.gate.Caller;
import org.stretchdeploy.rest.internal.gate.Gate;
import org.stretchdeploy.rest.internal.gate.GateFilter;
import org.stretchdeploy.rest.internal.gate.LoginThrottle;
import org.stretchdeploy.rest.internal.gate.Role;
import org.stretchdeploy.rest.internal.tls.TestCertificate;

/** The servlet behind the gate in a web server of its own, over TLS and beside it without. */
final class RunningRest implements AutoCloseable {
    static final int MAX_BODY = 4096;

    final FakeStretchDeploy stretchDeploy = new FakeStretchDeploy();
    final FakeClouds clouds = new FakeClouds();
    final ObjectMapper json = ApiJson.mapper();

    private final Server server = new Server();
    private final RestServlet servlet = new RestServlet(stretchDeploy, clouds, Duration.ofMillis(200), 3);
    private final ServerConnector secure;
    private final ServerConnector plain;
    private final HttpClient client;

    RunningRest(Path folder) throws Exception {
        var certificate = TestCertificate.in(folder);
        var ssl = certificate.serverSide();
        ssl.setIncludeProtocols("TLSv1.3");
        var http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer());
        secure =
                new ServerConnector(server, new SslConnectionFactory(ssl, "http/1.1"), new HttpConnectionFactory(http));
        secure.setHost("127.0.0.1");
        plain = new ServerConnector(server);
        plain.setHost("127.0.0.1");
        server.addConnector(secure);
        server.addConnector(plain);
        var context = new ServletContextHandler();
        var gate = new Gate(RunningRest::login, new LoginThrottle(Clock.systemUTC()));
        var filter = new FilterHolder(new GateFilter(gate, MAX_BODY, json));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/stretch/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(servlet), RestServlet.PATH + "/*");
        server.setHandler(context);
        server.start();
        SSLContext trusting = certificate.clientSide();
        client = HttpClient.newBuilder()
                .sslContext(trusting)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    // The password is the user's name.
    private static Optional<Caller> login(String user, char[] password) {
        return user.equals(new String(password)) ? Optional.of(new Caller(user, Role.ofWord(user))) : Optional.empty();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://localhost:" + secure.getLocalPort() + RestServlet.PATH + path))
                .timeout(Duration.ofSeconds(10));
    }

    HttpRequest.Builder plainRequest(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + plain.getLocalPort() + RestServlet.PATH + path));
    }

    HttpRequest.Builder as(String user, String path) {
        return request(path).header("Authorization", basic(user, user));
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String user, String path) throws IOException, InterruptedException {
        return send(as(user, path));
    }

    HttpResponse<String> post(String user, String path, String body) throws IOException, InterruptedException {
        return send(as(user, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    JsonNode tree(HttpResponse<String> response) throws IOException {
        return json.readTree(response.body());
    }

    HttpClient client() {
        return client;
    }

    @Override
    public void close() throws Exception {
        server.stop();
        servlet.shutdown();
    }
}
